package io.opportune.engine.arbitration;

/**
 * What a candidate scores: propensity x context weight x value x lever, each only where it is switched on (1
 * otherwise). Immutable.
 *
 * @param propensity how likely the objective is reached.
 * @param context    weight of the moment.
 * @param value      micros that reaching it brings.
 * @param lever      what the business wants pushed.
 */
public record ScoreFormula(boolean propensity, boolean context, boolean value, boolean lever) {
    /** How likely the objective is reached, whatever that brings. */
    public static final ScoreFormula PROBABILITY = new ScoreFormula(true, true, false, true);
    /** What reaching it brings in the mean. */
    public static final ScoreFormula MONEY = new ScoreFormula(true, true, true, true);

    /**
     * All factors but the propensity.
     *
     * @param valueMicros   what reaching the objective brings.
     * @param contextWeight of the moment.
     * @param leverWeight   what the business wants pushed.
     * @return product of those that are switched on.
     */
    public double factor(final long valueMicros, final double contextWeight, final double leverWeight) {
        double product = value ? valueMicros : 1;
        if (context) {
            product *= contextWeight;
        }
        return lever ? product * leverWeight : product;
    }
}
