package io.opportune.engine.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.feature.FeatureKeys;
import io.opportune.engine.feature.FeatureVector;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Scores against the training state, however they are computed. */
class ScorerTest {
    private static final long SEED = 11;
    private static final Level[] EXACT = {Level.exact(), Level.exact(), Level.exact(), Level.exact()};

    private static ModelSpec spec(final LearnerKind kind, final String form) {
        final ModelSpec.Builder builder = OfferWorld.spec(kind).heads(OfferWorld.clicks()).calibrated(false);
        switch (form) {
            case "exact" -> builder.levels(EXACT[0], EXACT[1], EXACT[2], EXACT[3]);
            case "mixed" -> builder.levels(Level.exact(), Level.off(), Level.folded(32, 5), Level.folded(32, 8));
            case "above" -> builder.levels(Level.folded(16, 5), Level.folded(16, 6), Level.off(), Level.exact());
            default -> {
                final int width = Integer.parseInt(form);
                builder.levels(Level.folded(width, 5), Level.folded(width, 6), Level.folded(width, 4),
                    Level.folded(width, 7));
            }
        }
        return builder.build();
    }

    @ParameterizedTest
    @CsvSource({"BAYES,16", "BAYES,64", "BAYES,128", "BAYES,256", "BAYES,exact", "BAYES,mixed", "BAYES,above",
        "FTRL,16", "FTRL,64", "FTRL,128", "FTRL,256", "FTRL,exact", "FTRL,mixed", "FTRL,above"})
    void shouldScoreWhatWasLearned(final LearnerKind kind, final String form) {
        final Learner learner = new Learner(spec(kind, form));
        final OfferWorld world = new OfferWorld(SEED, -2);
        world.teach(learner, 5_000);
        learner.publish();
        final Scorer scorer = new Scorer(learner.spec());
        double sumSquares = 0;
        for (int i = 0; i < 2_000; i++) {
            world.next();
            // A feature that is no category, and one that is not known.
            world.context.add(FeatureKeys.hash(0, 0), (float) world.random.nextGaussian());
            world.context.add(world.random.nextInt(), 1);
            final int[] rows = learner.spec().rows(world.offer);
            scorer.begin(world.context, learner.epoch());
            scorer.score(Head.CLICK, rows, world.pair);
            final double error = scorer.logit() - learner.raw(Head.CLICK, world.context, rows, world.pair);
            assertEquals(0, error, 0.05, "seed " + SEED);
            sumSquares += error * error;
        }
        assertTrue(sumSquares < 2_000 * 0.005 * 0.005, "mean square " + sumSquares / 2_000 + ", seed " + SEED);
    }

    @ParameterizedTest
    @CsvSource({"BAYES,64", "BAYES,mixed", "FTRL,64", "FTRL,128"})
    void shouldScoreTheSameBitsDeclaredOrNotAndAloneOrInABatch(final LearnerKind kind, final String form) {
        final Learner learner = new Learner(spec(kind, form));
        final OfferWorld world = new OfferWorld(SEED, -2);
        for (int i = 0; i < 3_000; i++) {
            world.next(i % 40);
            final int[] rows = learner.spec().rows(world.offer);
            learner.learn(Head.CLICK, world.context, rows, world.pair, i % 9 == 0 ? 1 : 0, 1);
        }
        final WeightEpoch nothing = learner.epoch();
        final WeightEpoch undeclared = learner.publish();
        learner.release(nothing);
        for (int i = 0; i < OfferWorld.OFFERS; i++) {
            learner.declare(learner.spec().rows(OfferWorld.offer(i)));
        }
        final WeightEpoch declared = learner.publish();
        final Scorer scorer = new Scorer(learner.spec());
        final Scorer alone = new Scorer(learner.spec());
        final CandidateBatch first = new CandidateBatch(OfferWorld.OFFERS);
        final CandidateBatch second = new CandidateBatch(OfferWorld.OFFERS);
        for (int round = 0; round < 50; round++) {
            world.next();
            first.clear();
            second.clear();
            for (int i = 0; i < OfferWorld.OFFERS; i++) {
                assertTrue(first.add(learner.spec().rows(OfferWorld.offer(i)), 0, world.pair));
                second.add(learner.spec().rows(OfferWorld.offer(i)), 0, world.pair);
            }
            scorer.begin(world.context, undeclared).score(Head.CLICK, first);
            scorer.begin(world.context, declared).score(Head.CLICK, second);
            alone.begin(world.context, declared);
            for (int i = 0; i < OfferWorld.OFFERS; i++) {
                assertEquals(first.logit(i), second.logit(i));
                assertEquals(first.variance(i), second.variance(i));
                alone.score(Head.CLICK, learner.spec().rows(OfferWorld.offer(i)), world.pair);
                assertEquals(first.logit(i), alone.logit());
                assertEquals(first.variance(i), alone.variance());
                assertEquals(first.prediction(i), alone.prediction());
            }
        }
    }

