package io.opportune.engine.evaluation;

/**
 * The value of a target policy from rows of a log. Row i has reward r, importance weight w = pi(a | x) / p(a | x), that
 * is the probability under the target policy of what was done over the probability with which it was done. Each figure
 * comes with each row's deviation from it, from which follow the standard error and that of differences.
 */
public final class Estimators {
    private Estimators() {
    }

    /**
     * A figure and how each row deviates from it.
     *
     * @param value      mean over the rows.
     * @param deviations by row, linearised where the estimator is a ratio; their mean is 0.
     */
    public record Rows(double value, double[] deviations) {
        /**
         * The figure with its error.
         *
         * @param clusters rows that belong together.
         * @return value and standard error.
         */
        public Estimate estimate(final Clusters clusters) {
            return new Estimate(value, clusters.standardError(deviations));
        }

        /**
         * How much more this is than another figure of the same rows, whose error it shares in part.
         *
         * @param other    of the same rows.
         * @param clusters rows that belong together.
         * @return difference and its standard error.
         */
        public Estimate less(final Rows other, final Clusters clusters) {
            final double[] differences = new double[deviations.length];
            for (int i = 0; i < differences.length; i++) {
                differences[i] = deviations[i] - other.deviations[i];
            }
            return new Estimate(value - other.value, clusters.standardError(differences));
        }
    }

    /**
     * The mean of the rewards.
     *
     * @param rewards by row.
     * @return of the policy that was in service.
     */
    public static Rows logged(final double[] rewards) {
        return mean(rewards);
    }

    /**
     * Inverse propensity score: mean of w r.
     *
     * @param weights by row, 0 or more.
     * @param rewards by row.
     * @return unbiased where the propensities are right and cover all that the target policy may do.
     */
    public static Rows ips(final double[] weights, final double[] rewards) {
        final double[] terms = new double[rewards.length];
        for (int i = 0; i < terms.length; i++) {
            terms[i] = weights[i] * rewards[i];
        }
        return mean(terms);
    }

    /**
     * Self-normalised inverse propensity score: sum of w r over sum of w; the error by the delta method.
     *
     * @param weights by row, 0 or more.
     * @param rewards by row.
     * @return not a number when all weights are 0.
     */
    public static Rows snips(final double[] weights, final double[] rewards) {
        final double sum = Sum.of(weights);
        final double value = Sum.ofProducts(weights, rewards) / sum;
        final double meanWeight = sum / weights.length;
        final double[] deviations = new double[rewards.length];
        for (int i = 0; i < deviations.length; i++) {
            deviations[i] = weights[i] * (rewards[i] - value) / meanWeight;
        }
        return new Rows(value, deviations);
    }

    /**
     * Doubly robust: mean of q(x, pi) + w (r - q(x, a)). Unbiased where either the propensities or the model are right,
     * and of less variance than IPS where the model explains some of the reward.
     *
     * @param weights         by row, 0 or more.
     * @param rewards         by row.
     * @param predictedLogged q(x, a): predicted reward of what was done, from a model that has not seen the row.
     * @param predictedTarget q(x, pi): predicted reward of what the target policy does, its mean over the actions.
     * @return of the target policy.
     */
    public static Rows doublyRobust(
        final double[] weights, final double[] rewards, final double[] predictedLogged,
        final double[] predictedTarget) {
        final double[] terms = new double[rewards.length];
        for (int i = 0; i < terms.length; i++) {
            terms[i] = predictedTarget[i] + weights[i] * (rewards[i] - predictedLogged[i]);
        }
        return mean(terms);
    }

    private static Rows mean(final double[] terms) {
        final double value = Sum.of(terms) / terms.length;
        final double[] deviations = new double[terms.length];
        for (int i = 0; i < terms.length; i++) {
            deviations[i] = terms[i] - value;
        }
        return new Rows(value, deviations);
    }
}
