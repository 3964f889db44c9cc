package io.opportune.bench.prequential;

import io.opportune.bench.prequential.example.Examples;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Predictions of one contender for examples from one to another, and how good they were. All figures are weighted. An
 * instance holds the order of its predictions, so that figures of resamples cost one pass each.
 */
final class Scores {
    /** Keeps one sure mistake from costing everything; no contender is meant to be surer than this. */
    static final double LEAST_PROBABILITY = 1e-7;

    private final Examples examples;
    private final int from;
    private final float[] probability;
    private final double[] loss;
    /** Examples by rising probability. */
    private final int[] order;

    /**
     * Takes predictions.
     *
     * @param examples    that were predicted.
     * @param from        first example to be judged.
     * @param probability by example, for all examples up to the last one to be judged.
     */
    Scores(final Examples examples, final int from, final float[] probability) {
        this.examples = examples;
        this.from = from;
        this.probability = probability;
        loss = new double[probability.length];
        for (int i = from; i < probability.length; i++) {
            loss[i] = logLoss(probability[i], examples.label(i));
        }
        order = IntStream.range(from, probability.length).boxed()
            .sorted((a, b) -> Float.compare(probability[a], probability[b])).mapToInt(Integer::intValue).toArray();
    }

    static double logLoss(final double probability, final boolean label) {
        final double bounded = Math.max(LEAST_PROBABILITY, Math.min(1 - LEAST_PROBABILITY, probability));
        return -Math.log(label ? bounded : 1 - bounded);
    }

    /** Weights of the examples themselves. */
    double[] weights() {
        return weights(example -> 1);
    }

    private double[] weights(final IntToDoubleFunction times) {
        final double[] weights = new double[probability.length];
        Arrays.setAll(weights, i -> i < from ? 0 : examples.weight(i) * times.applyAsDouble(i));
        return weights;
    }

    /**
     * Mean loss.
     *
     * @param weights by example.
     * @return in nats.
     */
    double logLoss(final double[] weights) {
        double sum = 0;
        double total = 0;
        for (int i = from; i < loss.length; i++) {
            sum += weights[i] * loss[i];
            total += weights[i];
        }
        return sum / total;
    }

    /**
     * Area under the ROC curve: the probability that a positive was predicted above a negative, half of it when both
     * have the same prediction.
     *
     * @param weights by example.
     * @return 0 to 1; NaN without positives or negatives.
     */
    double auc(final double[] weights) {
        double below = 0;
        double pairs = 0;
        double positives = 0;
        int i = 0;
        while (i < order.length) {
            double tiedPositives = 0;
            double tiedNegatives = 0;
            final float tie = probability[order[i]];
            while (i < order.length && probability[order[i]] == tie) {
                if (examples.label(order[i])) {
                    tiedPositives += weights[order[i]];
                } else {
                    tiedNegatives += weights[order[i]];
                }
                i++;
            }
            pairs += tiedPositives * (below + tiedNegatives / 2);
            below += tiedNegatives;
            positives += tiedPositives;
        }
        return pairs / (positives * below);
    }

    /** First example that is judged. */
    int from() {
        return from;
    }

    /** End of the examples that are judged. */
    int to() {
        return probability.length;
    }
}
