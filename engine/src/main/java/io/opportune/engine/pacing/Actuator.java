package io.opportune.engine.pacing;

/** What a controller acts through. */
public enum Actuator {
    /** Taking part less often: offers whose price is not bid for. */
    PARTICIPATION,
    /** Bidding less as long as that suffices, then taking part less often: auctions. */
    BID
}
