package io.opportune.engine.uplift;

/**
 * Values that the data do not contradict.
 *
 * @param low  least of them.
 * @param high greatest of them.
 */
public record Interval(double low, double high) {
    /** Everything: nothing is known. */
    public static final Interval UNKNOWN = new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    static Interval around(final double middle, final double halfWidth) {
        return new Interval(middle - halfWidth, middle + halfWidth);
    }

    /**
     * Whether a value lies inside, ends included.
     *
     * @param value looked for.
     * @return false for NaN.
     */
    public boolean contains(final double value) {
        return low <= value && value <= high;
    }

    /**
     * How wide it is.
     *
     * @return 0 or more.
     */
    public double width() {
        return high - low;
    }

    /**
     * Whether it ends somewhere.
     *
     * @return false for {@link #UNKNOWN}.
     */
    public boolean isKnown() {
        return !Double.isInfinite(low) && !Double.isInfinite(high);
    }
}
