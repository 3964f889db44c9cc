package io.opportune.engine.learning;

/**
 * A weight's mean and variance in one word, as scoring reads them:
 * <pre>
 * 31           12 11           0
 * +--------------+-------------+
 * | mean         | variance    |
 * +--------------+-------------+
 * </pre>
 * The mean is the upper 20 bits of a float (11 of its mantissa, off by at most 1 part in 4,096); the variance, never
 * negative, is bits 19 to 30 of one (4 of its mantissa, off by at most 1 part in 32). A row thus takes half the lines
 * of memory that two floats would. Stateless.
 */
final class Posterior {
    private static final int MEAN_MASK = 0xffff_f000;
    private static final int MEAN_HALF = 0x800;
    private static final int VARIANCE_MASK = 0xfff;
    private static final int VARIANCE_SHIFT = 19;
    private static final int VARIANCE_HALF = 1 << VARIANCE_SHIFT - 1;

    private Posterior() {
    }

    static int pack(final float mean, final float variance) {
        return Float.floatToRawIntBits(mean) + MEAN_HALF & MEAN_MASK
            | Float.floatToRawIntBits(variance) + VARIANCE_HALF >>> VARIANCE_SHIFT & VARIANCE_MASK;
    }

    static float mean(final int packed) {
        return Float.intBitsToFloat(packed & MEAN_MASK);
    }

    static float variance(final int packed) {
        return Float.intBitsToFloat((packed & VARIANCE_MASK) << VARIANCE_SHIFT);
    }
}
