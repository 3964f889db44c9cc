package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Uid} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.28.
 */
public final class Uid extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.UID.slot("id");
    private static final int ATYPE = OpenRtbSchema.UID.slot("atype");
    private static final int EXT = OpenRtbSchema.UID.slot("ext");

    /** Views belong to the view they are asked from. */
    Uid() {
    }

    Uid on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code id}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long id() {
        return textAt(ID);
    }

    /**
     * {@code atype} (AdCOM 1.0 list Agent Types).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int atype() {
        return intAt(ATYPE, ABSENT);
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
