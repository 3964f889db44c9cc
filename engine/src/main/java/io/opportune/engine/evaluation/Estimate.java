package io.opportune.engine.evaluation;

/**
 * One figure with its error.
 *
 * @param value         mean reward of a row.
 * @param standardError of the value: how far it would scatter over logs of the same size; not a number below two rows.
 */
public record Estimate(double value, double standardError) {
    /** Half the width of a 95 % interval in standard errors: the 97.5 % point of the normal distribution. */
    public static final double QUANTILE = 1.959963984540054;

    /**
     * Lower end of the 95 % interval.
     *
     * @return below the value.
     */
    public double low() {
        return value - QUANTILE * standardError;
    }

    /**
     * Upper end of the 95 % interval.
     *
     * @return above the value.
     */
    public double high() {
        return value + QUANTILE * standardError;
    }
}
