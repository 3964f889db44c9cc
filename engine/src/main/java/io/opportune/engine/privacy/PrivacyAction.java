package io.opportune.engine.privacy;

/** What a bidder may want to do with a request's user, each permitted or not on its own. */
public enum PrivacyAction {
    /** Look up the customer's profile and decide by it. */
    READ_PROFILE,
    /** Keep what happens as events of the customer: impressions, clicks, conversions. */
    KEEP_EVENTS,
    /** Use a position more precise than about half a kilometre. */
    USE_PRECISE_LOCATION;

    /** Bits of all actions. */
    public static final int ALL = (1 << values().length) - 1;

    static final int COUNT = values().length;

    /**
     * This action in a set of actions.
     *
     * @return one bit.
     */
    public int bit() {
        return 1 << ordinal();
    }
}
