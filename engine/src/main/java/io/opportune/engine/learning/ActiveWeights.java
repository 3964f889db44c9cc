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
    private final float linearPrior;
    private final float crossPrior;
    private final float interceptPrior;
    final int[] slot = new int[MAX_COUNT];
    final float[] input = new float[MAX_COUNT];
    /** 1 / variance of a weight before it learned anything. */
    final float[] priorPrecision = new float[MAX_COUNT];
    /** Room for the learner. */
    final float[] scratch = new float[MAX_COUNT];
    final int[] block = new int[MAX_COUNT];
    int count;
    int blockCount;
    /** Of the logit, as predicted last. */
    float mean;

    ActiveWeights(final ModelSpec spec) {
        this.spec = spec;
        levels = spec.levels();
        fold = new ContextFold(spec, false);
        linearPrior = 1 / spec.priors().linear();
        crossPrior = 1 / spec.priors().cross();
        interceptPrior = 1 / spec.priors().intercept();
    }

    void set(final FeatureVector context, final int[] rows, final FeatureVector pair) {
        fold.fold(context);
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
                    addRow(row);
                } else {
                    addExact(row);
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

    private void addRow(final int row) {
        if (row < ModelSpec.BIAS_SLOT || row > spec.slotCount() - spec.width()) {
            throw new IllegalArgumentException("row " + row + " is not of " + spec.name());
        }
        final int used = fold.count;
        final int[] offsets = fold.offset;
        final float[] values = fold.value;
        int at = count;
        slot[at] = row;
        input[at] = 1;
        priorPrecision[at++] = interceptPrior;
        for (int i = 0; i < used; i++) {
            slot[at] = row + offsets[i];
            input[at] = values[i];
            priorPrecision[at++] = crossPrior;
        }
        count = at;
        final int end = row + spec.width();
        for (int first = row; first < end; first += ModelSpec.BLOCK_SLOTS) {
            block[blockCount++] = first >>> BLOCK_SHIFT;
        }
    }

    private void addExact(final int row) {
        addSingle(spec.interceptSlot(row), 1, linearPrior);
        for (int i = 0; i < fold.features; i++) {
            addSingle(spec.crossSlot(row, fold.spread[i]), fold.input[i], crossPrior);
        }
    }
}
