package io.opportune.engine.bidding;

/** How much of its worth a campaign bids for now, beside all shading: what pacing uses to spend more slowly. */
@FunctionalInterface
public interface BidMultiplier {
    /** All of it, always. */
    BidMultiplier NONE = campaignId -> 1;

    /**
     * The share of the worth that is bid for. Called by event loops for each bid; allocates nothing.
     *
     * @param campaignId registry id.
     * @return 0 to 1; what is above counts as 1, and no bid is made at 0.
     */
    double of(int campaignId);
}
