package io.opportune.engine.arbitration;

/** Pearson's chi-square statistic and where it becomes unbelievable. */
final class ChiSquare {
    /** Standard normal quantile of 1 - 1e-5. */
    private static final double Z = 4.264890793922825;

    private ChiSquare() {
    }

    static double of(final int[] counts, final double expected) {
        double sum = 0;
        for (final int count : counts) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum;
    }

    /** What is exceeded with a probability of 1e-5, after Wilson and Hilferty (1931). */
    static double critical(final int freedom) {
        final double v = 2.0 / (9 * freedom);
        return freedom * Math.pow(1 - v + Z * Math.sqrt(v), 3);
    }
}
