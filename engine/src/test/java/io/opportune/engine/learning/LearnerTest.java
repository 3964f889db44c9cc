package io.opportune.engine.learning;

import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.numeric.Logistic;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What models learn of generated worlds whose truth is known. */
class LearnerTest {
    private static final long SEED = 7;
    private static final double MOST_ERROR = 0.05;
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final int DECILES = 10;

    /** Each prediction is one that was served, of an epoch from before its outcome was learned. */
    @ParameterizedTest
    @EnumSource(LearnerKind.class)
    void shouldPredictProbabilitiesThatComeTrue(final LearnerKind kind) {
        final OfferWorld world = new OfferWorld(SEED, -3);
        final Learner learner = new Learner(OfferWorld.spec(kind).heads(OfferWorld.clicks()).build());
        world.teach(learner, 75_000);
        final double[] predicted = new double[DECILES];
        final double[] truth = new double[DECILES];
        double sumPredicted = 0;
        double sumTruth = 0;
        double loss = 0;
        double least = 0;
        double blind = 0;
        final Scorer scorer = new Scorer(learner.spec());
        for (int i = 0; i < 75_000; i++) {
            if (i % 1_000 == 0) {
                final WeightEpoch before = learner.epoch();
                learner.publish();
                learner.release(before);
            }
            world.next();
            final int[] rows = learner.spec().rows(world.offer);
            scorer.begin(world.context, learner.epoch());
            scorer.score(Head.CLICK, rows, world.pair);
            final int decile = Math.min(DECILES - 1, (int) (scorer.prediction() / 0.02));
            predicted[decile] += scorer.prediction();
            truth[decile] += world.probability();
            sumPredicted += scorer.prediction();
            sumTruth += world.probability();
            final double label = world.happens() ? 1 : 0;
            loss += Logistic.logLoss(scorer.logit(), label);
            least += Logistic.logLoss(world.logit, label);
            blind += Logistic.logLoss(-2.7, label);
            learner.learn(Head.CLICK, world.context, rows, world.pair, label, 1);
        }
        for (int i = 0; i < DECILES; i++) {
            if (truth[i] > 200) {
                assertEquals(1, predicted[i] / truth[i], 0.1, "probabilities from " + i * 0.02 + ", seed " + SEED);
            }
        }
        assertEquals(1, sumPredicted / sumTruth, MOST_ERROR, "seed " + SEED);
        assertTrue(learner.calibrationError(Head.CLICK) < MOST_ERROR, "seed " + SEED);
        assertTrue(loss - least < 0.25 * (blind - least), loss + " of " + least + " to " + blind + ", seed " + SEED);
        final double auc = learner.validation(Head.CLICK).auc();
        assertTrue(auc > 0.68, auc + ", seed " + SEED);
    }

    @ParameterizedTest
    @EnumSource(LearnerKind.class)
    void shouldLearnExactCrossesAtLeastAsWellAsFoldedOnes(final LearnerKind kind) {
        final double[] loss = new double[2];
        for (int form = 0; form < 2; form++) {
            final OfferWorld world = new OfferWorld(SEED, -2);
            final ModelSpec.Builder spec = OfferWorld.spec(kind).heads(OfferWorld.clicks());
            if (form == 1) {
                spec.levels(Level.exact(), Level.off(), Level.exact(), Level.exact());
            }
            final Learner learner = new Learner(spec.build());
            world.teach(learner, 60_000);
            loss[form] = learner.validation(Head.CLICK).logLoss();
        }
        assertTrue(loss[1] < loss[0] + 0.002, loss[1] + " and folded " + loss[0] + ", seed " + SEED);
    }

