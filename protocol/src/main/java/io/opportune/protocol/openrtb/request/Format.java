package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Format} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.10.
 */
public final class Format extends RecordFlyweight {
    private static final int W = OpenRtbSchema.FORMAT.slot("w");
    private static final int H = OpenRtbSchema.FORMAT.slot("h");
    private static final int WRATIO = OpenRtbSchema.FORMAT.slot("wratio");
    private static final int HRATIO = OpenRtbSchema.FORMAT.slot("hratio");
    private static final int WMIN = OpenRtbSchema.FORMAT.slot("wmin");
    private static final int EXT = OpenRtbSchema.FORMAT.slot("ext");

    /** Views belong to the view they are asked from. */
    Format() {
    }

    Format on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code w}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int w() {
        return intAt(W, ABSENT);
    }

    /**
     * {@code h}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int h() {
        return intAt(H, ABSENT);
    }

    /**
     * {@code wratio}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int wratio() {
        return intAt(WRATIO, ABSENT);
    }

    /**
     * {@code hratio}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int hratio() {
        return intAt(HRATIO, ABSENT);
    }

    /**
     * {@code wmin}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int wmin() {
        return intAt(WMIN, ABSENT);
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
