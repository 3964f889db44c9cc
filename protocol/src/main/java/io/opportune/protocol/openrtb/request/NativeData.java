package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code NativeData} of a {@link BidRequest}:
 * OpenRTB Dynamic Native Ads 1.2 section 4.6.
 */
public final class NativeData extends RecordFlyweight {
    private static final int TYPE = OpenRtbSchema.NATIVE_DATA.slot("type");
    private static final int LEN = OpenRtbSchema.NATIVE_DATA.slot("len");
    private static final int EXT = OpenRtbSchema.NATIVE_DATA.slot("ext");

    /** Views belong to the view they are asked from. */
    NativeData() {
    }

    NativeData on(final RequestArena arena, final int record) {
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
     * {@code len}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int len() {
        return intAt(LEN, ABSENT);
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
