package io.opportune.engine.learning;

import java.util.Arrays;

/**
 * An offer's row added to those above it (campaign, category, advertiser), in half words, as scoring reads it: one row
 * a candidate instead of four, in a sixteenth of the memory that means and variances as floats would take.
 * <pre>
 * word 0   check of the rows that were added
 * word 1   intercept's mean, float
 * word 2   intercept's variance (upper half of a float) | unit of deviations (upper half of a float)
 * word 3   unit of means, float
 * then     width - 8 half words: mean in its unit, 10 bits with sign | standard deviation in its unit, 6 bits;
 *          without variances the mean has 13 bits
 * </pre>
 * Units are chosen for each row by what is largest in it, so that a mean is off by at most 1 part in 1,022 of the
 * largest, a deviation by 1 in 126. It is a function of the rows' words alone. Not shared between threads.
 */
final class CombinedRow {
    static final int MEAN_SHIFT = 6;
    static final int DEVIATION_MASK = (1 << MEAN_SHIFT) - 1;
    private static final int[] CHECK = {0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f};
    private static final float MOST_MEAN = 511;
    private static final float MOST_CERTAIN_MEAN = 4_095;
    private static final float MOST_DEVIATION = 63;
    private static final int UPPER_HALF = 0xffff_0000;

    private final boolean uncertain;
    private final int width;
    private final float[] mean = new float[Level.MAX_WIDTH];
    private final float[] variance = new float[Level.MAX_WIDTH];
    private final int[] words = new int[Level.MAX_WIDTH];
    private final int[] units = new int[Level.MAX_WIDTH];
    private final int[] deviations = new int[Level.MAX_WIDTH];

    CombinedRow(final ModelSpec spec) {
        uncertain = spec.learner() == LearnerKind.BAYES;
        width = spec.width();
    }

    /** Tells which rows were added: never 0, which is what memory holds where none were. */
    static int check(final int[] rows, final int at) {
        return rows[at] * CHECK[0] + rows[at + 1] * CHECK[1] + rows[at + 2] * CHECK[2] + rows[at + 3] * CHECK[3] | 1;
    }

    static float interceptVariance(final int word) {
        return Float.intBitsToFloat(word & UPPER_HALF);
    }

    static float deviationUnit(final int word) {
        return Float.intBitsToFloat(word << Short.SIZE);
    }

    /**
     * Adds rows.
     *
     * @param levels rows by level, some of which may be of exact levels.
     * @param folded which levels are folded.
     * @param into   gets the row at a word.
     */
    void build(final WeightMemory weights, final int[] levels, final int at, final boolean[] folded,
        final WeightMemory into, final int word) {
        clear();
        for (int i = 0; i < ModelSpec.LEVELS; i++) {
            if (folded[i] && levels[at + i] != 0) {
                add(weights, levels[at + i]);
            }
        }
        float mostMean = 0;
        float mostVariance = 0;
        for (int i = ModelSpec.ROW_HEAD; i < width; i++) {
            mostMean = Math.max(mostMean, Math.abs(mean[i]));
        }
        for (int i = ModelSpec.ROW_HEAD; i < width; i++) {
            mostVariance = Math.max(mostVariance, variance[i]);
        }
        final float meanUnit = mostMean / (uncertain ? MOST_MEAN : MOST_CERTAIN_MEAN);
        // Rounded up to what its half word can hold, so that the largest fits.
        final int unitBits = Float.floatToRawIntBits((float) Math.sqrt(mostVariance) / MOST_DEVIATION) + 0xffff
            & UPPER_HALF;
        into.putInt(word, check(levels, at));
        into.putFloat(word + 1, mean[0]);
        into.putInt(word + 2, Float.floatToRawIntBits(variance[0]) + 0x8000 & UPPER_HALF | unitBits >>> Short.SIZE);
        into.putFloat(word + 3, meanUnit);
        quantise(into, word, perUnit(meanUnit), perUnit(Float.intBitsToFloat(unitBits)));
    }

    private static float perUnit(final float unit) {
        return unit > Float.MIN_NORMAL ? 1 / unit : 0;
    }

    /** In arrays, because loops over them are done several lanes at a time. */
    private void quantise(final WeightMemory into, final int word, final float perMean, final float perDeviation) {
        for (int i = 0; i < width; i++) {
            final float scaled = mean[i] * perMean;
            // The nearest whole number, without a branch that would be guessed wrongly half the time.
            units[i] = (int) (scaled + Math.copySign(0.5f, scaled));
        }
        if (uncertain) {
            for (int i = 0; i < width; i++) {
                deviations[i] = (int) ((float) Math.sqrt(variance[i]) * perDeviation + 0.5f);
            }
            for (int i = 0; i < width; i++) {
                units[i] = units[i] << MEAN_SHIFT | deviations[i];
            }
        }
        for (int i = ModelSpec.ROW_HEAD; i < width; i += 2) {
            into.putInt(word + i / 2, units[i] & 0xffff | units[i + 1] << Short.SIZE);
        }
    }

    private void clear() {
        Arrays.fill(mean, 0, width, 0);
        Arrays.fill(variance, 0, width, 0);
    }

    private void add(final WeightMemory weights, final int row) {
        weights.copy(row, words, width);
        if (uncertain) {
            for (int i = 0; i < width; i++) {
                mean[i] += Posterior.mean(words[i]);
            }
            for (int i = 0; i < width; i++) {
                variance[i] += Posterior.variance(words[i]);
            }
        } else {
            for (int i = 0; i < width; i++) {
                mean[i] += Float.intBitsToFloat(words[i]);
            }
        }
    }
}
