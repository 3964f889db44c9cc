package io.opportune.engine.uplift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Estimates, standard errors and intervals against values worked out by other means. */
class EffectTest {
    private static final long SEED = Long.getLong("opportune.uplift.seed", 20_261_122);
    private static final double ALPHA = 0.05;

    private static ArmSums sums(final double... outcomes) {
        final ArmSums sums = new ArmSums();
        for (final double outcome : outcomes) {
            sums.add(outcome, 0);
        }
        return sums;
    }

    /** Means 5.5 and 2, variances 55/6 and 2.5 by hand: error sqrt(55/60 + 2.5/5), degrees 12.876. */
    @Test
    void shouldFollowWelch() {
        final Effect effect = Effect.of(sums(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), sums(0, 1, 2, 3, 4));
        assertEquals(3.5, effect.estimate(), 1e-12);
        final double t = 55.0 / 6 / 10;
        final double c = 2.5 / 5;
        assertEquals(Math.sqrt(t + c), effect.standardError(), 1e-12);
        final double degrees = (t + c) * (t + c) / (t * t / 9 + c * c / 4);
        assertEquals(12.876, degrees, 0.001);
        // Student's 97.5 % for that many degrees, by numeric integration of the density.
        final Interval interval = effect.fixed(ALPHA);
        assertEquals(2.16248, (interval.high() - 3.5) / effect.standardError(), 0.001);
        assertEquals(3.5, (interval.low() + interval.high()) / 2, 1e-12);
    }

    @Test
    void shouldSayNothingWithoutSpread() {
        final Effect effect = Effect.of(sums(0, 0, 0), sums(0, 0));
        assertSame(Interval.UNKNOWN, effect.fixed(ALPHA));
        assertSame(Interval.UNKNOWN, effect.sequential(new ConfidenceSequence(ALPHA, 100)));
        assertSame(Interval.UNKNOWN, effect.relativeFixed(ALPHA));
        assertTrue(Double.isNaN(effect.relative()));
        assertFalse(Figure.of(effect, ALPHA, new ConfidenceSequence(ALPHA, 100)).enough());
        assertEquals(0, Effect.of(new ArmSums(), new ArmSums()).estimate());
    }

    @Test
    void shouldCountManyZerosAsOneByOne() {
        final ArmSums quick = sums(3, 1.5, 9);
        quick.addZeros(1_000);
        quick.add(7, 2);
        final ArmSums slow = sums(3, 1.5, 9);
        for (int i = 0; i < 1_000; i++) {
            slow.add(0, 0);
        }
        slow.add(7, 2);
        assertEquals(slow.mean(), quick.mean(), 1e-12);
        assertEquals(slow.variance(), quick.variance(), 1e-9);
        assertEquals(slow.covariance(), quick.covariance(), 1e-12);
        assertEquals(slow.varianceBefore(), quick.varianceBefore(), 1e-12);
        assertEquals(1_004, quick.count());
    }

    /** Large amounts lose no digits: the variance of 1, 2, 3 beside a billion. */
    @Test
    void shouldKeepTheDigitsOfLargeAmounts() {
        assertEquals(1, sums(1e9 + 1, 1e9 + 2, 1e9 + 3).variance(), 1e-6);
    }

    @Test
    void shouldCountUnevenAmountsForLess() {
        assertEquals(4, sums(2, 2, 0, 2, 2).effectiveCount(), 1e-12);
        assertEquals(1.02, sums(100, 1, 0).effectiveCount(), 0.001);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0", "0.025, 1.959963984540054", "0.0005, 3.290526731491894", "0.1586552539314571, 1",
        "1e-9, 5.997807015007687", "0.975, -1.959963984540054"})
    void shouldKnowTheNormalDistribution(final double tail, final double quantile) {
        assertEquals(quantile, Normal.upperQuantile(tail), 1e-11);
        assertEquals(tail, Normal.upperTail(quantile), 1e-12);
    }

    @Test
    void shouldKnowTheGammaFunction() {
        double sum = 0;
        for (int n = 1; n <= 40; n++) {
            assertEquals(sum, Normal.logGamma(n), 1e-11 * Math.max(1, sum), "n = " + n);
            sum += Math.log(n);
        }
        assertEquals(Math.log(Math.PI) / 2, Normal.logGamma(0.5), 1e-12);
        assertThrows(IllegalArgumentException.class, () -> Normal.upperQuantile(0));
    }

    /** The width is least at the plan, for any alpha, and close to the fixed one there. */
    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.01, 0.001})
    void shouldBeNarrowestAtThePlan(final double alpha) {
        final ConfidenceSequence sequence = new ConfidenceSequence(alpha, 100_000);
        final double atPlan = sequence.halfWidth(100_000);
        for (final long customers : new long[] {1, 10, 50_000, 90_000, 110_000, 1_000_000}) {
            assertTrue(sequence.halfWidth(customers) > atPlan, customers + " customers");
        }
        final double ratio = atPlan / Normal.upperQuantile(alpha / 2);
        assertTrue(ratio > 1 && ratio <= 1.7, "ratio " + ratio);
        if (alpha == ALPHA) {
            assertEquals(1.549, ratio, 0.001);
            assertTrue(sequence.halfWidth(25_000) / Normal.upperQuantile(alpha / 2) <= 1.7);
            assertTrue(sequence.halfWidth(1_500_000) / Normal.upperQuantile(alpha / 2) <= 1.7);
        }
        assertThrows(IllegalArgumentException.class, () -> new ConfidenceSequence(alpha, 0));
    }

    /** What was known before makes intervals narrower, not wrong: the truth is held as often. */
    @Test
    void shouldGainFromWhatWasKnownBefore() {
        int held = 0;
        double narrower = 0;
        final int runs = 400;
        for (int run = 0; run < runs; run++) {
            final GeneratedExperiment experiment = new GeneratedExperiment(SEED + run, 0.2, 0.5, 0.55, 0.7, 0.9);
            experiment.addCustomers(2_000);
            final Effect plain = Effect.of(experiment.treatedRevenue, experiment.controlRevenue);
            final Effect adjusted = Effect.adjusted(experiment.treatedRevenue, experiment.controlRevenue);
            held += adjusted.fixed(ALPHA).contains(experiment.trueRevenue()) ? 1 : 0;
            narrower += adjusted.standardError() / plain.standardError() / runs;
            assertEquals(adjusted.treatedMean() - adjusted.controlMean(), adjusted.estimate(), 1e-9);
        }
        System.out.println("seed " + SEED + ": adjusted intervals hold the truth in " + held + " of " + runs
            + " runs, error " + narrower + " of the plain one");
        assertTrue(held >= 0.92 * runs && held <= 0.98 * runs, "seed " + SEED + ": held " + held);
        assertTrue(narrower < 0.85, "seed " + SEED + ": " + narrower);
    }
}
