package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code NativeEventTrackers} of a {@link BidRequest}:
 * OpenRTB Dynamic Native Ads 1.2 section 4.7.
 */
public final class NativeEventTrackers extends RecordFlyweight {
    private static final int EVENT = OpenRtbSchema.NATIVE_EVENT_TRACKERS.slot("event");
    private static final int METHODS = OpenRtbSchema.NATIVE_EVENT_TRACKERS.slot("methods");
    private static final int EXT = OpenRtbSchema.NATIVE_EVENT_TRACKERS.slot("ext");

    /** Views belong to the view they are asked from. */
    NativeEventTrackers() {
    }

    NativeEventTrackers on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code event}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int event() {
        return intAt(EVENT, ABSENT);
    }

    /**
     * How many {@code methods} there are.
     *
     * @return 0 or more.
     */
    public int methodsCount() {
        return countAt(METHODS);
    }

    /**
     * One of {@code methods}.
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int methods(final int index) {
        return intItem(METHODS, index);
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
