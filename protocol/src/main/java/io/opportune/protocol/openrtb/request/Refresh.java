package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Refresh} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.33.
 */
public final class Refresh extends RecordFlyweight {
    private static final int REFSETTINGS = OpenRtbSchema.REFRESH.slot("refsettings");
    private static final int COUNT = OpenRtbSchema.REFRESH.slot("count");
    private static final int EXT = OpenRtbSchema.REFRESH.slot("ext");

    private final RefSettings refsettings = new RefSettings();

    /** Views belong to the view they are asked from. */
    Refresh() {
    }

    Refresh on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * How many {@code refsettings} there are.
     *
     * @return 0 or more.
     */
    public int refsettingsCount() {
        return countAt(REFSETTINGS);
    }

    /**
     * One of {@code refsettings}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public RefSettings refsettings(final int index) {
        return refsettings.on(arena, recordItem(REFSETTINGS, index));
    }

    /**
     * {@code count}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int count() {
        return intAt(COUNT, ABSENT);
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
