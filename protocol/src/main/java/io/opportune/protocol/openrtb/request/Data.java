package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Data} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.21.
 */
public final class Data extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.DATA.slot("id");
    private static final int NAME = OpenRtbSchema.DATA.slot("name");
    private static final int CIDS = OpenRtbSchema.DATA.slot("cids");
    private static final int SEGMENT = OpenRtbSchema.DATA.slot("segment");
    private static final int EXT = OpenRtbSchema.DATA.slot("ext");
    private static final int EXT_SEGTAX = OpenRtbSchema.DATA.slot("ext.segtax");

    private final Segment segment = new Segment();

    /** Views belong to the view they are asked from. */
    Data() {
    }

    Data on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code id}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long id() {
        return textAt(ID);
    }

    /**
     * {@code name}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long name() {
        return textAt(NAME);
    }

    /**
     * How many {@code cids} there are.
     *
     * @return 0 or more.
     */
    public int cidsCount() {
        return countAt(CIDS);
    }

    /**
     * One of {@code cids}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long cids(final int index) {
        return textItem(CIDS, index);
    }

    /**
     * How many {@code segment} there are.
     *
     * @return 0 or more.
     */
    public int segmentCount() {
        return countAt(SEGMENT);
    }

    /**
     * One of {@code segment}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public Segment segment(final int index) {
        return segment.on(arena, recordItem(SEGMENT, index));
    }

    /**
     * {@code ext} as it came: JSON text, or the bytes of the protobuf message.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ext() {
        return textAt(EXT);
    }

    /**
     * {@code ext.segtax}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int extSegtax() {
        return intAt(EXT_SEGTAX, ABSENT);
    }
}
