package io.opportune.engine.evaluation;

import java.util.SplittableRandom;

/**
 * Draws from Beta distributions as X / (X + Y) with X and Y from Gamma distributions (Marsaglia and Tsang 2000), normal
 * numbers by the polar method (Marsaglia and Bray 1964). The same seed gives the same bits everywhere. For one thread.
 */
final class BetaSampler {
    private static final double SQUEEZE = 0.0331;

    private final SplittableRandom random;
    private double spare;
    private boolean hasSpare;

    BetaSampler(final SplittableRandom random) {
        this.random = random;
    }

    /** A draw; both parameters above 0. */
    double next(final double alpha, final double beta) {
        final double x = gamma(alpha);
        return x / (x + gamma(beta));
    }

    /** A draw from Gamma(shape, 1). */
    double gamma(final double shape) {
        if (shape < 1) {
            // A Gamma(shape) is a Gamma(shape + 1) times U^(1/shape).
            return gamma(shape + 1) * StrictMath.pow(1 - random.nextDouble(), 1 / shape);
        }
        final double d = shape - 1.0 / 3;
        final double c = 1 / StrictMath.sqrt(9 * d);
        while (true) {
            final double x = normal();
            final double root = 1 + c * x;
            if (root <= 0) {
                continue;
            }
            final double v = root * root * root;
            final double u = 1 - random.nextDouble();
            if (u < 1 - SQUEEZE * x * x * x * x
                || StrictMath.log(u) < x * x / 2 + d * (1 - v + StrictMath.log(v))) {
                return d * v;
            }
        }
    }

    /** A draw from the standard normal distribution. */
    double normal() {
        if (hasSpare) {
            hasSpare = false;
            return spare;
        }
        while (true) {
            final double a = 2 * random.nextDouble() - 1;
            final double b = 2 * random.nextDouble() - 1;
            final double square = a * a + b * b;
            if (square < 1 && square > 0) {
                final double scale = StrictMath.sqrt(-2 * StrictMath.log(square) / square);
                spare = b * scale;
                hasSpare = true;
                return a * scale;
            }
        }
    }
}
