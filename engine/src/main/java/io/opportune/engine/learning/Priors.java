package io.opportune.engine.learning;

/**
 * Variances of weights before anything is learned (their means are 0), and how fast what was learned is forgotten.
 *
 * @param bias       of the model's bias.
 * @param linear     of context and pair features.
 * @param intercept  of an advertiser's, campaign's, category's or offer's own part.
 * @param cross      of a cross of one of these with a context feature.
 * @param forgetting share of the way back to its prior precision that a weight goes each time it is learned, 0 (never
 *                   forgets) to 0.5: it remembers some 1 / forgetting of its own examples.
 * @param drift      share of the way back to its prior, in mean and twice that in variance, that every weight goes with
 *                   each example of its head, 0 (nothing changes by itself) to 0.001: tastes that take 100 days
 *                   of 10,000 examples to be others want 1e-6.
 */
public record Priors(float bias, float linear, float intercept, float cross, float forgetting, float drift) {
    /** For probabilities of some percent, 40 features and four levels. */
    public static final Priors DEFAULT = new Priors(16, 0.1f, 0.25f, 0.003f, 0, 0);
    private static final float LEAST = 1e-9f;
    private static final float MOST_DRIFT = 0.001f;
    private static final float MOST = 1e6f;

    /** Checks. */
    public Priors {
        check("bias", bias);
        check("linear", linear);
        check("intercept", intercept);
        check("cross", cross);
        if (!(forgetting >= 0 && forgetting <= 0.5f)) {
            throw new IllegalArgumentException("forgetting is " + forgetting + ", allowed is 0 to 0.5");
        }
        if (!(drift >= 0 && drift <= MOST_DRIFT)) {
            throw new IllegalArgumentException("drift is " + drift + ", allowed is 0 to " + MOST_DRIFT);
        }
    }

    /**
     * Priors of a model that does not drift.
     *
     * @param bias       see above.
     * @param linear     see above.
     * @param intercept  see above.
     * @param cross      see above.
     * @param forgetting see above.
     */
    public Priors(
        final float bias, final float linear, final float intercept, final float cross, final float forgetting) {
        this(bias, linear, intercept, cross, forgetting, 0);
    }

    static void check(final String name, final float variance) {
        if (!(variance >= LEAST && variance <= MOST)) {
            throw new IllegalArgumentException(
                "prior variance " + name + " is " + variance + ", allowed is " + LEAST + " to " + MOST);
        }
    }
}