    /** Conversions come days later, one in five after the window; what is served is the probability within it. */
    @ParameterizedTest
    @EnumSource(LearnerKind.class)
    void shouldServeTheProbabilityOfLateOutcomes(final LearnerKind kind) {
        final OfferWorld world = new OfferWorld(SEED, -2.5);
        final Learner learner = new Learner(OfferWorld.spec(kind)
            .heads(new HeadSpec(Head.CONVERSION, Feedback.FAKE_NEGATIVE)).build());
        final int examples = 200_000;
        final double meanDelayHours = 72;
        final double windowHours = 72 * 1.6094379124341003;
        // One offer a minute; who converts waits in the slot of the hour in which the conversion comes.
        final int perHour = 60;
        final Waiting[] hours = new Waiting[examples / perHour + 10_000];
        for (int i = 0; i < examples; i++) {
            final int hour = i / perHour;
            for (Waiting late = hours[hour]; late != null; late = late.next) {
                final boolean inTime = late.delayHours <= windowHours;
                assertEquals(inTime, learner.learnDelayed(Head.CONVERSION, late.context, late.rows, late.pair,
                    (long) (late.delayHours * HOUR_NS), (long) (windowHours * HOUR_NS), 1));
            }
            hours[hour] = null;
            world.next();
            final int[] rows = learner.spec().rows(world.offer);
            learner.learn(Head.CONVERSION, world.context, rows, world.pair, 0, 1);
            if (world.happens()) {
                final double delay = -meanDelayHours * Math.log(1 - world.random.nextDouble());
                final int due = Math.min(hours.length - 1, hour + 1 + (int) delay);
                hours[due] = new Waiting(new FeatureVector().copyFrom(world.context), rows,
                    new FeatureVector().copyFrom(world.pair), delay, hours[due]);
            }
        }
        learner.publish();
        final Scorer scorer = new Scorer(learner.spec());
        double predicted = 0;
        double truth = 0;
        for (int i = 0; i < 20_000; i++) {
            world.next();
            scorer.begin(world.context, learner.epoch());
            scorer.score(Head.CONVERSION, learner.spec().rows(world.offer), world.pair);
            predicted += scorer.prediction();
            truth += 0.8 * world.probability();
        }
        assertEquals(1, predicted / truth, MOST_ERROR, "seed " + SEED);
        assertTrue(learner.calibrationError(Head.CONVERSION) < MOST_ERROR, "seed " + SEED);
    }

    private record Waiting(FeatureVector context, int[] rows, FeatureVector pair, double delayHours, Waiting next) {
    }

    @ParameterizedTest
    @EnumSource(LearnerKind.class)
    void shouldPredictMeanAmounts(final LearnerKind kind) {
        final OfferWorld world = new OfferWorld(SEED, 0);
        final Learner learner = new Learner(OfferWorld.spec(kind).rates(new FtrlRates(0.2f, 1, 0, 0.1f))
            .heads(new HeadSpec(Head.AMOUNT, Feedback.IMMEDIATE)).build());
        final double deviation = 0.5;
        for (int i = 0; i < 60_000; i++) {
            world.next();
            final double log = Math.log(20e6) + world.logit / 2 + deviation * world.random.nextGaussian();
            learner.learn(Head.AMOUNT, world.context, learner.spec().rows(world.offer), world.pair, Math.exp(log), 1);
        }
        learner.publish();
        final Scorer scorer = new Scorer(learner.spec());
        double predicted = 0;
        double truth = 0;
        double error = 0;
        final int draws = 20_000;
        for (int i = 0; i < draws; i++) {
            world.next();
            final double mean = 20e6 * Math.exp(world.logit / 2 + deviation * deviation / 2);
            scorer.begin(world.context, learner.epoch());
            scorer.score(Head.AMOUNT, learner.spec().rows(world.offer), world.pair);
            predicted += scorer.prediction();
            truth += mean;
            error += Math.abs(scorer.prediction() / mean - 1) / draws;
        }
        assertEquals(1, predicted / truth, MOST_ERROR, "seed " + SEED);
        assertTrue(error < (kind == LearnerKind.BAYES ? 0.15 : 0.25), error + ", seed " + SEED);
    }

