package io.opportune.engine.learning;

import io.opportune.engine.feature.FeatureVector;
import java.util.Arrays;

/**
 * A context's features folded into the slots of a row ({@link FeatureSlots}), once per request: the slots that are not
 * 0, with their sums; and for exact levels the hash of each key. Reused; one thread.
 */
final class ContextFold {
    private static final float VALUES = 256;
    private static final float SQUARES = 16;
    static final float VALUE_UNIT = 1 / VALUES;
    static final float SQUARE_UNIT = 1 / SQUARES;
    static final int LEARN = -1;
    private static final int CAPACITY = FeatureVector.CAPACITY;
    /**
     * Larger sums count as this. With it 96 products of a mean of 13 bits, or of the square of a deviation of 6 bits,
     * stay within an int.
     */
    private static final float MOST_VALUE = 16;

    private final int width;
    private final boolean exact;
    private final boolean halves;
    private final float[] dense = new float[Level.MAX_WIDTH];
    /** By feature: its slot. */
    private final int[] placed = new int[CAPACITY];
    /** For learning: offsets in a row, ascending. */
    final int[] offset = new int[CAPACITY + 1];
    /** What stands there. */
    final float[] value = new float[CAPACITY + 1];
    /**
     * For scoring, which sums whole numbers, by word of a combined row: what stands at its lower and its upper half in
     * units of {@link #VALUE_UNIT}, and the squares of these in units of {@link #SQUARE_UNIT}.
     */
    final int[] low = new int[Level.MAX_WIDTH / 2];
    final int[] high = new int[Level.MAX_WIDTH / 2];
    final int[] lowSquare = new int[Level.MAX_WIDTH / 2];
    final int[] highSquare = new int[Level.MAX_WIDTH / 2];
    /** How many. */
    int count;
    /** Hashes of keys, for exact levels. */
    final int[] spread = new int[CAPACITY];
    /** Values of these. */
    final float[] input = new float[CAPACITY];
    /** How many features the context has. */
    int features;
    /** Squares of the values of features that have no slot, summed. */
    float unknownSquares;

    /** A fold; halves of words are what scoring needs and learning does not. */
    ContextFold(final ModelSpec spec, final boolean halves) {
        this.halves = halves;
        width = spec.width();
        exact = spec.levels().stream().anyMatch(level -> level.form() == Level.Form.EXACT);
    }

    /**
     * Folds.
     *
     * @param slots where features stand.
     * @param known how many of these the reader knows; {@link #LEARN}: each feature without a slot gets one.
     */
    void fold(final FeatureVector context, final FeatureSlots slots, final int known) {
        features = context.count();
        unknownSquares = 0;
        if (width != 0) {
            if (known == LEARN) {
                learn(context, slots);
            } else {
                place(context, slots, known);
            }
            if (halves) {
                splitHalves();
            } else {
                gather();
            }
        }
        if (exact) {
            for (int i = 0; i < features; i++) {
                spread[i] = ModelSpec.spread(context.key(i));
                input[i] = context.value(i);
            }
        }
    }

    private void learn(final FeatureVector context, final FeatureSlots slots) {
        final float[] sums = dense;
        for (int i = 0; i < features; i++) {
            final int signed = slots.learn(context.key(i));
            sums[signed >> 1] += (signed & 1) == 0 ? context.value(i) : -context.value(i);
        }
    }

    private void place(final FeatureVector context, final FeatureSlots slots, final int known) {
        final float[] sums = dense;
        float unknown = 0;
        for (int i = 0; i < features; i++) {
            final float x = context.value(i);
            final int signed = slots.find(context.key(i), known);
            if (signed == FeatureSlots.UNKNOWN) {
                unknown += x * x;
                // In the head of the row, where nothing is read.
                placed[i] = 0;
            } else {
                placed[i] = signed >> 1;
                sums[signed >> 1] += (signed & 1) == 0 ? x : -x;
            }
        }
        unknownSquares = unknown;
    }

    private void gather() {
        final float[] sums = dense;
        int used = 0;
        for (int slot = ModelSpec.ROW_HEAD; slot < width; slot++) {
            final float sum = bounded(sums[slot]);
            offset[used] = slot;
            value[used] = sum;
            used += sum == 0 ? 0 : 1;
        }
        count = used;
        Arrays.fill(sums, 0, width, 0);
    }

    private static int rounded(final float value) {
        return (int) (value < 0 ? value - 0.5f : value + 0.5f);
    }

    /** Only what is used; a slot that two features share is written twice. */
    private void splitHalves() {
        final int words = width / 2;
        Arrays.fill(low, 0, words, 0);
        Arrays.fill(high, 0, words, 0);
        Arrays.fill(lowSquare, 0, words, 0);
        Arrays.fill(highSquare, 0, words, 0);
        for (int i = 0; i < features; i++) {
            final int slot = placed[i];
            final float sum = bounded(dense[slot]);
            final boolean lower = (slot & 1) == 0;
            (lower ? low : high)[slot >> 1] = rounded(sum * VALUES);
            (lower ? lowSquare : highSquare)[slot >> 1] = rounded(sum * sum * SQUARES);
        }
        for (int i = 0; i < features; i++) {
            dense[placed[i]] = 0;
        }
    }

    private static float bounded(final float sum) {
        return sum > MOST_VALUE ? MOST_VALUE : sum < -MOST_VALUE ? -MOST_VALUE : sum;
    }
}
