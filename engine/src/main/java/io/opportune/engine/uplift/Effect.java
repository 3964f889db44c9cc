package io.opportune.engine.uplift;

/**
 * What a treatment changes in the mean of one outcome, from two independent arms. Immutable.
 *
 * <p>The absolute effect is the difference of the means with Welch's standard error. The relative one is the
 * difference in percent of the control arm's mean, by the delta method on the logarithm of the ratio. Adjusted by what
 * was known before (CUPED: Deng, Xu, Kohavi, Walker, "Improving the sensitivity of online controlled experiments by
 * utilizing pre-experiment data", WSDM 2013), the estimate is the same in expectation and its standard error smaller by
 * the square root of 1 - correlation^2.
 */
public final class Effect {
    private final ArmSums treated;
    private final ArmSums control;
    private final double theta;

    private Effect(final ArmSums treated, final ArmSums control, final double theta) {
        this.treated = treated;
        this.control = control;
        this.theta = theta;
    }

    /**
     * Compares two arms.
     *
     * @param treated to whom offers were made.
     * @param control to whom they would have been made.
     * @return the effect.
     */
    public static Effect of(final ArmSums treated, final ArmSums control) {
        return new Effect(treated, control, 0);
    }

    /**
     * Compares two arms, adjusted by what was measured before.
     *
     * @param treated to whom offers were made.
     * @param control to whom they would have been made.
     * @return the effect; the plain one where nothing differed before.
     */
    public static Effect adjusted(final ArmSums treated, final ArmSums control) {
        final double spread = freedom(treated) * treated.varianceBefore() + freedom(control) * control.varianceBefore();
        return new Effect(treated, control, spread == 0 ? 0
            : (freedom(treated) * treated.covariance() + freedom(control) * control.covariance()) / spread);
    }

    private static double freedom(final ArmSums arm) {
        return Math.max(0, arm.count() - 1);
    }

    /**
     * Customers of both arms.
     *
     * @return 0 or more.
     */
    public long customers() {
        return treated.count() + control.count();
    }

    /**
     * Mean outcome of treated customers, adjusted where asked for.
     *
     * @return per customer.
     */
    public double treatedMean() {
        return adjust(treated);
    }

    /**
     * Mean outcome of control customers, adjusted where asked for.
     *
     * @return per customer.
     */
    public double controlMean() {
        return adjust(control);
    }

    private double adjust(final ArmSums arm) {
        if (theta == 0) {
            return arm.mean();
        }
        final double meanBefore =
            (treated.meanBefore() * treated.count() + control.meanBefore() * control.count()) / customers();
        return arm.mean() - theta * (arm.meanBefore() - meanBefore);
    }

    /**
     * What is gained per customer.
     *
     * @return difference of the means.
     */
    public double estimate() {
        return treatedMean() - controlMean();
    }

    /**
     * How uncertain {@link #estimate()} is.
     *
     * @return standard error; 0 where an arm has no spread.
     */
    public double standardError() {
        return StrictMath.sqrt(meanVariance(treated) + meanVariance(control));
    }

    private double meanVariance(final ArmSums arm) {
        return arm.count() < 2 ? 0 : Math.max(0, arm.variance()
            + theta * (theta * arm.varianceBefore() - 2 * arm.covariance())) / arm.count();
    }

    /**
     * The interval for one look at a time that was fixed beforehand.
     *
     * @param alpha probability that the truth lies outside.
     * @return Welch's, by Student's distribution; {@link Interval#UNKNOWN} without spread.
     */
    public Interval fixed(final double alpha) {
        final double error = standardError();
        if (!(error > 0)) {
            return Interval.UNKNOWN;
        }
        final double t = meanVariance(treated);
        final double c = meanVariance(control);
        final double degrees = (t + c) * (t + c) / (t * t / freedom(treated) + c * c / freedom(control));
        return Interval.around(estimate(), error * Normal.studentQuantile(alpha / 2, degrees));
    }

    /**
     * The interval that holds at this look and all others together.
     *
     * @param sequence planned beforehand.
     * @return {@link Interval#UNKNOWN} without spread.
     */
    public Interval sequential(final ConfidenceSequence sequence) {
        final double error = standardError();
        return error > 0
            ? Interval.around(estimate(), error * sequence.halfWidth(customers())) : Interval.UNKNOWN;
    }

    /**
     * The gain as a share of the control arm's mean.
     *
     * @return 0.1 for a tenth more; NaN where a mean is not above 0.
     */
    public double relative() {
        return treatedMean() > 0 && controlMean() > 0 ? treatedMean() / controlMean() - 1 : Double.NaN;
    }

    /**
     * The interval of the relative gain for one look.
     *
     * @param alpha probability that the truth lies outside.
     * @return {@link Interval#UNKNOWN} where a mean is not above 0.
     */
    public Interval relativeFixed(final double alpha) {
        final double share = relative();
        if (Double.isNaN(share)) {
            return Interval.UNKNOWN;
        }
        final double error = StrictMath.sqrt(meanVariance(treated) / (treatedMean() * treatedMean())
            + meanVariance(control) / (controlMean() * controlMean()));
        final double factor = StrictMath.exp(error * Normal.upperQuantile(alpha / 2));
        return new Interval((1 + share) / factor - 1, (1 + share) * factor - 1);
    }

    /**
     * How many equal outcomes the smaller arm's are worth, see {@link ArmSums#effectiveCount}.
     *
     * @return 0 or more.
     */
    public double effectiveCount() {
        return Math.min(treated.effectiveCount(), control.effectiveCount());
    }
}
