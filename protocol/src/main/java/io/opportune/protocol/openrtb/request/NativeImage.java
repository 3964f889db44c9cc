package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code NativeImage} of a {@link BidRequest}:
 * OpenRTB Dynamic Native Ads 1.2 section 4.4.
 */
public final class NativeImage extends RecordFlyweight {
    private static final int TYPE = OpenRtbSchema.NATIVE_IMAGE.slot("type");
    private static final int W = OpenRtbSchema.NATIVE_IMAGE.slot("w");
    private static final int WMIN = OpenRtbSchema.NATIVE_IMAGE.slot("wmin");
    private static final int H = OpenRtbSchema.NATIVE_IMAGE.slot("h");
    private static final int HMIN = OpenRtbSchema.NATIVE_IMAGE.slot("hmin");
    private static final int MIMES = OpenRtbSchema.NATIVE_IMAGE.slot("mimes");
    private static final int EXT = OpenRtbSchema.NATIVE_IMAGE.slot("ext");

    /** Views belong to the view they are asked from. */
    NativeImage() {
    }

    NativeImage on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code type}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int type() {
        return intAt(TYPE, ABSENT);
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
     * {@code wmin}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int wmin() {
        return intAt(WMIN, ABSENT);
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
     * {@code hmin}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int hmin() {
        return intAt(HMIN, ABSENT);
    }

    /**
     * How many {@code mimes} there are.
     *
     * @return 0 or more.
     */
    public int mimesCount() {
        return countAt(MIMES);
    }

    /**
     * One of {@code mimes}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long mimes(final int index) {
        return textItem(MIMES, index);
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
