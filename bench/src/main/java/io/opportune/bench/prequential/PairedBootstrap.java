package io.opportune.bench.prequential;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Standard error of a difference between two contenders that predicted the same examples: examples are drawn with
 * replacement, both are judged on each draw, and the differences' standard deviation is it (Efron and Tibshirani 1993,
 * chapter 6).
 *
 * @param logLoss standard error of the difference of log loss.
 * @param auc     standard error of the difference of AUC.
 */
record PairedBootstrap(double logLoss, double auc) {
    /** The standard error's own relative error is 1 / sqrt(2 x 400) = 3.5 %. */
    static final int RESAMPLES = 400;

    /**
     * Draws.
     *
     * @param first  predictions of one contender.
     * @param second predictions of the other, of the same examples.
     * @param seed   of the draws.
     * @return the standard errors.
     */
    static PairedBootstrap of(final Scores first, final Scores second, final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final double[] own = first.weights();
        final double[] loss = new double[RESAMPLES];
        final double[] auc = new double[RESAMPLES];
        final double[] drawn = new double[own.length];
        final int count = first.to() - first.from();
        for (int i = 0; i < RESAMPLES; i++) {
            Arrays.fill(drawn, 0);
            for (int n = 0; n < count; n++) {
                final int example = first.from() + random.nextInt(count);
                drawn[example] += own[example];
            }
            loss[i] = first.logLoss(drawn) - second.logLoss(drawn);
            auc[i] = first.auc(drawn) - second.auc(drawn);
        }
        return new PairedBootstrap(deviation(loss), deviation(auc));
    }

    private static double deviation(final double[] values) {
        final double mean = Arrays.stream(values).average().orElseThrow();
        return Math.sqrt(Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum()
            / (values.length - 1));
    }
}
