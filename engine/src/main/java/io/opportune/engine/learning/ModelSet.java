package io.opportune.engine.learning;

import io.opportune.engine.feature.FeatureVector;

/**
 * The model that serves, and at most one more that learns the same examples in its shadow until it is promoted or
 * dropped. One thread. Compare the two by {@link Learner#validation}, reset when the shadow began
 * ({@link #startShadow}), so that both figures are of the same examples.
 */
public final class ModelSet {
    private final int[] rows = new int[ModelSpec.LEVELS];
    private Learner champion;
    private Learner shadow;

    /**
     * Makes a set of one.
     *
     * @param champion that serves.
     */
    public ModelSet(final Learner champion) {
        this.champion = champion;
    }

    /**
     * The model that serves.
     *
     * @return never null.
     */
    public Learner champion() {
        return champion;
    }

    /**
     * The model that only learns.
     *
     * @return null without one.
     */
    public Learner shadow() {
        return shadow;
    }

    /**
     * Lets a model learn beside the champion; validation figures of both start again.
     *
     * @param learner new or read from a snapshot; in place of the shadow before it.
     */
    public void startShadow(final Learner learner) {
        shadow = learner;
        resetValidation(champion);
        resetValidation(learner);
    }

    /**
     * Lets a model learn on beside the champion after a start; figures of validation go on as they were read.
     *
     * @param learner read from a snapshot.
     */
    public void resumeShadow(final Learner learner) {
        shadow = learner;
    }

    private static void resetValidation(final Learner learner) {
        for (final HeadSpec head : learner.spec().heads()) {
            learner.validation(head.head()).reset();
        }
    }

    /** Drops the shadow, if there is one. */
    public void dropShadow() {
        shadow = null;
    }

    /**
     * Makes the shadow the champion.
     *
     * @return the champion before it, which nobody teaches any more.
     * @throws IllegalStateException when there is no shadow.
     */
    public Learner promote() {
        if (shadow == null) {
            throw new IllegalStateException("there is no shadow to promote");
        }
        final Learner before = champion;
        champion = shadow;
        shadow = null;
        return before;
    }

    /**
     * Both learn one example, each if it has the head.
     *
     * @param head    of the example.
     * @param context as it was when the offer was made.
     * @param offer   that was made.
     * @param pair    features of customer and offer together.
     * @param label   see {@link Learner#learn}.
     * @param weight  above 0.
     */
    public void learn(final Head head, final FeatureVector context, final OfferKey offer, final FeatureVector pair,
        final double label, final double weight) {
        learn(champion, head, context, offer, pair, label, weight);
        if (shadow != null) {
            learn(shadow, head, context, offer, pair, label, weight);
        }
    }

    /**
     * Both learn an outcome that came later, if it came in time.
     *
     * @param head     of the example, not {@link Head#AMOUNT}.
     * @param context  as it was when the offer was made.
     * @param offer    that was made.
     * @param pair     as it was then.
     * @param delayNs  between offer and outcome.
     * @param windowNs the campaign's attribution window.
     * @return whether it came in time, see {@link Learner#learnDelayed}.
     */
    public boolean learnDelayed(final Head head, final FeatureVector context, final OfferKey offer,
        final FeatureVector pair, final long delayNs, final long windowNs) {
        final boolean inTime = learnDelayed(champion, head, context, offer, pair, delayNs, windowNs);
        if (shadow != null) {
            learnDelayed(shadow, head, context, offer, pair, delayNs, windowNs);
        }
        return inTime;
    }

    private boolean learnDelayed(final Learner learner, final Head head, final FeatureVector context,
        final OfferKey offer, final FeatureVector pair, final long delayNs, final long windowNs) {
        learner.spec().rows(offer, rows, 0);
        return learner.learnDelayed(head, context, rows, pair, delayNs, windowNs, 1);
    }

    private void learn(final Learner learner, final Head head, final FeatureVector context, final OfferKey offer,
        final FeatureVector pair, final double label, final double weight) {
        if (learner.spec().has(head)) {
            learner.spec().rows(offer, rows, 0);
            learner.learn(head, context, rows, pair, label, weight);
        }
    }
}
