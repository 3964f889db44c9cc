package io.opportune.engine.catalogue;

/**
 * How often one customer may meet an offer.
 *
 * @param event      what is counted.
 * @param limit      most of them in the window, 1 or more.
 * @param windowDays calendar days, today included, 1..8; 0 for the customer's lifetime.
 */
public record Cap(Event event, int limit, int windowDays) {
    /** What caps count. */
    public enum Event {
        /** The offer was in an answer. */
        DECISION,
        /** The customer saw it. */
        IMPRESSION,
        /** The customer accepted it. */
        ACCEPT,
        /** The customer redeemed it. */
        REDEMPTION
    }
}
