package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Audio} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.8.
 */
public final class Audio extends AudioVideo {
    private static final Slots SLOTS = new Slots(OpenRtbSchema.AUDIO);
    private static final int FEED = OpenRtbSchema.AUDIO.slot("feed");
    private static final int STITCHED = OpenRtbSchema.AUDIO.slot("stitched");
    private static final int NVOL = OpenRtbSchema.AUDIO.slot("nvol");

    /** Views belong to the view they are asked from. */
    Audio() {
        super(SLOTS);
    }

    Audio on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code feed} (AdCOM 1.0 list Feed Types).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int feed() {
        return intAt(FEED, ABSENT);
    }

    /**
     * {@code stitched}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int stitched() {
        return intAt(STITCHED, ABSENT);
    }

    /**
     * {@code nvol} (AdCOM 1.0 list Volume Normalization Modes).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int nvol() {
        return intAt(NVOL, ABSENT);
    }
}
