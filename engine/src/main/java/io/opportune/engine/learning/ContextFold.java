package io.opportune.engine.learning;

import io.opportune.engine.feature.FeatureVector;

/**
 * A context's features folded into the slots of a row, once per request: the slots that are not 0, with their sums; and
 * for exact levels the hash of each key. Reused; one thread.
 */
final class ContextFold {
    private static final int CAPACITY = FeatureVector.CAPACITY;

    private final int width;
    private final boolean exact;
    private final float[] dense = new float[Level.MAX_WIDTH];
    /** Offsets in a row, ascending. */
    final int[] offset = new int[CAPACITY];
    /** What stands there. */
    final float[] value = new float[CAPACITY];
    /** How many. */
    int count;
    /** Hashes of keys, for exact levels. */
    final int[] spread = new int[CAPACITY];
    /** Values of these. */
    final float[] input = new float[CAPACITY];
    /** How many features the context has. */
    int features;

    ContextFold(final ModelSpec spec) {
        width = spec.width();
        exact = spec.levels().stream().anyMatch(level -> level.form() == Level.Form.EXACT);
    }

    void fold(final FeatureVector context) {
        features = context.count();
        if (width != 0) {
            fold(context, width);
        }
        if (exact) {
            for (int i = 0; i < features; i++) {
                spread[i] = ModelSpec.spread(context.key(i));
                input[i] = context.value(i);
            }
        }
    }

    private void fold(final FeatureVector context, final int slots) {
        final float[] sums = dense;
        final long crosses = slots - ModelSpec.ROW_HEAD;
        for (int i = 0; i < features; i++) {
            final int hash = ModelSpec.foldHash(context.key(i));
            final int slot = ModelSpec.ROW_HEAD + (int) ((hash >>> 1) * crosses >>> Integer.SIZE - 1);
            sums[slot] += (hash & 1) == 0 ? context.value(i) : -context.value(i);
        }
        int used = 0;
        for (int slot = ModelSpec.ROW_HEAD; slot < slots; slot++) {
            final float sum = sums[slot];
            if (sum != 0) {
                offset[used] = slot;
                value[used++] = sum;
                sums[slot] = 0;
            }
        }
        count = used;
    }
}
