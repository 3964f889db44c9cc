package io.opportune.engine.learning;

/**
 * One example of a logistic (or, for amounts, linear) model whose weights have independent Gaussian posteriors. A
 * weight's training state is two floats: mean and variance. The example's mode is found exactly along the one direction
 * in which it lies, variance times input, so that no rate has to be chosen; the precision then grows by the
 * curvature there (Chapelle and Li 2011, algorithm 3). Stateless.
 */
final class BayesStep {
    private static final int MOST_STEPS = 12;
    private static final double CLOSE = 1e-9;

    private BayesStep() {
    }

    /** The logit's variance; its mean is left in the active weights. One pass: no sum waits for the other. */
    static float predict(final WeightMemory state, final ActiveWeights active) {
        final int count = active.count;
        final int[] slots = active.slot;
        final float[] inputs = active.input;
        final long at = state.address();
        float mean = 0;
        float variance = 0;
        for (int i = 0; i < count; i++) {
            final int slot = slots[i] << 1;
            final float x = inputs[i];
            mean += WeightMemory.floatAt(at, slot) * x;
            variance += WeightMemory.floatAt(at, slot + 1) * (x * x);
        }
        active.mean = mean;
        return variance;
    }

    /**
     * How far the mode lies: the solution of step = weight (label - sigmoid(mean + variance step)). What is on its left
     * grows and what is on its right falls, so that there is one; Newton's method is kept between bounds that close in.
     */
    static double logisticStep(final double mean, final double variance, final double label, final double weight) {
        double low = weight * (label - 1);
        double high = weight * label;
        double step = weight * (label - Logistic.sigmoid(mean));
        for (int i = 0; i < MOST_STEPS; i++) {
            final double p = Logistic.sigmoid(mean + variance * step);
            final double excess = step - weight * (label - p);
            if (excess > 0) {
                high = step;
            } else {
                low = step;
            }
            double next = step - excess / (1 + weight * variance * p * (1 - p));
            if (next < low || next > high) {
                next = (low + high) / 2;
            }
            if (Math.abs(next - step) < CLOSE) {
                return next;
            }
            step = next;
        }
        return step;
    }

    /**
     * Moves means by the step and adds the curvature to precisions, after these went their way back to their priors.
     */
    static void learn(final WeightMemory state, final ActiveWeights active, final float step, final float curvature,
        final float forgetting) {
        final int count = active.count;
        final int[] slots = active.slot;
        final float[] inputs = active.input;
        final float[] priors = active.priorPrecision;
        final long at = state.address();
        final float kept = 1 - forgetting;
        for (int i = 0; i < count; i++) {
            final int mean = slots[i] << 1;
            final float x = inputs[i];
            final float variance = WeightMemory.floatAt(at, mean + 1);
            WeightMemory.putFloatAt(at, mean, WeightMemory.floatAt(at, mean) + variance * x * step);
            WeightMemory.putFloatAt(at, mean + 1,
                variance / (kept + variance * (forgetting * priors[i] + x * x * curvature)));
        }
    }
}
