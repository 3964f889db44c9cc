package io.opportune.engine.learning;

/**
 * Functions of logistic models in plain arithmetic, so that they give the same bits on every machine and in every
 * stage of compilation. Stateless.
 */
public final class Logistic {
    /** Largest magnitude of a logit that is served: probabilities stay above 4e-18. */
    public static final double MAX_LOGIT = 40;
    private static final double LOG2_E = 1.4426950408889634;
    /** ln 2 in two parts: the first has 21 zero bits at its end, so that its multiples are exact (fdlibm). */
    private static final double LN2_HIGH = 6.93147180369123816490e-01;
    private static final double LN2_LOW = 1.90821492927058770002e-10;
    /** Adding and taking away this rounds to whole numbers: 1.5 x 2^52. */
    private static final double ROUNDER = 6755399441055744.0;
    private static final double TINY = 1e-300;
    private static final double LEAST = -700;
    private static final double MOST = 700;
    private static final int EXPONENT_BIAS = 1023;
    private static final int MANTISSA_BITS = 52;
    private static final long MANTISSA_MASK = (1L << MANTISSA_BITS) - 1;
    /** Bits of the square root of 1/2: mantissas are taken from it to its double. */
    private static final long HALF_ROOT_BITS = 0x3fe6_a09e_667f_3bcdL;

    private Logistic() {
    }

    /**
     * e^x by reduction to |r| &lt;= ln 2 / 2 and the Taylor polynomial of degree 12.
     *
     * @param x clamped to -700 to 700.
     * @return within 1e-14 of it, relatively.
     */
    public static double exp(final double x) {
        final double bounded = x < LEAST ? LEAST : x > MOST ? MOST : x;
        final double shifted = bounded * LOG2_E + ROUNDER;
        final double k = shifted - ROUNDER;
        final double r = bounded - k * LN2_HIGH - k * LN2_LOW;
        final double square = r * r;
        // Even and odd powers apart: two short chains instead of one long one.
        final double even = 1 + square * (1 / 2.0 + square * (1 / 24.0 + square * (1 / 720.0
            + square * (1 / 40_320.0 + square * (1 / 3_628_800.0 + square * (1 / 479_001_600.0))))));
        final double odd = 1 + square * (1 / 6.0 + square * (1 / 120.0 + square * (1 / 5_040.0
            + square * (1 / 362_880.0 + square * (1 / 39_916_800.0)))));
        return (even + r * odd) * Double.longBitsToDouble((long) k + EXPONENT_BIAS << MANTISSA_BITS);
    }

    /**
     * Natural logarithm: 2 artanh((m - 1) / (m + 1)) of the mantissa by its series, and the exponent.
     *
     * @param x above 0, finite and normal.
     * @return within 1e-14 of it, relatively to 1 + its magnitude.
     */
    public static double log(final double x) {
        final long bits = Double.doubleToRawLongBits(x) - HALF_ROOT_BITS;
        final double k = (int) (bits >> MANTISSA_BITS);
        final double m = Double.longBitsToDouble((bits & MANTISSA_MASK) + HALF_ROOT_BITS);
        final double s = (m - 1) / (m + 1);
        final double square = s * s;
        final double series = 1 + square * (1 / 3.0 + square * (1 / 5.0 + square * (1 / 7.0 + square * (1 / 9.0
            + square * (1 / 11.0 + square * (1 / 13.0 + square * (1 / 15.0 + square * (1 / 17.0
            + square * (1 / 19.0)))))))));
        return k * LN2_HIGH + (k * LN2_LOW + 2 * s * series);
    }

    /**
     * 1 / (1 + e^-x).
     *
     * @param x a logit.
     * @return above 0, at most 1.
     */
    public static double sigmoid(final double x) {
        return 1 / (1 + exp(-x));
    }

    /**
     * Inverse of {@link #sigmoid}.
     *
     * @param probability 0 to 1.
     * @return at most {@link #MAX_LOGIT} either way.
     */
    public static double logit(final double probability) {
        final double logit = log(Math.max(TINY, probability) / Math.max(TINY, 1 - probability));
        return Math.max(-MAX_LOGIT, Math.min(MAX_LOGIT, logit));
    }

    /**
     * Loss of a prediction: -ln of the probability that it gave to what came.
     *
     * @param logit predicted.
     * @param label 0 or 1, or between.
     * @return 0 or more, in nats.
     */
    public static double logLoss(final double logit, final double label) {
        return (logit > 0 ? logit : 0) + log(1 + exp(-Math.abs(logit))) - label * logit;
    }
}
