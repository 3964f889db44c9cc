package io.opportune.engine.learning;

import io.opportune.engine.feature.FeatureVector;
import java.util.List;

/**
 * A context's features folded into each level's slots, once per request: for folded levels the slots that are not 0
 * with their sums, for exact ones the hash of each key. Reused; one thread.
 */
final class ContextFold {
    /** Most slots that one level adds to an example: its intercept and each feature. */
    static final int MAX_SLOTS = FeatureVector.CAPACITY + 1;

    private final List<Level> levels;
    final int[] count = new int[ModelSpec.LEVELS];
    /** By level: offset in a row, or hash of the key for exact levels. The first is the intercept. */
    final int[][] offset = new int[ModelSpec.LEVELS][MAX_SLOTS];
    /** By level: what stands at the offset. */
    final float[][] value = new float[ModelSpec.LEVELS][MAX_SLOTS];
    /** Squares of these. */
    final float[][] square = new float[ModelSpec.LEVELS][MAX_SLOTS];
    private final float[] dense = new float[Level.MAX_WIDTH];

    ContextFold(final ModelSpec spec) {
        levels = spec.levels();
    }

    void fold(final FeatureVector context) {
        for (int i = 0; i < ModelSpec.LEVELS; i++) {
            final Level level = levels.get(i);
            switch (level.form()) {
                case FOLDED -> count[i] = folded(i, level.width(), context);
                case EXACT -> count[i] = exact(i, context);
                default -> count[i] = 0;
            }
        }
    }

    private int folded(final int level, final int width, final FeatureVector context) {
        final int features = context.count();
        final float[] sums = dense;
        sums[0] = 1;
        for (int i = 0; i < features; i++) {
            final int hash = ModelSpec.foldHash(level, context.key(i));
            final int slot = 1 + (int) ((hash >>> 1) * (width - 1L) >>> Integer.SIZE - 1);
            sums[slot] += (hash & 1) == 0 ? context.value(i) : -context.value(i);
        }
        final int[] offsets = offset[level];
        final float[] values = value[level];
        final float[] squares = square[level];
        int used = 0;
        for (int slot = 0; slot < width; slot++) {
            final float sum = sums[slot];
            if (sum != 0) {
                offsets[used] = slot;
                values[used] = sum;
                squares[used++] = sum * sum;
                sums[slot] = 0;
            }
        }
        return used;
    }

    private int exact(final int level, final FeatureVector context) {
        final int features = context.count();
        offset[level][0] = 0;
        value[level][0] = 1;
        square[level][0] = 1;
        for (int i = 0; i < features; i++) {
            final float each = context.value(i);
            offset[level][i + 1] = ModelSpec.spread(context.key(i));
            value[level][i + 1] = each;
            square[level][i + 1] = each * each;
        }
        return features + 1;
    }
}
