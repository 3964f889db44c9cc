package io.opportune.engine.delivery;

/** Which campaigns take part in a request, as their pace wants it. Read on the hot path by any thread. */
@FunctionalInterface
public interface Participation {
    /** All take part in everything. */
    Participation ALWAYS = (campaignId, decisionHash) -> true;

    /**
     * Whether a campaign takes part.
     *
     * @param campaignId   registry id.
     * @param decisionHash the same for all offers of a request, evenly spread over all values.
     * @return false: none of its offers is made.
     */
    boolean takesPart(int campaignId, long decisionHash);
}
