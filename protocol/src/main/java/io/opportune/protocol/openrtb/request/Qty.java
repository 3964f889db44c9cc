package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Qty} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.31.
 */
public final class Qty extends RecordFlyweight {
    private static final int MULTIPLIER = OpenRtbSchema.QTY.slot("multiplier");
    private static final int SOURCETYPE = OpenRtbSchema.QTY.slot("sourcetype");
    private static final int VENDOR = OpenRtbSchema.QTY.slot("vendor");
    private static final int EXT = OpenRtbSchema.QTY.slot("ext");

    /** Views belong to the view they are asked from. */
    Qty() {
    }

    Qty on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code multiplier}.
     *
     * @return the value, or NaN.
     */
    public double multiplier() {
        return decimalAt(MULTIPLIER, Double.NaN);
    }

    /**
     * {@code sourcetype} (AdCOM 1.0 list DOOH Multiplier Measurement Source Types).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int sourcetype() {
        return intAt(SOURCETYPE, ABSENT);
    }

    /**
     * {@code vendor}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long vendor() {
        return textAt(VENDOR);
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
