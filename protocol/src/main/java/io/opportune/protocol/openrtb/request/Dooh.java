package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Dooh} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.32.
 */
public final class Dooh extends DistributionChannel {
    private static final Slots SLOTS = new Slots(OpenRtbSchema.DOOH);
    private static final int VENUETYPE = OpenRtbSchema.DOOH.slot("venuetype");
    private static final int VENUETYPETAX = OpenRtbSchema.DOOH.slot("venuetypetax");

    /** Views belong to the view they are asked from. */
    Dooh() {
        super(SLOTS);
    }

    Dooh on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * How many {@code venuetype} there are.
     *
     * @return 0 or more.
     */
    public int venuetypeCount() {
        return countAt(VENUETYPE);
    }

    /**
     * One of {@code venuetype}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long venuetype(final int index) {
        return textItem(VENUETYPE, index);
    }

    /**
     * {@code venuetypetax}.
     *
     * @return the value, or 1 where it is not given.
     */
    public int venuetypetax() {
        return intAt(VENUETYPETAX, 1);
    }
}
