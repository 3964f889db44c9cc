package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Metric} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.5.
 */
public final class Metric extends RecordFlyweight {
    private static final int TYPE = OpenRtbSchema.METRIC.slot("type");
    private static final int VALUE = OpenRtbSchema.METRIC.slot("value");
    private static final int VENDOR = OpenRtbSchema.METRIC.slot("vendor");
    private static final int EXT = OpenRtbSchema.METRIC.slot("ext");

    /** Views belong to the view they are asked from. */
    Metric() {
    }

    Metric on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code type}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long type() {
        return textAt(TYPE);
    }

    /**
     * {@code value}.
     *
     * @return the value, or NaN.
     */
    public double value() {
        return decimalAt(VALUE, Double.NaN);
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
