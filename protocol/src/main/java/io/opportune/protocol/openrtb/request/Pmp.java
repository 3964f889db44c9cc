package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Pmp} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.11.
 */
public final class Pmp extends RecordFlyweight {
    private static final int PRIVATE_AUCTION = OpenRtbSchema.PMP.slot("private_auction");
    private static final int DEALS = OpenRtbSchema.PMP.slot("deals");
    private static final int EXT = OpenRtbSchema.PMP.slot("ext");

    private final Deal deals = new Deal();

    /** Views belong to the view they are asked from. */
    Pmp() {
    }

    Pmp on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code private_auction}.
     *
     * @return the value, or 0 where it is not given.
     */
    public int privateAuction() {
        return intAt(PRIVATE_AUCTION, 0);
    }

    /**
     * How many {@code deals} there are.
     *
     * @return 0 or more.
     */
    public int dealsCount() {
        return countAt(DEALS);
    }

    /**
     * One of {@code deals}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public Deal deals(final int index) {
        return deals.on(arena, recordItem(DEALS, index));
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
