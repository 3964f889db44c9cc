package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code UserAgent} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.29.
 */
public final class UserAgent extends RecordFlyweight {
    private static final int BROWSERS = OpenRtbSchema.USER_AGENT.slot("browsers");
    private static final int PLATFORM = OpenRtbSchema.USER_AGENT.slot("platform");
    private static final int MOBILE = OpenRtbSchema.USER_AGENT.slot("mobile");
    private static final int ARCHITECTURE = OpenRtbSchema.USER_AGENT.slot("architecture");
    private static final int BITNESS = OpenRtbSchema.USER_AGENT.slot("bitness");
    private static final int MODEL = OpenRtbSchema.USER_AGENT.slot("model");
    private static final int SOURCE = OpenRtbSchema.USER_AGENT.slot("source");
    private static final int EXT = OpenRtbSchema.USER_AGENT.slot("ext");

    private final BrandVersion browsers = new BrandVersion();
    private final BrandVersion platform = new BrandVersion();

    /** Views belong to the view they are asked from. */
    UserAgent() {
    }

    UserAgent on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * How many {@code browsers} there are.
     *
     * @return 0 or more.
     */
    public int browsersCount() {
        return countAt(BROWSERS);
    }

    /**
     * One of {@code browsers}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public BrandVersion browsers(final int index) {
        return browsers.on(arena, recordItem(BROWSERS, index));
    }

    /**
     * {@code platform}.
     *
     * @return a view, or null where it is not given.
     */
    public BrandVersion platform() {
        final int inner = recordAt(PLATFORM);
        return inner == RequestArena.NO_RECORD ? null : platform.on(arena, inner);
    }

    /**
     * {@code mobile}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int mobile() {
        return intAt(MOBILE, ABSENT);
    }

    /**
     * {@code architecture}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long architecture() {
        return textAt(ARCHITECTURE);
    }

    /**
     * {@code bitness}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long bitness() {
        return textAt(BITNESS);
    }

    /**
     * {@code model}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long model() {
        return textAt(MODEL);
    }

    /**
     * {@code source} (AdCOM 1.0 list User-Agent Source).
     *
     * @return the value, or 0 where it is not given.
     */
    public int source() {
        return intAt(SOURCE, 0);
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
