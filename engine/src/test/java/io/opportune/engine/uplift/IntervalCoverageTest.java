package io.opportune.engine.uplift;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Intervals of 1,000 generated experiments against the truth: rare conversions, heavy-tailed amounts, unequal arms.
 * {@code -Dopportune.uplift.seed=N} makes other experiments.
 */
class IntervalCoverageTest {
    private static final long SEED = Long.getLong("opportune.uplift.seed", 20_261_122);
    private static final int RUNS = 1_000;
    private static final double ALPHA = 0.05;
    private static final int LOOKS = 60;
    private static final double WIDEST = 1.7;

    /** Which runs' intervals hold the truth. */
    private static final class Coverage {
        private int conversions;
        private int revenue;
        private int relative;
        private int conversionsAtEveryLook;
        private int revenueAtEveryLook;
        private int shown;
        private double widest;

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "seed %d, of %d runs: fixed conversions %d, revenue %d, relative %d; "
                + "sequential conversions %d, revenue %d, widest at the end %.3f times, %d looks had data enough", SEED,
                RUNS, conversions, revenue, relative, conversionsAtEveryLook, revenueAtEveryLook, widest, shown);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // customers, control share, rates of control and treated, spread of log amounts
        "200000, 0.10, 0.03, 0.033, 1.0",
        "100000, 0.50, 0.01, 0.012, 1.0",
        "200000, 0.10, 0.05, 0.05, 0.7",
        "400000, 0.05, 0.02, 0.021, 0.5"})
    void shouldHoldTheTruthAsOftenAsPromised(
        final long customers, final double controlShare, final double controlRate, final double treatedRate,
        final double spread) {
        final Coverage coverage = new Coverage();
        final ConfidenceSequence sequence = new ConfidenceSequence(ALPHA, customers);
        for (int run = 0; run < RUNS; run++) {
            run(new GeneratedExperiment(SEED + run, controlShare, controlRate, treatedRate, spread, 0), customers,
                sequence, coverage);
        }
        System.out.println(coverage);
        assertTrue(isHonest(coverage.conversions), coverage::toString);
        assertTrue(isHonest(coverage.revenue), coverage::toString);
        assertTrue(isHonest(coverage.relative), coverage::toString);
        assertTrue(coverage.conversionsAtEveryLook >= 0.94 * RUNS, coverage::toString);
        assertTrue(coverage.revenueAtEveryLook >= 0.94 * RUNS, coverage::toString);
        assertTrue(coverage.widest <= WIDEST, coverage::toString);
        assertTrue(coverage.shown >= RUNS * LOOKS / 2, coverage::toString);
    }

    private static boolean isHonest(final int covered) {
        return covered >= 0.93 * RUNS && covered <= 0.97 * RUNS;
    }

    private static void run(
        final GeneratedExperiment experiment, final long customers, final ConfidenceSequence sequence,
        final Coverage coverage) {
        boolean conversionsInside = true;
        boolean revenueInside = true;
        final Effect conversions = Effect.of(experiment.treatedConversions, experiment.controlConversions);
        final Effect revenue = Effect.of(experiment.treatedRevenue, experiment.controlRevenue);
        for (int look = 0; look < LOOKS; look++) {
            experiment.addCustomers(customers / LOOKS + (look < customers % LOOKS ? 1 : 0));
            if (Figure.isEnough(conversions)) {
                conversionsInside &= conversions.sequential(sequence).contains(experiment.trueConversions());
                coverage.shown++;
            }
            if (Figure.isEnough(revenue)) {
                revenueInside &= revenue.sequential(sequence).contains(experiment.trueRevenue());
            }
        }
        coverage.conversionsAtEveryLook += conversionsInside ? 1 : 0;
        coverage.revenueAtEveryLook += revenueInside ? 1 : 0;
        coverage.conversions += conversions.fixed(ALPHA).contains(experiment.trueConversions()) ? 1 : 0;
        coverage.revenue += revenue.fixed(ALPHA).contains(experiment.trueRevenue()) ? 1 : 0;
        coverage.relative += revenue.relativeFixed(ALPHA).contains(experiment.trueRelative()) ? 1 : 0;
        coverage.widest = Math.max(coverage.widest,
            Math.max(conversions.sequential(sequence).width() / conversions.fixed(ALPHA).width(),
                revenue.sequential(sequence).width() / revenue.fixed(ALPHA).width()));
    }
}
