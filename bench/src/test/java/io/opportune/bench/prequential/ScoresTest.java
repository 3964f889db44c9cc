package io.opportune.bench.prequential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.bench.prequential.example.Examples;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScoresTest {
    private static final long SEED = 11;
    private static final int FROM = 7;

    private static Examples examples(final boolean[] labels, final float[] weights) {
        final Examples.Builder builder = new Examples.Builder("test");
        for (int i = 0; i < labels.length; i++) {
            final int example = builder.add(labels[i], weights[i], 0, 1, 1, 1, 1);
            builder.test(example);
            builder.learn(example);
        }
        return builder.build();
    }

    /** Predictions in few steps, so that many are tied, some of them 0 and 1. */
    @Test
    void shouldEqualTheNaiveFormulasWithTiesAndWeights() {
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int run = 0; run < 50; run++) {
            final int count = FROM + 40 + random.nextInt(100);
            final boolean[] labels = new boolean[count];
            final float[] weights = new float[count];
            final float[] predicted = new float[count];
            for (int i = 0; i < count; i++) {
                labels[i] = i == FROM || i != FROM + 1 && random.nextInt(4) == 0;
                weights[i] = 1 + random.nextInt(3);
                predicted[i] = random.nextInt(9) / 8f;
            }
            final Scores scores = new Scores(examples(labels, weights), FROM, predicted);
            final String where = "seed " + SEED + " run " + run;
            assertEquals(naiveLoss(labels, weights, predicted), scores.logLoss(scores.weights()), 1e-12, where);
            assertEquals(naiveAuc(labels, weights, predicted), scores.auc(scores.weights()), 1e-12, where);
        }
    }

    private static double naiveLoss(final boolean[] labels, final float[] weights, final float[] predicted) {
        double sum = 0;
        double total = 0;
        for (int i = FROM; i < labels.length; i++) {
            final double p = Math.min(1 - Scores.LEAST_PROBABILITY, Math.max(Scores.LEAST_PROBABILITY, predicted[i]));
            sum -= weights[i] * (labels[i] ? Math.log(p) : Math.log1p(-p));
            total += weights[i];
        }
        return sum / total;
    }

    private static double naiveAuc(final boolean[] labels, final float[] weights, final float[] predicted) {
        double won = 0;
        double pairs = 0;
        for (int i = FROM; i < labels.length; i++) {
            for (int j = FROM; j < labels.length; j++) {
                if (labels[i] && !labels[j]) {
                    final double both = (double) weights[i] * weights[j];
                    pairs += both;
                    won += predicted[i] > predicted[j] ? both : predicted[i] == predicted[j] ? both / 2 : 0;
                }
            }
        }
        return won / pairs;
    }

    /** The paired difference of two means has a standard error in closed form; AUC's is beside a slow resampling. */
    @Test
    void shouldEstimateTheStandardErrorOfThePairedDifference() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final int count = 2_000;
        final boolean[] labels = new boolean[count];
        final float[] weights = new float[count];
        final float[] first = new float[count];
        final float[] second = new float[count];
        for (int i = 0; i < count; i++) {
            first[i] = (float) random.nextDouble(0.05, 0.6);
            labels[i] = random.nextDouble() < first[i];
            second[i] = (float) Math.min(0.95, Math.max(0.01, first[i] + random.nextDouble(-0.1, 0.12)));
            weights[i] = 1;
        }
        final Examples examples = examples(labels, weights);
        final Scores one = new Scores(examples, 0, first);
        final Scores other = new Scores(examples, 0, second);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            final double difference = Scores.logLoss(first[i], labels[i]) - Scores.logLoss(second[i], labels[i]);
            sum += difference;
            squares += difference * difference;
        }
        final double expected = Math.sqrt((squares / count - sum / count * sum / count) / count);
        final PairedBootstrap error = PairedBootstrap.of(one, other, SEED);
        assertEquals(expected, error.logLoss(), 0.15 * expected);
        final double unpaired = Math.sqrt(2) * 0.5 * Math.sqrt(1.0 / count);
        assertTrue(error.auc() > 0 && error.auc() < unpaired, () -> "AUC's standard error is " + error.auc());
    }

    @Test
    void shouldFindNoDifferenceBetweenEqualPredictions() {
        final Examples examples = examples(new boolean[] {true, false, true, false}, new float[] {1, 1, 2, 1});
        final Scores scores = new Scores(examples, 0, new float[] {0.9f, 0.2f, 0.4f, 0.4f});
        assertEquals(new PairedBootstrap(0, 0).logLoss(), PairedBootstrap.of(scores, scores, SEED).logLoss());
    }
}
