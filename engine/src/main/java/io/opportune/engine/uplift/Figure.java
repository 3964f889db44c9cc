package io.opportune.engine.uplift;

/**
 * One outcome of one comparison as a report shows it.
 *
 * @param effect     estimates and errors.
 * @param fixed      interval for one look; {@link Interval#UNKNOWN} without data enough.
 * @param sequential interval that holds at every look; {@link Interval#UNKNOWN} without data enough.
 * @param relative   interval of the relative gain for one look; {@link Interval#UNKNOWN} without data enough.
 * @param enough     whether there is data enough for intervals to mean what they say.
 */
public record Figure(Effect effect, Interval fixed, Interval sequential, Interval relative, boolean enough) {
    /** Below it the mean of outcomes as rare and uneven as purchases is not yet normally distributed. */
    static final double LEAST_EFFECTIVE_COUNT = 50;

    static Figure of(final Effect effect, final double alpha, final ConfidenceSequence sequence) {
        return isEnough(effect)
            ? new Figure(effect, effect.fixed(alpha), effect.sequential(sequence), effect.relativeFixed(alpha), true)
            : new Figure(effect, Interval.UNKNOWN, Interval.UNKNOWN, Interval.UNKNOWN, false);
    }

    /**
     * Whether intervals may be shown.
     *
     * @param effect of an outcome.
     * @return true when both arms hold as much as 50 customers with equal outcomes.
     */
    static boolean isEnough(final Effect effect) {
        return effect.effectiveCount() >= LEAST_EFFECTIVE_COUNT;
    }
}
