package io.opportune.engine.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Estimators against figures made by hand. */
class EstimatorsTest {
    private static final double EXACT = 1e-12;
    private static final double[] WEIGHTS = {0.5, 2, 0, 4};
    private static final double[] REWARDS = {1, 0, 3, 0.25};

    @Test
    void shouldEstimateByHand() {
        assertEquals(4.25 / 4, Estimators.logged(REWARDS).value(), EXACT);
        assertEquals(1.5 / 4, Estimators.ips(WEIGHTS, REWARDS).value(), EXACT);
        assertEquals(1.5 / 6.5, Estimators.snips(WEIGHTS, REWARDS).value(), EXACT);
        final double[] predictedLogged = {0.5, 0.5, 1, 0};
        final double[] predictedTarget = {1, 2, 3, 4};
        assertEquals((1 + 0.25 + 2 - 1 + 3 + 4 + 1) / 4,
            Estimators.doublyRobust(WEIGHTS, REWARDS, predictedLogged, predictedTarget).value(), EXACT);
        // Terms 0.5, 0, 0, 1: sum of squares about the mean 0.6875, over 3, over 4, root.
        assertEquals(Math.sqrt(0.6875 / 3 / 4),
            Estimators.ips(WEIGHTS, REWARDS).estimate(Clusters.none(4)).standardError(), EXACT);
        // In two clusters the deviations come to (0.5 - 0.75) and (1 - 0.75).
        assertEquals(Math.sqrt(2 * 2 * 0.0625) / 4,
            Estimators.ips(WEIGHTS, REWARDS).estimate(Clusters.of(new int[] {0, 0, 1, 1}, 2)).standardError(),
            EXACT);
        final Weights weights = Weights.of(WEIGHTS, Double.POSITIVE_INFINITY);
        assertEquals(6.5 * 6.5 / 20.25, weights.effectiveSampleSize(), EXACT);
        assertEquals(3, weights.matchedRows());
        assertEquals(4 / 6.5, weights.maxShare(), EXACT);
        final Weights clipped = Weights.of(WEIGHTS, 1);
        assertEquals(2, clipped.clippedRows());
        assertEquals(1 - 2.5 / 6.5, clipped.clippedShare(), EXACT);
        assertEquals(4, clipped.maxUnclipped());
        assertEquals(6.5 / 4, clipped.mean(Clusters.none(4)).value(), EXACT);
    }

    @Test
    void shouldGiveTheLogsOwnValueUnderItsOwnPolicy() {
        final double[] ones = {1, 1, 1, 1};
        for (final Estimators.Rows figure : new Estimators.Rows[] {
            Estimators.ips(ones, REWARDS), Estimators.snips(ones, REWARDS),
            Estimators.doublyRobust(ones, REWARDS, WEIGHTS, WEIGHTS)}) {
            assertEquals(Estimators.logged(REWARDS).value(), figure.value(), EXACT);
            final Estimate difference = figure.less(Estimators.logged(REWARDS), Clusters.none(4));
            assertEquals(0, difference.value(), EXACT);
            assertEquals(0, difference.standardError(), EXACT);
        }
    }

    @Test
    void shouldRefuseWeightsThatAreNone() {
        for (final double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> Weights.of(new double[] {wrong}, 1));
        }
        assertThrows(IllegalArgumentException.class, () -> Weights.of(WEIGHTS, 0));
    }

    @Test
    void shouldSumWithoutLoss() {
        final double[] terms = new double[1_000_001];
        Arrays.fill(terms, 1e-10);
        terms[0] = 1e10;
        assertEquals(1e10 + 1e-4, Sum.of(terms), 2e-6);
        assertEquals(0.1 + 0.2, Sum.of(new double[] {1e100, 0.1, 0.2, -1e100}), EXACT);
    }

    /** Mean, variance and a share below a point of Beta(2, 5), whose distribution function is a polynomial. */
    @Test
    void shouldDrawFromBetaDistributions() {
        final long seed = Long.getLong("opportune.test.seed", 20261122);
        final BetaSampler sampler = new BetaSampler(new SplittableRandom(seed));
        final int draws = 200_000;
        final double[] drawn = new double[draws];
        int below = 0;
        for (int i = 0; i < draws; i++) {
            drawn[i] = sampler.next(2, 5);
            below += drawn[i] < 0.25 ? 1 : 0;
        }
        final double mean = Sum.of(drawn) / draws;
        assertEquals(2.0 / 7, mean, 0.002, "seed " + seed);
        assertEquals(10.0 / 49 / 8, Sum.ofSquares(drawn) / draws - mean * mean, 0.0005, "seed " + seed);
        // P(at least 2 of 6 uniform numbers below x).
        final double share = 1 - Math.pow(0.75, 6) - 6 * 0.25 * Math.pow(0.75, 5);
        assertEquals(share, (double) below / draws, 0.006, "seed " + seed);
        // Shapes below 1 take another way.
        for (int i = 0; i < draws; i++) {
            drawn[i] = sampler.next(0.5, 0.5);
        }
        assertEquals(0.5, Sum.of(drawn) / draws, 0.005, "seed " + seed);
        assertEquals(0.125 + 0.25, Sum.ofSquares(drawn) / draws, 0.005, "seed " + seed);
    }

    /** Two actions: the chance that one Beta exceeds another is known in closed form for whole parameters. */
    @Test
    void shouldShareDrawsAsThompsonSamplingDoes() {
        // P(Beta(2,1) > Beta(1,1)) is the mean of Beta(2,1).
        final BetaPriors priors = new BetaPriors(new double[] {2, 1}, new double[] {1, 1});
        final double[][] shares = BernoulliThompson.probabilities(priors, 2, 200_000, 7);
        assertEquals(2.0 / 3, shares[0][0], 0.005);
        assertEquals(1.0 / 3, shares[1][0], 0.005);
        for (final double[] place : shares) {
            assertEquals(1, place[0] + place[1], EXACT);
        }
        assertTrue(Arrays.deepEquals(shares, BernoulliThompson.probabilities(priors, 2, 200_000, 7)));
    }
}
