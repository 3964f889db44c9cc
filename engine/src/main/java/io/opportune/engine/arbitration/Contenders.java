package io.opportune.engine.arbitration;

import io.opportune.engine.numeric.Logistic;

/**
 * The candidates of one decision, what is believed of each and what each is worth. Reused; owned by one thread;
 * allocates nothing after it is made.
 */
public final class Contenders {
    /** Most candidates of a decision. */
    public static final int MAX_CONTENDERS = 512;

    private final int[] offerIds;
    private final int[] advertiserIds;
    private final int[] categoryIds;
    private final int[] tiers;
    private final double[] means;
    private final double[] deviations;
    private final double[] propensities;
    private final double[] factors;
    private final double[] scores;
    private ScoreFormula formula;
    private int count;

    /** Makes an empty set with room for {@link #MAX_CONTENDERS}. */
    public Contenders() {
        offerIds = new int[MAX_CONTENDERS];
        advertiserIds = new int[MAX_CONTENDERS];
        categoryIds = new int[MAX_CONTENDERS];
        tiers = new int[MAX_CONTENDERS];
        means = new double[MAX_CONTENDERS];
        deviations = new double[MAX_CONTENDERS];
        propensities = new double[MAX_CONTENDERS];
        factors = new double[MAX_CONTENDERS];
        scores = new double[MAX_CONTENDERS];
    }

    /**
     * Starts a decision without candidates.
     *
     * @param scoreFormula of the placement.
     */
    public void begin(final ScoreFormula scoreFormula) {
        formula = scoreFormula;
        count = 0;
    }

    /**
     * Adds a candidate. The order in which they come changes nothing where the best is looked for; where one is drawn
     * evenly or by its score, the same decision needs the same order to be made again.
     *
     * @param offerId       of the registry, each at most once; equal scores go to the lower one.
     * @param advertiserId  of the registry.
     * @param categoryId    advertiser category of the registry.
     * @param tier          any; candidates of a greater tier take their places first.
     * @param meanLogit     calibrated, ln(p / (1 - p)) of the propensity p.
     * @param sdLogit       standard deviation of what is believed of it, 0 or more.
     * @param valueMicros   what reaching the objective brings, 0 or more.
     * @param contextWeight of the moment, 0 or more.
     * @param lever         0 or more.
     * @return its index, 0 for the first; -1 when there is no room.
     */
    public int add(
        final int offerId,
        final int advertiserId,
        final int categoryId,
        final int tier,
        final double meanLogit,
        final double sdLogit,
        final long valueMicros,
        final double contextWeight,
        final double lever) {
        if (count == MAX_CONTENDERS) {
            return -1;
        }
        final int i = count++;
        offerIds[i] = offerId;
        advertiserIds[i] = advertiserId;
        categoryIds[i] = categoryId;
        tiers[i] = tier;
        means[i] = meanLogit;
        deviations[i] = sdLogit;
        final double propensity = Logistic.sigmoid(meanLogit);
        final double factor = formula.factor(valueMicros, contextWeight, lever);
        propensities[i] = propensity;
        factors[i] = factor;
        // Not a number, so that no threshold is reached, where a number is none or is negative.
        final boolean valid = Math.abs(meanLogit) < Double.POSITIVE_INFINITY
            && sdLogit >= 0 && sdLogit < Double.POSITIVE_INFINITY
            && factor >= 0 && factor < Double.POSITIVE_INFINITY;
        scores[i] = !valid ? Double.NaN : formula.propensity() ? propensity * factor : factor;
        return i;
    }

    /**
     * How many there are.
     *
     * @return 0..{@link #MAX_CONTENDERS}.
     */
    public int count() {
        return count;
    }

    /**
     * Who it is.
     *
     * @param i 0..{@link #count()} - 1.
     * @return offer id.
     */
    public int offerId(final int i) {
        return offerIds[i];
    }

    int advertiserId(final int i) {
        return advertiserIds[i];
    }

    int categoryId(final int i) {
        return categoryIds[i];
    }

    int tier(final int i) {
        return tiers[i];
    }

    double mean(final int i) {
        return means[i];
    }

    double deviation(final int i) {
        return deviations[i];
    }

    /** All factors of its score but the propensity. */
    double factor(final int i) {
        return factors[i];
    }

    boolean usesPropensity() {
        return formula.propensity();
    }

    /**
     * How likely the objective is reached, in the mean of what is believed of its logit.
     *
     * @param i 0..{@link #count()} - 1.
     * @return 0..1.
     */
    public double propensity(final int i) {
        return propensities[i];
    }

    /**
     * What it is worth by the formula.
     *
     * @param i 0..{@link #count()} - 1.
     * @return 0 or more; not a number when what was said of it is invalid.
     */
    public double score(final int i) {
        return scores[i];
    }

    /** Whether one stands before another that scores as much. */
    boolean winsTie(final int i, final int other) {
        return offerIds[i] < offerIds[other] || offerIds[i] == offerIds[other] && i < other;
    }
}
