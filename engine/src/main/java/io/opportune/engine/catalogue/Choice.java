package io.opportune.engine.catalogue;

/**
 * How a placement chooses among the offers that fit: what they are ranked by, how much is left to chance so that
 * something is learned, and how different the offers of one answer are. Immutable.
 *
 * @param policy            by which it explores.
 * @param epsilon           of {@link Policy#EPSILON}: share of the places that are drawn, 0..1.
 * @param temperature       of {@link Policy#SOFTMAX}, above 0: 1 ranks by the logarithm of the score as it is.
 * @param floor             least probability that an offer which fits has of taking a place, all together at most 1.
 * @param objective         what the placement is for.
 * @param usesPropensity    whether the probability of the event counts.
 * @param usesWeights       whether the weights of the moment count.
 * @param usesValue         whether the value counts.
 * @param usesLevers        whether the levers count.
 * @param learns            whether a model predicts; otherwise the catalogue's priors do.
 * @param usesAffinity      whether items that are bought together bring candidates and tell a model something.
 * @param maxCandidates     most offers that are compared, 1..512: the best by prior.
 * @param threshold         score below which an offer is not made: micros, or a probability where no value counts.
 * @param maxPerCategory    most offers of one category in an answer, 1..32.
 * @param maxPerAdvertiser  most offers of one advertiser in an answer, 1..32.
 */
public record Choice(
    Policy policy, double epsilon, double temperature, double floor, Objective objective, boolean usesPropensity,
    boolean usesWeights, boolean usesValue, boolean usesLevers, boolean learns, boolean usesAffinity,
    int maxCandidates, double threshold, int maxPerCategory, int maxPerAdvertiser) {

    /** How a placement explores. The ordinal is the code of the policy in the journal. */
    public enum Policy {
        /** The best by what is known. */
        GREEDY,
        /** Mostly the best, now and then any. */
        EPSILON,
        /** The best by a guess from what is known and how well. */
        THOMPSON,
        /** Drawn by score. */
        SOFTMAX
    }

    /** What a placement is for. */
    public enum Objective {
        /** The worth of what may come of it to the business: probability times the offer's value. */
        VALUE,
        /** As many conversions as possible, whatever they are worth. */
        CONVERSIONS,
        /** As many clicks as possible. */
        CLICKS,
        /** As much revenue as possible: probability times the amount that a model expects to be spent. */
        REVENUE
    }
}
