package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code App} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.14.
 */
public final class App extends SiteOrApp {
    private static final Slots SLOTS = new Slots(OpenRtbSchema.APP);
    private static final int BUNDLE = OpenRtbSchema.APP.slot("bundle");
    private static final int STOREURL = OpenRtbSchema.APP.slot("storeurl");
    private static final int VER = OpenRtbSchema.APP.slot("ver");
    private static final int PAID = OpenRtbSchema.APP.slot("paid");

    /** Views belong to the view they are asked from. */
    App() {
        super(SLOTS);
    }

    App on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code bundle}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long bundle() {
        return textAt(BUNDLE);
    }

    /**
     * {@code storeurl}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long storeurl() {
        return textAt(STOREURL);
    }

    /**
     * {@code ver}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ver() {
        return textAt(VER);
    }

    /**
     * {@code paid}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int paid() {
        return intAt(PAID, ABSENT);
    }
}
