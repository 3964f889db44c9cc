package io.opportune.engine.catalogue;

import io.opportune.engine.arbitration.ChoicePolicy;
import io.opportune.engine.arbitration.ScoreFormula;
import io.opportune.engine.arbitration.SlateRules;

/**
 * How a placement chooses among the offers that fit: what they are ranked by, how much is left to chance so that
 * something is learned, and how different the offers of one answer are. Immutable.
 *
 * @param policy        by which it explores.
 * @param rules         what an answer may hold.
 * @param formula       what counts in a score.
 * @param objective     what the placement is for.
 * @param learns        whether a model predicts; otherwise the catalogue's priors do.
 * @param affinity      what it is used for which items are bought together: nothing, a feature of each candidate,
 *                      candidates, or both.
 * @param maxCandidates most offers that are compared, 1..512: the best by prior.
 * @param secondStage   most of them whose probability an imported model predicts anew, 0..{@link #MAX_SECOND_STAGE}; 0:
 *                      it is not asked.
 */
public record Choice(
    ChoicePolicy policy, SlateRules rules, ScoreFormula formula, Objective objective, boolean learns,
    AffinityUse affinity, int maxCandidates, int secondStage) {
    /** {@link #maxCandidates} where a placement says nothing. */
    public static final int DEFAULT_CANDIDATES = 64;
    /** Greatest {@link #secondStage}: each one's prediction stands in the journal. */
    public static final int MAX_SECOND_STAGE = 128;
    /**
     * Of a placement that says nothing, where control groups must be told apart: the best by value times prior, one of
     * each category.
     */
    public static final Choice BEST = new Choice(ChoicePolicy.GREEDY, SlateRules.ONE_PER_CATEGORY,
        new ScoreFormula(true, false, true, false), Objective.VALUE, false, AffinityUse.OFF, DEFAULT_CANDIDATES, 0);

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