    /** Whose offer moved to another campaign, or whose row another offer has too, is scored by its own rows. */
    @Test
    void shouldNotTakeAnothersRow() {
        final ModelSpec spec = spec(LearnerKind.BAYES, "64");
        final Learner learner = new Learner(spec);
        new OfferWorld(SEED, -2).teach(learner, 5_000);
        learner.publish();
        final Scorer scorer = new Scorer(spec);
        final OfferWorld world = new OfferWorld(SEED, -2).next();
        scorer.begin(world.context, learner.epoch());
        final int[] moved = spec.rows(new OfferKey(5, 15, 1, 3));
        scorer.score(Head.CLICK, moved, world.pair);
        assertEquals(learner.raw(Head.CLICK, world.context, moved, world.pair), scorer.logit(), 0.03);
        final int[] orphan = spec.rows(new OfferKey(-1, 0, 1, 3));
        scorer.score(Head.CLICK, orphan, world.pair);
        assertEquals(learner.raw(Head.CLICK, world.context, orphan, world.pair), scorer.logit(), 0.03);
    }

    @Test
    void shouldPackPosteriorsWithinTheirBounds() {
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 100_000; i++) {
            final float mean = (float) (random.nextGaussian() * Math.exp(5 * random.nextGaussian()));
            final float variance = (float) Math.exp(4 * random.nextGaussian());
            final int packed = Posterior.pack(mean, variance);
            assertEquals(mean, Posterior.mean(packed), Math.abs(mean) / 4_096);
            assertEquals(variance, Posterior.variance(packed), variance / 32);
        }
        assertEquals(0, Posterior.mean(Posterior.pack(0, 1)));
        assertEquals(1, Posterior.variance(Posterior.pack(0, 1)));
    }

    @Test
    void shouldKeepVariancesOfRowsWithinTheirBounds() {
        final Learner learner = new Learner(spec(LearnerKind.BAYES, "64"));
        final FeatureVector none = new FeatureVector();
        final Scorer scorer = new Scorer(learner.spec()).begin(none, learner.epoch());
        scorer.score(Head.CLICK, learner.spec().rows(new OfferKey(1, 1, 1, 1)), none);
        assertEquals(16 + 4 * 0.25, scorer.variance(), 0.2, "bias and four intercepts");
        final FeatureVector one = new FeatureVector();
        one.add(1, 1);
        scorer.begin(one, learner.epoch()).score(Head.CLICK, learner.spec().rows(new OfferKey(1, 1, 1, 1)), none);
        assertEquals(17 + 0.1 + 4 * 0.003, scorer.variance(), 0.2);
        one.clear().add(1, 10);
        scorer.begin(one, learner.epoch()).score(Head.CLICK, learner.spec().rows(new OfferKey(1, 1, 1, 1)), none);
        assertEquals(17 + 10 + 1.2, scorer.variance(), 0.6);
    }

    @ParameterizedTest
    @EnumSource(LearnerKind.class)
    void shouldAllocateNothing(final LearnerKind kind) {
        final Learner learner = new Learner(spec(kind, "mixed"));
        final OfferWorld world = new OfferWorld(SEED, -2);
        world.teach(learner, 2_000);
        learner.publish();
        final Scorer scorer = new Scorer(learner.spec());
        final CandidateBatch batch = new CandidateBatch(64);
        final int[] rows = learner.spec().rows(world.offer);
        final int[] undeclared = learner.spec().rows(new OfferKey(1, 1, 1, 120));
        final double[] sum = new double[1];
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int round = 0; round < 2_000; round++) {
                scorer.begin(world.context, learner.epoch());
                batch.clear();
                for (int i = 0; i < 64; i++) {
                    batch.add(i % 8 == 0 ? undeclared : rows, 0, world.pair);
                }
                scorer.score(Head.CLICK, batch);
                scorer.score(Head.CLICK, rows, world.pair);
                sum[0] += batch.logit(63) + scorer.logit();
                learner.learn(Head.CLICK, world.context, rows, world.pair, round & 1, 1);
            }
        }));
        assertTrue(Double.isFinite(sum[0]));
    }

    @Test
    void shouldRefuseForeignEpochsAndTooManyCandidates() {
        final Learner learner = new Learner(spec(LearnerKind.BAYES, "64"));
        final FeatureVector none = new FeatureVector();
        final Scorer foreign = new Scorer(spec(LearnerKind.FTRL, "64"));
        assertThrows(IllegalArgumentException.class, () -> foreign.begin(none, learner.epoch()));
        final CandidateBatch batch = new CandidateBatch(2);
        final int[] rows = learner.spec().rows(new OfferKey(1, 1, 1, 1));
        assertTrue(batch.add(rows, 0, none) && batch.add(rows, 0, none) && !batch.add(rows, 0, none));
        final Scorer small = new Scorer(learner.spec(), 1).begin(none, learner.epoch());
        assertThrows(IllegalArgumentException.class, () -> small.score(Head.CLICK, batch));
        assertThrows(IllegalArgumentException.class, () -> small.score(Head.AMOUNT, rows, none));
        batch.clear();
        batch.add(new int[] {0, 0, 0, Integer.MAX_VALUE - 7}, 0, none);
        assertThrows(IndexOutOfBoundsException.class, () -> small.score(Head.CLICK, batch));
    }
}