    @ParameterizedTest
    @EnumSource(LearnerKind.class)
    void shouldStartNewOffersFromWhatStandsAboveThem(final LearnerKind kind) {
        final SplittableRandom random = new SplittableRandom(SEED);
        final Learner learner = new Learner(OfferWorld.spec(kind).heads(OfferWorld.clicks()).build());
        final FeatureVector none = new FeatureVector();
        for (int i = 0; i < 30_000; i++) {
            final int advertiser = 1 + i % 2;
            final OfferKey offer = new OfferKey(advertiser, advertiser, 0, 1 + i % 20);
            final double p = advertiser == 1 ? 0.2 : 0.02;
            learner.learn(Head.CLICK, none, learner.spec().rows(offer), none, random.nextDouble() < p ? 1 : 0, 1);
        }
        learner.publish();
        final Scorer scorer = new Scorer(learner.spec()).begin(none, learner.epoch());
        final double fresh = prediction(scorer, learner, new OfferKey(1, 1, 0, 101), none);
        final double freshVariance = scorer.variance();
        assertTrue(fresh > 0.12 && fresh < 0.32, fresh + ", seed " + SEED);
        final double weak = prediction(scorer, learner, new OfferKey(2, 2, 0, 102), none);
        assertTrue(weak > 0.01 && weak < 0.04, weak + ", seed " + SEED);
        final double unknown = prediction(scorer, learner, new OfferKey(0, 0, 0, 103), none);
        prediction(scorer, learner, new OfferKey(1, 1, 0, 1), none);
        if (kind == LearnerKind.BAYES) {
            assertTrue(unknown > weak && unknown < fresh, unknown + ", seed " + SEED);
            assertTrue(freshVariance > 2 * scorer.variance(), freshVariance + " " + scorer.variance());
        } else {
            assertEquals(0, scorer.variance());
        }
    }

    private static double prediction(final Scorer scorer, final Learner learner, final OfferKey offer,
        final FeatureVector pair) {
        scorer.score(Head.CLICK, learner.spec().rows(offer), pair);
        return scorer.prediction();
    }

    /** Tastes turn round; a model that forgets follows, one that does not lags behind. */
    @Test
    void shouldFollowDriftWhenItForgets() {
        final double[] loss = new double[2];
        for (int form = 0; form < 2; form++) {
            final Priors priors = new Priors(16, 0.1f, 0.25f, 0.01f, form == 0 ? 0 : 0.002f);
            final Learner learner = new Learner(
                OfferWorld.spec(LearnerKind.BAYES).priors(priors).heads(OfferWorld.clicks()).build());
            new OfferWorld(SEED, -2).teach(learner, 100_000);
            learner.validation(Head.CLICK).reset();
            new OfferWorld(SEED + 1, -2).teach(learner, 20_000);
            loss[form] = learner.validation(Head.CLICK).logLoss();
        }
        assertTrue(loss[1] < loss[0] - 0.003, loss[1] + " when it forgets, else " + loss[0] + ", seed " + SEED);
    }

