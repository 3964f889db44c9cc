package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code RefSettings} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.34.
 */
public final class RefSettings extends RecordFlyweight {
    private static final int REFTYPE = OpenRtbSchema.REF_SETTINGS.slot("reftype");
    private static final int MININT = OpenRtbSchema.REF_SETTINGS.slot("minint");
    private static final int EXT = OpenRtbSchema.REF_SETTINGS.slot("ext");

    /** Views belong to the view they are asked from. */
    RefSettings() {
    }

    RefSettings on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code reftype} (AdCOM 1.0 list Auto Refresh Triggers).
     *
     * @return the value, or 0 where it is not given.
     */
    public int reftype() {
        return intAt(REFTYPE, 0);
    }

    /**
     * {@code minint} (seconds).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int minint() {
        return intAt(MININT, ABSENT);
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
