package io.opportune.engine.uplift;

/**
 * The standard normal distribution, and what statistics need beside it, to about 1e-14. Uses {@link StrictMath} only,
 * so that a report comes out the same on every machine. Stateless.
 */
final class Normal {
    private static final double SQRT_TWO_PI = StrictMath.sqrt(2 * StrictMath.PI);
    /** From here on the continued fraction is the quicker one. */
    private static final double FAR = 3;
    private static final int FRACTION_TERMS = 200;
    private static final int MAX_STEPS = 100;
    private static final double STIRLING_FROM = 16;

    private Normal() {
    }

    /** Probability of more than z. */
    static double upperTail(final double z) {
        if (z < 0) {
            return 1 - upperTail(-z);
        }
        return z < FAR ? 0.5 - density(z) * series(z) : density(z) / fraction(z);
    }

    static double density(final double z) {
        return StrictMath.exp(-z * z / 2) / SQRT_TWO_PI;
    }

    /** Sum of z^(2k+1) / (1 x 3 x ... x (2k+1)): Abramowitz and Stegun, 26.2.11. */
    private static double series(final double z) {
        double term = z;
        double sum = z;
        for (int k = 1; term > sum * 1e-17; k++) {
            term *= z * z / (2 * k + 1);
            sum += term;
        }
        return sum;
    }

    /** z + 1/(z + 2/(z + 3/(z + ...))): Abramowitz and Stegun, 26.2.14. */
    private static double fraction(final double z) {
        double value = z;
        for (int k = FRACTION_TERMS; k >= 1; k--) {
            value = z + k / value;
        }
        return value;
    }

    /**
     * The value that is exceeded with a probability.
     *
     * @param tail between 0 and 1, ends excluded.
     * @return z with {@link #upperTail} equal to it.
     */
    static double upperQuantile(final double tail) {
        if (!(tail > 0 && tail < 1)) {
            throw new IllegalArgumentException("a probability between 0 and 1, not " + tail);
        }
        if (tail > 0.5) {
            return -upperQuantile(1 - tail);
        }
        // Newton's steps on the logarithm of the tail, which is concave: they come from the left and never overshoot.
        double z = 0;
        for (int i = 0; i < MAX_STEPS; i++) {
            final double at = upperTail(z);
            final double step = at * StrictMath.log(at / tail) / density(z);
            z += step;
            if (StrictMath.abs(step) < 1e-13) {
                break;
            }
        }
        return z;
    }

    /**
     * Student's value that is exceeded with a probability, by expansion in 1 / degrees of freedom: Abramowitz and
     * Stegun, 26.7.5. Off by less than 0.001 from 10 degrees on.
     *
     * @param tail    between 0 and 1.
     * @param degrees of freedom, 3 or more.
     * @return t.
     */
    static double studentQuantile(final double tail, final double degrees) {
        final double z = upperQuantile(tail);
        final double z2 = z * z;
        final double g1 = z * (z2 + 1) / 4;
        final double g2 = z * ((5 * z2 + 16) * z2 + 3) / 96;
        final double g3 = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
        return z + (g1 + (g2 + g3 / degrees) / degrees) / degrees;
    }

    /** Logarithm of the gamma function for x above 0: Stirling's series, reached by recurrence. */
    static double logGamma(final double x) {
        double shift = 0;
        double at = x;
        while (at < STIRLING_FROM) {
            shift += StrictMath.log(at);
            at++;
        }
        final double inverse = 1 / at;
        final double square = inverse * inverse;
        return (at - 0.5) * StrictMath.log(at) - at + StrictMath.log(2 * StrictMath.PI) / 2
            + inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) - shift;
    }
}
