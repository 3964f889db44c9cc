package io.opportune.engine.arbitration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.learning.Feedback;
import io.opportune.engine.learning.Head;
import io.opportune.engine.learning.HeadSpec;
import io.opportune.engine.learning.LearnerKind;
import io.opportune.engine.learning.Level;
import io.opportune.engine.learning.ModelSpec;
import io.opportune.engine.learning.Priors;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Thompson sampling without a floor against epsilon-greedy 0.1, with the same model in the same worlds. The whole proof
 * is {@code -Dbandit.seeds=20 -Dbandit.decisions=2000000}; without, a short one that asserts less.
 */
class BanditSimulationTest {
    private static final int SEEDS = Integer.getInteger("bandit.seeds", 3);
    private static final int DECISIONS = Integer.getInteger("bandit.decisions", 100_000);
    private static final int WHOLE = 1_000_000;
    private static final double MOST = 0.5;
    /**
     * What Thompson sampling loses it loses early, what epsilon-greedy loses by exploring goes on: a short run compares
     * its second half, and less sharply.
     */
    private static final double MOST_EARLY = 0.7;
    private static final double CALIBRATION = 0.05;
    private static final ChoicePolicy THOMPSON = ChoicePolicy.thompson(0.5);
    private static final ChoicePolicy EPSILON = ChoicePolicy.epsilon(0.1);

    /**
     * Exact crosses: in folded rows it is a matter of luck which values of a field share a slot. Tastes drift, so a
     * weight remembers some 33,000 of its own examples.
     */
    private static ModelSpec spec() {
        return ModelSpec.of("simulated", 1, LearnerKind.BAYES)
            .linearBits(16)
            .crossBits(18)
            .levels(Level.folded(64, 6).withPriors(0.05f, 0.001f), Level.off(),
                Level.folded(64, 5).withPriors(0.1f, 0.3f), Level.folded(64, 10).withPriors(0.25f, 0.005f))
            .priors(new Priors(16, 0.03f, 0.25f, 0.01f, 0, 5e-8f))
            .heads(new HeadSpec(Head.CONVERSION, Feedback.FAKE_NEGATIVE))
            .build();
    }

    @Test
    void shouldLoseLessThanEpsilonGreedyAndStayCalibrated() {
        final BanditRun[] ours = new BanditRun[SEEDS];
        final BanditRun[] others = new BanditRun[SEEDS];
        IntStream.range(0, SEEDS).parallel().forEach(i -> {
            ours[i] = new BanditRun(i + 1, DECISIONS, spec(), THOMPSON).run();
            others[i] = new BanditRun(i + 1, DECISIONS, spec(), EPSILON).run();
        });
        final double[] thompson = new double[SEEDS];
        final double[] epsilon = new double[SEEDS];
        double predicted = 0;
        double observed = 0;
        double worst = 0;
        for (int i = 0; i < SEEDS; i++) {
            assertEquals(ours[i].possible, others[i].possible, 1e-9 * ours[i].possible, "not the same world");
            thompson[i] = DECISIONS >= WHOLE ? ours[i].regret : ours[i].regretOfSecondHalf;
            epsilon[i] = DECISIONS >= WHOLE ? others[i].regret : others[i].regretOfSecondHalf;
            for (final BanditRun run : new BanditRun[] {ours[i], others[i]}) {
                predicted += run.predictedOfSecondHalf;
                observed += run.conversionsOfSecondHalf;
                worst = Math.max(worst, Math.abs(run.predictedOfSecondHalf / run.conversionsOfSecondHalf - 1));
            }
            print(i + 1, "Thompson 0.5", ours[i]);
            print(i + 1, "epsilon 0.1", others[i]);
        }
        final double ratio = BanditRun.median(thompson) / BanditRun.median(epsilon);
        System.out.printf(Locale.ROOT, "bandit: %d seeds x %,d decisions: median regret%s %.0f against %.0f,"
                + " ratio %.3f; predicted by observed %.4f, worst run off by %.2f %%%n",
            SEEDS, DECISIONS, DECISIONS >= WHOLE ? "" : " of the second half", BanditRun.median(thompson),
            BanditRun.median(epsilon), ratio, predicted / observed, 100 * worst);
        assertTrue(ratio < (DECISIONS >= WHOLE ? MOST : MOST_EARLY), "ratio of median regrets: " + ratio);
        assertEquals(1, predicted / observed, CALIBRATION, "calibration");
        if (DECISIONS >= WHOLE) {
            assertTrue(worst < CALIBRATION, "calibration of the worst run: " + worst);
        }
    }

    private static void print(final int seed, final String policy, final BanditRun run) {
        System.out.printf(Locale.ROOT, "bandit: seed %d, %s: regret %.0f (%.2f %% of what was possible), of the second"
                + " half %.0f; %d conversions, predicted by observed %.4f, of the second half %.4f; explored %.3f%n",
            seed, policy, run.regret, 100 * run.regret / run.possible, run.regretOfSecondHalf, run.conversions,
            run.predicted / run.conversions, run.predictedOfSecondHalf / run.conversionsOfSecondHalf,
            (double) run.explored / DECISIONS);
    }

    /** Learning and exploring on, the same seed gives the same bits. */
    @Test
    void shouldComeOutTheSameAgain() {
        final BanditRun first = new BanditRun(99, 20_000, spec(), THOMPSON).run();
        final BanditRun again = new BanditRun(99, 20_000, spec(), THOMPSON).run();
        assertEquals(first.regret, again.regret);
        assertEquals(first.predicted, again.predicted);
        assertEquals(first.conversions, again.conversions);
        final BanditRun other = new BanditRun(98, 20_000, spec(), THOMPSON).run();
        assertTrue(first.regret != other.regret);
    }
}
