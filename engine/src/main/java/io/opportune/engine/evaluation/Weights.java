package io.opportune.engine.evaluation;

/**
 * The importance weights of all rows, and what they say about how far the log can be trusted for the target policy.
 * Immutable.
 */
public final class Weights {
    private final double[] raw;
    private final double[] used;
    private final double clip;
    private final long clipped;

    private Weights(final double[] raw, final double[] used, final double clip, final long clipped) {
        this.raw = raw;
        this.used = used;
        this.clip = clip;
        this.clipped = clipped;
    }

    /**
     * Weights as they are, or none above a limit: this lowers the scatter and biases towards less.
     *
     * @param raw  target probability over logged probability by row, 0 or more, finite; kept.
     * @param clip greatest weight to use, above 0; infinite for none.
     * @return of these rows.
     */
    public static Weights of(final double[] raw, final double clip) {
        if (!(clip > 0)) {
            throw new IllegalArgumentException("weights cannot be clipped at " + clip + ", only above 0");
        }
        long clipped = 0;
        final double[] used = raw.clone();
        for (int i = 0; i < used.length; i++) {
            if (!(raw[i] >= 0) || raw[i] == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("weight of row " + i + " is " + raw[i]);
            }
            if (used[i] > clip) {
                used[i] = clip;
                clipped++;
            }
        }
        return new Weights(raw, used, clip, clipped);
    }

    double[] used() {
        return used;
    }

    /**
     * Limit.
     *
     * @return infinite where nothing is clipped.
     */
    public double clip() {
        return clip;
    }

    /**
     * Rows whose weight was above the limit.
     *
     * @return 0 where nothing is clipped.
     */
    public long clippedRows() {
        return clipped;
    }

    /**
     * How much of all weight clipping took away.
     *
     * @return 0..1.
     */
    public double clippedShare() {
        return clipped == 0 ? 0 : 1 - Sum.of(used) / Sum.of(raw);
    }

    /**
     * Rows of which the target policy may do what was done.
     *
     * @return rows with a weight above 0.
     */
    public long matchedRows() {
        long matched = 0;
        for (final double weight : raw) {
            matched += weight > 0 ? 1 : 0;
        }
        return matched;
    }

    /**
     * Effective sample size (Kish 1965): rows of equal weight that would scatter as much.
     *
     * @return 0 (no weight) to the number of rows.
     */
    public double effectiveSampleSize() {
        return effective(used);
    }

    /**
     * Effective number of rows with a reward, by which the error of the sum of w r can be judged.
     *
     * @param rewards by row.
     * @return 0 when no weighted row has one.
     */
    double effectiveRewards(final double[] rewards) {
        final double[] terms = new double[used.length];
        for (int i = 0; i < terms.length; i++) {
            terms[i] = Math.abs(used[i] * rewards[i]);
        }
        return effective(terms);
    }

    private static double effective(final double[] weights) {
        final double sum = Sum.of(weights);
        return sum == 0 ? 0 : sum * sum / Sum.ofSquares(weights);
    }

    /**
     * The greatest weight in use.
     *
     * @return 0 without weight.
     */
    public double max() {
        double max = 0;
        for (final double weight : used) {
            max = Math.max(max, weight);
        }
        return max;
    }

    /**
     * The greatest weight before clipping.
     *
     * @return 0 without weight.
     */
    public double maxUnclipped() {
        double max = 0;
        for (final double weight : raw) {
            max = Math.max(max, weight);
        }
        return max;
    }

    /**
     * How much of all weight the greatest one is.
     *
     * @return 0..1.
     */
    public double maxShare() {
        final double sum = Sum.of(used);
        return sum == 0 ? 0 : max() / sum;
    }

    /**
     * Mean weight before clipping, which is 1 on average where the propensities are right and cover the target policy.
     *
     * @param clusters rows that belong together.
     * @return with its error.
     */
    public Estimate mean(final Clusters clusters) {
        return Estimators.logged(raw).estimate(clusters);
    }
}