    /** What nobody tries for long goes back to its prior; what never drifts stays as it was. */
    @Test
    void shouldBecomeUncertainOfWhatWasLongAgoWhenItDrifts() {
        for (final float drift : new float[] {0, 2e-5f}) {
            final Learner learner = new Learner(OfferWorld.spec(LearnerKind.BAYES)
                .priors(new Priors(16, 0.1f, 0.25f, 0.01f, 0, drift)).heads(OfferWorld.clicks()).calibrated(false)
                .build());
            final FeatureVector none = new FeatureVector();
            final int[] old = learner.spec().rows(new OfferKey(1, 1, 1, 1));
            final int[] other = learner.spec().rows(new OfferKey(2, 2, 2, 2));
            final int[] fresh = learner.spec().rows(new OfferKey(3, 3, 3, 3));
            for (int i = 0; i < 2_000; i++) {
                learner.learn(Head.CLICK, none, old, none, i % 2, 1);
                learner.learn(Head.CLICK, none, other, none, i % 50 == 0 ? 1 : 0, 1);
            }
            final WeightEpoch nothing = learner.epoch();
            learner.publish();
            learner.release(nothing);
            final Scorer scorer = new Scorer(learner.spec()).begin(none, learner.epoch());
            scorer.score(Head.CLICK, old, none);
            final double before = scorer.variance();
            final double apart = scorer.logit() - learner.raw(Head.CLICK, none, fresh, none);
            for (int i = 0; i < 50_000; i++) {
                learner.learn(Head.CLICK, none, other, none, i % 50 == 0 ? 1 : 0, 1);
            }
            learner.publish();
            scorer.begin(none, learner.epoch()).score(Head.CLICK, old, none);
            final double left = (scorer.logit() - learner.raw(Head.CLICK, none, fresh, none)) / apart;
            if (drift == 0) {
                assertEquals(before, scorer.variance(), 0.2 * before, "rows keep it by 8 bits");
                assertEquals(1, left, 0.1);
            } else {
                // After 50,000 examples e^-1 is left of a mean, and e^-2 of what was learned of a variance.
                final double prior = 4 * 0.25;
                assertEquals(1 - Math.exp(-2), (scorer.variance() - before) / (prior - before), 0.05);
                assertEquals(Math.exp(-1), left, 0.12);
            }
        }
    }

    @Test
    void shouldBeAsSureAsItIsRight() {
        final OfferWorld world = new OfferWorld(SEED, -1);
        final Learner learner = new Learner(
            OfferWorld.spec(LearnerKind.BAYES).heads(OfferWorld.clicks()).calibrated(false).build());
        world.teach(learner, 3_000);
        learner.publish();
        final Scorer scorer = new Scorer(learner.spec());
        int within = 0;
        final int draws = 5_000;
        for (int i = 0; i < draws; i++) {
            world.next();
            scorer.begin(world.context, learner.epoch());
            scorer.score(Head.CLICK, learner.spec().rows(world.offer), world.pair);
            within += Math.abs(scorer.logit() - world.logit) < 2 * Math.sqrt(scorer.variance()) ? 1 : 0;
        }
        // Of a posterior that were exact 95 % lie within; independent weights and a foreign prior cost some.
        assertTrue(within > 0.85 * draws, within + " of " + draws + ", seed " + SEED);
    }

    @Test
    void shouldRefuseWhatIsNoExample() {
        final Learner learner = new Learner(OfferWorld.spec(LearnerKind.BAYES).heads(OfferWorld.clicks(),
            new HeadSpec(Head.AMOUNT, Feedback.IMMEDIATE)).build());
        final FeatureVector none = new FeatureVector();
        final int[] rows = learner.spec().rows(new OfferKey(1, 1, 1, 1));
        final double[][] bad = {{1, 0}, {1, -1}, {1, Double.NaN}, {2, 1}, {Double.NaN, 1}, {-0.5, 1}};
        for (final double[] each : bad) {
            assertThrows(IllegalArgumentException.class,
                () -> learner.learn(Head.CLICK, none, rows, none, each[0], each[1]));
        }
        assertThrows(IllegalArgumentException.class, () -> learner.learn(Head.AMOUNT, none, rows, none, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> learner.learn(Head.CONVERSION, none, rows, none, 1, 1));
        assertThrows(IllegalArgumentException.class,
            () -> learner.learn(Head.CLICK, none, new int[] {1 << 27, 0, 0, 0}, none, 1, 1));
        assertFalse(learner.learnDelayed(Head.CLICK, none, rows, none, -1, 10, 1));
        assertFalse(learner.learnDelayed(Head.CLICK, none, rows, none, 11, 10, 1));
        assertEquals(0, learner.examples(Head.CLICK));
        assertTrue(learner.learnDelayed(Head.CLICK, none, rows, none, 10, 10, 1));
        assertEquals(1, learner.examples(Head.CLICK));
    }
}
