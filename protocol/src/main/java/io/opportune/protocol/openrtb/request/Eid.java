package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Eid} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.27.
 */
public final class Eid extends RecordFlyweight {
    private static final int INSERTER = OpenRtbSchema.EID.slot("inserter");
    private static final int SOURCE = OpenRtbSchema.EID.slot("source");
    private static final int MATCHER = OpenRtbSchema.EID.slot("matcher");
    private static final int MM = OpenRtbSchema.EID.slot("mm");
    private static final int UIDS = OpenRtbSchema.EID.slot("uids");
    private static final int EXT = OpenRtbSchema.EID.slot("ext");

    private final Uid uids = new Uid();

    /** Views belong to the view they are asked from. */
    Eid() {
    }

    Eid on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code inserter}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long inserter() {
        return textAt(INSERTER);
    }

    /**
     * {@code source}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long source() {
        return textAt(SOURCE);
    }

    /**
     * {@code matcher}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long matcher() {
        return textAt(MATCHER);
    }

    /**
     * {@code mm} (AdCOM 1.0 list ID Match Methods).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int mm() {
        return intAt(MM, ABSENT);
    }

    /**
     * How many {@code uids} there are.
     *
     * @return 0 or more.
     */
    public int uidsCount() {
        return countAt(UIDS);
    }

    /**
     * One of {@code uids}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public Uid uids(final int index) {
        return uids.on(arena, recordItem(UIDS, index));
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
