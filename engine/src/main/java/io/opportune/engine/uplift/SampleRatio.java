package io.opportune.engine.uplift;

/**
 * Whether the arms are as large as they were meant to be. Where they are not, customers went missing in one of them,
 * and no figure of the experiment can be trusted. Immutable.
 *
 * <p>The alarm may be looked at as often as one likes: it compares how probable the counts are under the intended
 * share with how probable they are on average under shares around it, spread as Beta(k p, k (1 - p)) with k = 1,000,
 * and sounds when the latter is 1 / alpha times as probable. Under the intended share this quotient is a martingale of
 * mean 1, so that it ever gets there with a probability of at most alpha (Ville, 1939; as a test of sample ratios:
 * Lindon and Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022).
 */
public final class SampleRatio {
    private static final double CONCENTRATION = 1_000;
    /** Above it the normal approximation is exact enough and a sum over all counts too long. */
    private static final long MOST_EXACT = 10_000;
    /** Counts as probable as the observed one but for rounding belong to the tail. */
    private static final double ROUNDING = 1e-7;

    private final double share;

    /**
     * An intended share.
     *
     * @param controlShare of the control arm, above 0 and below 1.
     */
    public SampleRatio(final double controlShare) {
        if (!(controlShare > 0 && controlShare < 1)) {
            throw new IllegalArgumentException("a share between 0 and 1, not " + controlShare);
        }
        share = controlShare;
    }

    /**
     * How much the counts speak against the intended share; valid at any number of looks.
     *
     * @param treated customers.
     * @param control customers.
     * @return natural logarithm of the quotient; 0 for no customers.
     */
    public double logEvidence(final long treated, final long control) {
        final double a = CONCENTRATION * share;
        final double b = CONCENTRATION * (1 - share);
        return logBeta(a + control, b + treated) - logBeta(a, b)
            - control * StrictMath.log(share) - treated * StrictMath.log1p(-share);
    }

    /**
     * Whether the alarm sounds.
     *
     * @param treated customers.
     * @param control customers.
     * @param alpha   probability that it ever sounds although all is well.
     * @return true: something is wrong.
     */
    public boolean alarm(final long treated, final long control, final double alpha) {
        return logEvidence(treated, control) >= -StrictMath.log(alpha);
    }

    /**
     * Probability of counts as far off as these or more, for one look at a time fixed beforehand.
     *
     * @param treated customers.
     * @param control customers.
     * @return exact two-sided binomial up to 10,000 customers, chi-square with one degree of freedom above.
     */
    public double pValue(final long treated, final long control) {
        final long n = treated + control;
        if (n > MOST_EXACT) {
            return Math.min(1, 2 * Normal.upperTail(
                StrictMath.abs(control - n * share) / StrictMath.sqrt(n * share * (1 - share))));
        }
        final double observed = logProbability(n, control) + ROUNDING;
        double sum = 0;
        for (long k = 0; k <= n; k++) {
            final double each = logProbability(n, k);
            sum += each <= observed ? StrictMath.exp(each) : 0;
        }
        return Math.min(1, sum);
    }

    private double logProbability(final long n, final long k) {
        return Normal.logGamma(n + 1) - Normal.logGamma(k + 1) - Normal.logGamma(n - k + 1)
            + k * StrictMath.log(share) + (n - k) * StrictMath.log1p(-share);
    }

    private static double logBeta(final double a, final double b) {
        return Normal.logGamma(a) + Normal.logGamma(b) - Normal.logGamma(a + b);
    }
}
