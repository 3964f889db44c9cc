package io.opportune.engine.arbitration;

import io.opportune.engine.numeric.Logistic;

/**
 * Logarithms that scores are compared by, in plain arithmetic like {@link Logistic}: the same bits on every machine.
 * Stateless.
 */
final class LogScores {
    /** By how much {@link #logLogistic} is at most below ln(1 / (1 + exp(-x))). */
    static final double LOG_LOGISTIC_ERROR = 3.06e-5;

    /** Beyond this in either direction a straight line is exact to 2e-9. */
    private static final double TABLE_END = 20;
    /** Cells by unit: chords of a curve that bends by at most 1/4 are off by at most 1 / (8 * 32^2 * 4). */
    private static final int TABLE_CELLS = 32;
    private static final int CELL_COUNT = (int) (2 * TABLE_END) * TABLE_CELLS;
    private static final double[] LOG_LOGISTIC = new double[CELL_COUNT + 1];

    static {
        for (int i = 0; i < CELL_COUNT; i++) {
            LOG_LOGISTIC[i] = -StrictMath.log1p(StrictMath.exp(TABLE_END - (double) i / TABLE_CELLS));
        }
        LOG_LOGISTIC[0] = -TABLE_END;
    }

    private LogScores() {
    }

    /** Natural logarithm of what is 0 or more; of 0, as of what is too small to be normal, minus infinity. */
    static double log(final double x) {
        return x == 1 ? 0 : x >= Double.MIN_NORMAL ? Logistic.log(x) : Double.NEGATIVE_INFINITY;
    }

    /**
     * ln(1 / (1 + exp(-x))) by chords: never above it, at most {@link #LOG_LOGISTIC_ERROR} below it (2e-9 above it
     * where x is about -20), never falling. Takes a sixth of the time that exp and log do, and has no other error than
     * that a sampled propensity is up to 0.003 % smaller.
     */
    static double logLogistic(final double x) {
        final double t = (x + TABLE_END) * TABLE_CELLS;
        if (!(t > 0)) {
            return x;
        }
        if (t >= CELL_COUNT) {
            return 0;
        }
        final int cell = (int) t;
        final double from = LOG_LOGISTIC[cell];
        return from + (t - cell) * (LOG_LOGISTIC[cell + 1] - from);
    }
}
