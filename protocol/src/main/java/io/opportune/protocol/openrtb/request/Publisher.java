package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Publisher} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.15.
 */
public final class Publisher extends Company {
    private static final Slots SLOTS = new Slots(OpenRtbSchema.PUBLISHER);

    /** Views belong to the view they are asked from. */
    Publisher() {
        super(SLOTS);
    }

    Publisher on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }
}
