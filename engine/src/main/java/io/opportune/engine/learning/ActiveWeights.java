package io.opportune.engine.learning;

import io.opportune.engine.feature.FeatureVector;
import java.util.List;

/**
 * The weights that one example concerns: slots with their inputs, and the blocks in which they stand. Reused by the
 * learner.
 */
final class ActiveWeights {
    private static final int MAX_COUNT =
        1 + 2 * FeatureVector.CAPACITY + ModelSpec.LEVELS * (FeatureVector.CAPACITY + 1);
    private static final int BLOCK_SHIFT = Integer.numberOfTrailingZeros(ModelSpec.BLOCK_SLOTS);

    private final ModelSpec spec;
    private final List<Level> levels;
    private final ContextFold fold;
    private final FeatureSlots slots;
    private final float linearPrior;
    /** Of the slots of crosses of exact levels. */
    private final float crossPrior;
    private final float[] rowInterceptPrior = new float[ModelSpec.LEVELS];
    private final float[] rowCrossPrior = new float[ModelSpec.LEVELS];
    private final float[] interceptInput = new float[ModelSpec.LEVELS];
    private final float[] crossInput = new float[ModelSpec.LEVELS];
    final int[] slot = new int[MAX_COUNT];
    final float[] input = new float[MAX_COUNT];
    /** 1 / variance of a weight before it learned anything. */
    final float[] priorPrecision = new float[MAX_COUNT];
    /** Room for the learner. */
    final float[] scratch = new float[MAX_COUNT];
    final int[] block = new int[MAX_COUNT];
    int count;
    int blockCount;
    float clickPrior;
    float conversionPrior;
    float worthMicros;
    /** Of the logit, as predicted last. */
    float mean;

    ActiveWeights(final ModelSpec spec, final FeatureSlots slots) {
        this.spec = spec;
        this.slots = slots;
        levels = spec.levels();
        fold = new ContextFold(spec, false);
        linearPrior = 1 / spec.priors().linear();
        crossPrior = 1 / spec.priors().cross();
        for (int level = 0; level < ModelSpec.LEVELS; level++) {
            rowInterceptPrior[level] = 1 / spec.interceptPrior(level);
            rowCrossPrior[level] = 1 / spec.crossPrior(level);
            interceptInput[level] = spec.interceptInput(level);
            crossInput[level] = spec.crossInput(level);
        }
    }

    void set(final FeatureVector context, final int[] rows, final FeatureVector pair, final boolean learning) {
        fold.fold(context, slots, learning ? ContextFold.LEARN : slots.count());
        clickPrior = pair.clickPrior();
        conversionPrior = pair.conversionPrior();
        worthMicros = pair.worthMicros();
        slot[0] = ModelSpec.BIAS_SLOT;
        input[0] = spec.biasInput();
        priorPrecision[0] = 1 / spec.priors().bias();
        block[0] = ModelSpec.BIAS_SLOT >>> BLOCK_SHIFT;
        blockCount = 1;
        count = 1;
        for (int i = 0; i < context.count(); i++) {
            addSingle(spec.contextSlot(context.key(i)), context.value(i), linearPrior);
        }
        for (int level = 0; level < ModelSpec.LEVELS; level++) {
            final int row = rows[level];
            if (row != 0) {
                if (levels.get(level).form() == Level.Form.FOLDED) {
                    addRow(row, level);
                } else {
                    addExact(row, level);
                }
            }
        }
        for (int i = 0; i < pair.count(); i++) {
            addSingle(spec.pairSlot(pair.key(i)), pair.value(i), linearPrior);
        }
    }

    private void addSingle(final int at, final float value, final float prior) {
        slot[count] = at;
        input[count] = value;
        priorPrecision[count++] = prior;
        block[blockCount++] = at >>> BLOCK_SHIFT;
    }

    private void addRow(final int row, final int level) {
        if (row < ModelSpec.BIAS_SLOT || row > spec.slotCount() - spec.width()) {
            throw new IllegalArgumentException("row " + row + " is not of " + spec.name());
        }
        final int used = fold.count;
        final int[] offsets = fold.offset;
        final float[] values = fold.value;
        int at = count;
        slot[at] = row;
        input[at] = 1;
        priorPrecision[at++] = rowInterceptPrior[level];
        final float prior = rowCrossPrior[level];
        for (int i = 0; i < used; i++) {
            slot[at] = row + offsets[i];
            input[at] = values[i];
            priorPrecision[at++] = prior;
        }
        count = at;
        final int end = row + spec.width();
        for (int first = row; first < end; first += ModelSpec.BLOCK_SLOTS) {
            block[blockCount++] = first >>> BLOCK_SHIFT;
        }
    }

    private void addExact(final int row, final int level) {
        addSingle(spec.interceptSlot(row), interceptInput[level], linearPrior);
        final float scale = crossInput[level];
        for (int i = 0; i < fold.features; i++) {
            addSingle(spec.crossSlot(row, fold.spread[i]), fold.input[i] * scale, crossPrior);
        }
    }
}
