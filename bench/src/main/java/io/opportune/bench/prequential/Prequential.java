package io.opportune.bench.prequential;

import io.opportune.bench.prequential.contender.Contender;
import io.opportune.bench.prequential.example.Examples;
import java.util.Arrays;

/**
 * Test, then train: each example is predicted before its label is learned (Dawid 1984; Gama et al. 2013). The first
 * part of the stream chooses a contender's configuration, by log loss after a third of that part (what any learner
 * does while it knows nothing would otherwise choose), the rest judges it.
 *
 * @param contender     who.
 * @param configuration chosen.
 * @param tuningLoss    log loss of the chosen one on the first part.
 * @param scores        on the rest.
 */
record Prequential(Contender contender, int configuration, double tuningLoss, Scores scores) {
    /** Share of the stream, from its start, that chooses the configuration. */
    static final double TUNING_SHARE = 0.3;
    private static final int WARM_UP_OF = 3;

    /** First example that judges. */
    static int tuningEnd(final Examples examples) {
        return (int) (TUNING_SHARE * examples.count());
    }

    /** Chooses and judges. */
    static Prequential run(final Contender contender, final Examples examples) {
        final int tuningEnd = tuningEnd(examples);
        int best = 0;
        double bestLoss = Double.POSITIVE_INFINITY;
        for (int i = 0; i < contender.configurations().size(); i++) {
            final Scores tried = new Scores(
                examples, tuningEnd / WARM_UP_OF, predictions(contender, i, examples, tuningEnd));
            final double loss = tried.logLoss(tried.weights());
            if (loss < bestLoss) {
                best = i;
                bestLoss = loss;
            }
        }
        return new Prequential(contender, best, bestLoss,
            new Scores(examples, tuningEnd, predictions(contender, best, examples, examples.count())));
    }

    /** Goes through the schedule until the examples before an end are predicted. */
    static float[] predictions(
        final Contender contender, final int configuration, final Examples examples, final int end) {
        final float[] predicted = new float[end];
        Arrays.fill(predicted, Float.NaN);
        int tested = 0;
        try (Contender.Learning learning = contender.start(examples, configuration)) {
            for (int i = 0; i < examples.stepCount() && tested < end; i++) {
                final int step = examples.step(i);
                if (step < 0) {
                    learning.learn(~step);
                } else {
                    predicted[step] = (float) learning.probability(step);
                    tested++;
                }
            }
        }
        return predicted;
    }
}
