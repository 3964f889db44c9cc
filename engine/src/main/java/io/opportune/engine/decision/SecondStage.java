package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.feature.FeatureVector;

/**
 * Predicts the best candidates of a decision anew, all of them at once, where there is time. What it answers, and that
 * it was skipped, is journalled with the decision; one that is made again asks a {@link RecordedSecondStage}, so that
 * it comes out the same on a machine whose arithmetic differs. One thread.
 */
public interface SecondStage {
    /**
     * Whether there is one for the decision at hand.
     *
     * @return false: it is not asked.
     */
    boolean exists();

    /**
     * By which content it is known.
     *
     * @return hash of the model, as it is journalled.
     */
    long contentHash();

    /**
     * What it predicts.
     *
     * @return true: clicks; false: conversions.
     */
    boolean predictsClicks();

    /**
     * Starts a decision's candidates.
     *
     * @param count    how many will be added, 1..{@code Choice.MAX_SECOND_STAGE}.
     * @param context  features of the request; not changed until it has run.
     * @param deadline that it must keep.
     * @return false when it is skipped, because it would take too long; nothing may be added then.
     */
    boolean begin(int count, FeatureVector context, Deadline deadline);

    /**
     * Adds a candidate.
     *
     * @param offer it.
     * @param pair  its features.
     * @param logit what the first stage predicts.
     */
    void add(Offer offer, FeatureVector pair, double logit);

    /**
     * Predicts all that were added.
     *
     * @return false when it failed: what the first stage predicted stands.
     */
    boolean run();

    /**
     * What it predicts of a candidate.
     *
     * @param rank in the order in which they were added.
     * @return logit, finite.
     */
    float logit(int rank);
}
