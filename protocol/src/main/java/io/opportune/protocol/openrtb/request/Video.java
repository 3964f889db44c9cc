package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Video} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.7.
 */
public final class Video extends AudioVideo {
    private static final Slots SLOTS = new Slots(OpenRtbSchema.VIDEO);
    private static final int W = OpenRtbSchema.VIDEO.slot("w");
    private static final int H = OpenRtbSchema.VIDEO.slot("h");
    private static final int PLACEMENT = OpenRtbSchema.VIDEO.slot("placement");
    private static final int PLCMT = OpenRtbSchema.VIDEO.slot("plcmt");
    private static final int LINEARITY = OpenRtbSchema.VIDEO.slot("linearity");
    private static final int SKIP = OpenRtbSchema.VIDEO.slot("skip");
    private static final int SKIPMIN = OpenRtbSchema.VIDEO.slot("skipmin");
    private static final int SKIPAFTER = OpenRtbSchema.VIDEO.slot("skipafter");
    private static final int BOXINGALLOWED = OpenRtbSchema.VIDEO.slot("boxingallowed");
    private static final int PLAYBACKMETHOD = OpenRtbSchema.VIDEO.slot("playbackmethod");
    private static final int PLAYBACKEND = OpenRtbSchema.VIDEO.slot("playbackend");
    private static final int POS = OpenRtbSchema.VIDEO.slot("pos");
    private static final int PODDEDUPE = OpenRtbSchema.VIDEO.slot("poddedupe");

    /** Views belong to the view they are asked from. */
    Video() {
        super(SLOTS);
    }

    Video on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
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
     * {@code h}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int h() {
        return intAt(H, ABSENT);
    }

    /**
     * {@code placement} (deprecated).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int placement() {
        return intAt(PLACEMENT, ABSENT);
    }

    /**
     * {@code plcmt} (AdCOM 1.0 list Plcmt Subtypes - Video).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int plcmt() {
        return intAt(PLCMT, ABSENT);
    }

    /**
     * {@code linearity} (AdCOM 1.0 list Linearity Modes).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int linearity() {
        return intAt(LINEARITY, ABSENT);
    }

    /**
     * {@code skip} (AdCOM 1.0 list Creative Attributes).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int skip() {
        return intAt(SKIP, ABSENT);
    }

    /**
     * {@code skipmin} (seconds).
     *
     * @return the value, or 0 where it is not given.
     */
    public int skipmin() {
        return intAt(SKIPMIN, 0);
    }

    /**
     * {@code skipafter} (seconds).
     *
     * @return the value, or 0 where it is not given.
     */
    public int skipafter() {
        return intAt(SKIPAFTER, 0);
    }

    /**
     * {@code boxingallowed}.
     *
     * @return the value, or 1 where it is not given.
     */
    public int boxingallowed() {
        return intAt(BOXINGALLOWED, 1);
    }

    /**
     * How many {@code playbackmethod} there are.
     *
     * @return 0 or more.
     */
    public int playbackmethodCount() {
        return countAt(PLAYBACKMETHOD);
    }

    /**
     * One of {@code playbackmethod} (AdCOM 1.0 list Playback Methods).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int playbackmethod(final int index) {
        return intItem(PLAYBACKMETHOD, index);
    }

    /**
     * {@code playbackend} (AdCOM 1.0 list Playback Cessation Modes).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int playbackend() {
        return intAt(PLAYBACKEND, ABSENT);
    }

    /**
     * {@code pos} (AdCOM 1.0 list Placement Positions).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int pos() {
        return intAt(POS, ABSENT);
    }

    /**
     * How many {@code poddedupe} there are.
     *
     * @return 0 or more.
     */
    public int poddedupeCount() {
        return countAt(PODDEDUPE);
    }

    /**
     * One of {@code poddedupe} (AdCOM 1.0 list Pod Deduplication).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int poddedupe(final int index) {
        return intItem(PODDEDUPE, index);
    }
}
