package io.opportune.engine.uplift;

/**
 * Intervals that may be looked at as often as one likes: with the stated probability the truth lies in all of them,
 * from the first look to the last, so that an experiment may be ended when one of them says enough. The asymptotic
 * confidence sequence with a Gaussian mixture boundary (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, "Time-uniform
 * central limit theory and asymptotic confidence sequences", Annals of Statistics 2024):
 *
 * <pre>
 *  half width after t customers = SE x sqrt( 2 (1 + 1 / (t r)) (ln(t r + 1) / 2 + ln(1 / alpha)) )
 *  SE                           = standard error of the estimate after t customers
 *  r                            = (w - 1) / T, w - ln w = 1 + 2 ln(1 / alpha): least width at the planned end T
 * </pre>
 *
 * <p>At the planned end they are 1.55 times as wide as the interval for one look (95 %), and no more than 1.7 times
 * from a quarter of the plan to 15 times the plan. Immutable.
 */
public final class ConfidenceSequence {
    private static final int STEPS = 100;

    private final double logInverseAlpha;
    private final double perCustomer;

    /**
     * Plans a sequence.
     *
     * @param alpha            probability that the truth lies outside at any look, between 0 and 1.
     * @param plannedCustomers of both arms together at which it shall be narrowest, 1 or more.
     */
    public ConfidenceSequence(final double alpha, final long plannedCustomers) {
        if (!(alpha > 0 && alpha < 1) || plannedCustomers < 1) {
            throw new IllegalArgumentException("alpha between 0 and 1 and a plan of 1 or more customers, not " + alpha
                + " and " + plannedCustomers);
        }
        logInverseAlpha = -StrictMath.log(alpha);
        double w = 1 + 2 * logInverseAlpha;
        for (int i = 0; i < STEPS; i++) {
            w = 1 + 2 * logInverseAlpha + StrictMath.log(w);
        }
        perCustomer = (w - 1) / plannedCustomers;
    }

    /**
     * Half the width of the interval.
     *
     * @param customers of both arms together so far, 1 or more.
     * @return in standard errors of the estimate.
     */
    public double halfWidth(final long customers) {
        final double time = customers * perCustomer;
        return StrictMath.sqrt(2 * (1 + 1 / time) * (StrictMath.log1p(time) / 2 + logInverseAlpha));
    }
}
