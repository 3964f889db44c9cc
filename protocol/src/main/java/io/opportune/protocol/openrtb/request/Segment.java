package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Segment} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.22.
 */
public final class Segment extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.SEGMENT.slot("id");
    private static final int NAME = OpenRtbSchema.SEGMENT.slot("name");
    private static final int VALUE = OpenRtbSchema.SEGMENT.slot("value");
    private static final int EXT = OpenRtbSchema.SEGMENT.slot("ext");

    /** Views belong to the view they are asked from. */
    Segment() {
    }

    Segment on(final RequestArena arena, final int record) {
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
     * {@code value}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long value() {
        return textAt(VALUE);
    }

    /**
     * {@code ext} as it came: JSON text, or the bytes of the protobuf message.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ext() {
        return textAt(EXT);
    }
}
