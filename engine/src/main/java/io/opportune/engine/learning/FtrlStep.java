package io.opportune.engine.learning;

/**
 * One example of FTRL-Proximal (McMahan et al. 2013, algorithm 1). A weight's training state is two floats: z, and the
 * root of its summed squared gradients n, which is what the rates need. Stateless.
 */
final class FtrlStep {
    private FtrlStep() {
    }

    static float weight(final FtrlRates rates, final float z, final float rootN) {
        return weight(rates.l1(), rates.l2() + rates.beta() / rates.alpha(), 1 / rates.alpha(), z, rootN);
    }

    private static float weight(final float l1, final float least, final float perAlpha, final float z,
        final float rootN) {
        // Towards 0 by l1, but not beyond.
        final float size = Math.max(0, Math.abs(z) - l1);
        return -Math.copySign(size, z) / (least + rootN * perAlpha);
    }

    /** Predicts, and leaves the weights in the scratch. */
    static float predict(final WeightMemory state, final FtrlRates rates, final ActiveWeights active) {
        final int count = active.count;
        final int[] slots = active.slot;
        final float[] inputs = active.input;
        final float[] weights = active.scratch;
        final long at = state.address();
        final float l1 = rates.l1();
        final float perAlpha = 1 / rates.alpha();
        final float least = rates.l2() + rates.beta() / rates.alpha();
        for (int i = 0; i < count; i++) {
            final int z = slots[i] << 1;
            weights[i] = weight(l1, least, perAlpha, WeightMemory.floatAt(at, z), WeightMemory.floatAt(at, z + 1));
        }
        return sum(weights, inputs, count);
    }

    /** In four strands, so that no addition waits for the one before it; always in the same order. */
    private static float sum(final float[] weights, final float[] inputs, final int count) {
        float first = 0;
        float second = 0;
        float third = 0;
        float fourth = 0;
        int i = 0;
        for (; i + 3 < count; i += 4) {
            first += weights[i] * inputs[i];
            second += weights[i + 1] * inputs[i + 1];
            third += weights[i + 2] * inputs[i + 2];
            fourth += weights[i + 3] * inputs[i + 3];
        }
        for (; i < count; i++) {
            first += weights[i] * inputs[i];
        }
        return first + second + (third + fourth);
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
