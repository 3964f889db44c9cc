package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code DurFloors} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.35.
 */
public final class DurFloors extends RecordFlyweight {
    private static final int MINDUR = OpenRtbSchema.DUR_FLOORS.slot("mindur");
    private static final int MAXDUR = OpenRtbSchema.DUR_FLOORS.slot("maxdur");
    private static final int BIDFLOOR = OpenRtbSchema.DUR_FLOORS.slot("bidfloor");
    private static final int EXT = OpenRtbSchema.DUR_FLOORS.slot("ext");

    /** Views belong to the view they are asked from. */
    DurFloors() {
    }

    DurFloors on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code mindur} (seconds).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int mindur() {
        return intAt(MINDUR, ABSENT);
    }

    /**
     * {@code maxdur} (seconds).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int maxdur() {
        return intAt(MAXDUR, ABSENT);
    }

    /**
     * {@code bidfloor} (CPM).
     *
     * @return the value, or 0 where it is not given.
     */
    public double bidfloor() {
        return decimalAt(BIDFLOOR, 0.0);
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
