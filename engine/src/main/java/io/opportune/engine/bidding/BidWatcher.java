package io.opportune.engine.bidding;

/** Is told how each request was answered; for explanations, never on an endpoint that exchanges use. */
@FunctionalInterface
public interface BidWatcher {
    /**
     * A request was read and is about to be answered.
     *
     * @param trace of its way; whole and immutable.
     */
    void onBid(BidTrace trace);
}
