package io.opportune.engine.learning;

/**
 * One example of FTRL-Proximal (McMahan et al. 2013, algorithm 1). A weight's training state is two floats: z, and the
 * root of its summed squared gradients n, which is what the rates need. Stateless.
 */
final class FtrlStep {
    private FtrlStep() {
    }

    /** Weights that stand side by side, from where their state is to where they are served. */
    static void weights(final FtrlRates rates, final long from, final long to, final int count) {
        final float perAlpha = 1 / rates.alpha();
        final float least = rates.beta() / rates.alpha() + rates.l2();
        final float l1 = rates.l1();
        for (int i = 0; i < count; i++) {
            WeightMemory.putFloatAt(to, i, weight(
                WeightMemory.floatAt(from, 2 * i), WeightMemory.floatAt(from, 2 * i + 1), perAlpha, least, l1));
        }
    }

    /** Without branches: half of all signs would be guessed wrongly. */
    private static float weight(
        final float z, final float rootN, final float perAlpha, final float least, final float l1) {
        final float size = Math.abs(z) - l1;
        return -Math.copySign((size > 0 ? size : 0) / (least + rootN * perAlpha), z);
    }

    /** Predicts, and leaves the weights in the scratch. Two sums, because an addition waits for the one before it. */
    static float predict(final WeightMemory state, final FtrlRates rates, final ActiveWeights active) {
        final int count = active.count;
        final int[] slots = active.slot;
        final float[] inputs = active.input;
        final float[] weights = active.scratch;
        final long at = state.address();
        final float perAlpha = 1 / rates.alpha();
        final float least = rates.beta() / rates.alpha() + rates.l2();
        final float l1 = rates.l1();
        for (int i = 0; i < count; i++) {
            final int z = slots[i] << 1;
            weights[i] = weight(
                WeightMemory.floatAt(at, z), WeightMemory.floatAt(at, z + 1), perAlpha, least, l1);
        }
        float even = 0;
        float odd = 0;
        for (int i = 0; i + 1 < count; i += 2) {
            even += weights[i] * inputs[i];
            odd += weights[i + 1] * inputs[i + 1];
        }
        return even + odd + ((count & 1) == 0 ? 0 : weights[count - 1] * inputs[count - 1]);
    }

    /** Learns the gradient of the loss by the logit. */
    static void learn(final WeightMemory state, final FtrlRates rates, final ActiveWeights active,
        final float gradient) {
        final int count = active.count;
        final int[] slots = active.slot;
        final float[] inputs = active.input;
        final float[] weights = active.scratch;
        final long at = state.address();
        final float perAlpha = 1 / rates.alpha();
        for (int i = 0; i < count; i++) {
            final int z = slots[i] << 1;
            final float g = gradient * inputs[i];
            final float rootN = WeightMemory.floatAt(at, z + 1);
            final float next = (float) Math.sqrt(rootN * rootN + g * g);
            final float shrink = (next - rootN) * perAlpha * weights[i];
            WeightMemory.putFloatAt(at, z, WeightMemory.floatAt(at, z) + g - shrink);
            WeightMemory.putFloatAt(at, z + 1, next);
        }
    }
}
