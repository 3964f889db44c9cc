package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Site} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.13.
 */
public final class Site extends SiteOrApp {
    private static final Slots SLOTS = new Slots(OpenRtbSchema.SITE);
    private static final int PAGE = OpenRtbSchema.SITE.slot("page");
    private static final int REF = OpenRtbSchema.SITE.slot("ref");
    private static final int SEARCH = OpenRtbSchema.SITE.slot("search");
    private static final int MOBILE = OpenRtbSchema.SITE.slot("mobile");

    /** Views belong to the view they are asked from. */
    Site() {
        super(SLOTS);
    }

    Site on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code page}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long page() {
        return textAt(PAGE);
    }

    /**
     * {@code ref}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ref() {
        return textAt(REF);
    }

    /**
     * {@code search}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long search() {
        return textAt(SEARCH);
    }

    /**
     * {@code mobile}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int mobile() {
        return intAt(MOBILE, ABSENT);
    }
}
