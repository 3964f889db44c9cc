package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code NativeTitle} of a {@link BidRequest}:
 * OpenRTB Dynamic Native Ads 1.2 section 4.3.
 */
public final class NativeTitle extends RecordFlyweight {
    private static final int LEN = OpenRtbSchema.NATIVE_TITLE.slot("len");
    private static final int EXT = OpenRtbSchema.NATIVE_TITLE.slot("ext");

    /** Views belong to the view they are asked from. */
    NativeTitle() {
    }

    NativeTitle on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
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
