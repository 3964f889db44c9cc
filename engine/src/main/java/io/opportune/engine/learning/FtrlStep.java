package io.opportune.engine.learning;

/**
 * One example of FTRL-Proximal (McMahan et al. 2013, algorithm 1). A weight's training state is two floats: z, and the
 * root of its summed squared gradients n, which is what the rates need. Stateless.
 */
final class FtrlStep {
    private FtrlStep() {
    }

    static float weight(final FtrlRates rates, final float z, final float rootN) {
        final float beyond = Math.abs(z) - rates.l1();
        if (beyond <= 0) {
            return 0;
        }
        final float size = beyond / ((rates.beta() + rootN) / rates.alpha() + rates.l2());
        return z < 0 ? size : -size;
    }

    /** Predicts, and leaves the weights in the scratch. */
    static float predict(final WeightMemory state, final FtrlRates rates, final ActiveWeights active) {
        final int count = active.count;
        final int[] slots = active.slot;
        final float[] inputs = active.input;
        final float[] weights = active.scratch;
        final long at = state.address();
        float sum = 0;
        for (int i = 0; i < count; i++) {
            final int z = slots[i] << 1;
            final float weight = weight(rates, WeightMemory.floatAt(at, z), WeightMemory.floatAt(at, z + 1));
            weights[i] = weight;
            sum += weight * inputs[i];
        }
        return sum;
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
