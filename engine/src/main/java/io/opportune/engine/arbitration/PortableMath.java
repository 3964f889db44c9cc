package io.opportune.engine.arbitration;

/**
 * Functions that give the same bits on every machine: the intrinsics behind {@code Math} may differ by a unit in the
 * last place, which would turn a tie, and with it a decision made again. Only sums, products, quotients and rounding to
 * whole numbers, each in a fixed order. Stateless.
 */
final class PortableMath {
    /** Below this {@link #exp} is 0, so that no result is subnormal. */
    static final double LEAST_EXPONENT = -708;
    /** By how much {@link #logLogistic} is at most below ln(1 / (1 + exp(-x))). */
    static final double LOG_LOGISTIC_ERROR = 3.06e-5;

    private static final double GREATEST_EXPONENT = 709;
    private static final double LOG2_E = 1.4426950408889634;
    /** ln 2 in two parts; the upper one has 32 trailing zero bits, so that its product with an exponent is exact. */
    private static final double LN2_HIGH = 0x1.62e42feep-1;
    private static final double LN2_LOW = 0x1.a39ef35793c76p-33;
    private static final int MANTISSA_BITS = 52;
    private static final int BIAS = 1023;
    private static final long SQRT_HALF_BITS = 0x3fe6a09e667f3bcdL;
    /** Makes a subnormal number normal. */
    private static final double TWO_54 = 0x1p54;

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

    private PortableMath() {
    }

    /** e to the power of x, within 2 units in the last place; 0 below {@link #LEAST_EXPONENT}, infinite above 709. */
    static double exp(final double x) {
        if (!(x >= LEAST_EXPONENT)) {
            return x < LEAST_EXPONENT ? 0 : Double.NaN;
        }
        if (x > GREATEST_EXPONENT) {
            return Double.POSITIVE_INFINITY;
        }
        final double k = Math.rint(x * LOG2_E);
        final double r = (x - k * LN2_HIGH) - k * LN2_LOW;
        final double r2 = r * r;
        final double r4 = r2 * r2;
        // The series of exp from r^2 / 2! to r^13 / 13!, in pairs that do not wait for each other.
        final double low = (1.0 / 2 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120));
        final double middle = (1.0 / 720 + r * (1.0 / 5040)) + r2 * (1.0 / 40320 + r * (1.0 / 362880));
        final double high =
            (1.0 / 3628800 + r * (1.0 / 39916800)) + r2 * (1.0 / 479001600 + r * (1.0 / 6227020800.0));
        final double e = 1 + (r + r2 * (low + r4 * (middle + r4 * high)));
        return e * Double.longBitsToDouble((long) k + BIAS << MANTISSA_BITS);
    }

    /** Natural logarithm of a number that is 0 or more, within 2 units in the last place; of 0 minus infinity. */
    static double log(final double x) {
        if (!(x > 0 && x < Double.POSITIVE_INFINITY)) {
            return x == 0 ? Double.NEGATIVE_INFINITY : x > 0 ? x : Double.NaN;
        }
        final boolean subnormal = x < Double.MIN_NORMAL;
        final long bits = Double.doubleToRawLongBits(subnormal ? x * TWO_54 : x);
        final long exponent = bits - SQRT_HALF_BITS >> MANTISSA_BITS;
        final double mantissa = Double.longBitsToDouble(bits - (exponent << MANTISSA_BITS));
        final double k = subnormal ? exponent - 54 : exponent;
        // ln m = 2 artanh s with |s| <= 0.1716; the first term left out is below 2^-62 of the sum.
        final double s = (mantissa - 1) / (mantissa + 1);
        final double t = s * s;
        final double t2 = t * t;
        final double t4 = t2 * t2;
        final double low = (1.0 / 3 + t * (1.0 / 5)) + t2 * (1.0 / 7 + t * (1.0 / 9));
        final double middle = (1.0 / 11 + t * (1.0 / 13)) + t2 * (1.0 / 15 + t * (1.0 / 17));
        final double high = (1.0 / 19 + t * (1.0 / 21)) + t2 * (1.0 / 23);
        final double tail = t * (low + t4 * (middle + t4 * high));
        return k * LN2_HIGH + (k * LN2_LOW + (2 * s + 2 * s * tail));
    }

    /** 1 / (1 + exp(-x)). */
    static double logistic(final double x) {
        return 1 / (1 + exp(-x));
    }

    /**
     * ln(1 / (1 + exp(-x))) by chords: never above it, at most {@link #LOG_LOGISTIC_ERROR} below it (2e-9 above it where
     * x is about -20), never falling. Takes a sixth of the time that exp and log do, and has no other error than that a
     * sampled propensity is up to 0.003 % smaller.
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
