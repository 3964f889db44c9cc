package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Producer} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.17.
 */
public final class Producer extends Company {
    private static final Slots SLOTS = new Slots(OpenRtbSchema.PRODUCER);

    /** Views belong to the view they are asked from. */
    Producer() {
        super(SLOTS);
    }

    Producer on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }
}
