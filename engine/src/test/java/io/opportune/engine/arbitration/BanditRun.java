package io.opportune.engine.arbitration;

import io.opportune.engine.feature.FeatureKeys;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.learning.CandidateBatch;
import io.opportune.engine.learning.Feedback;
import io.opportune.engine.learning.Head;
import io.opportune.engine.learning.Learner;
import io.opportune.engine.learning.ModelSpec;
import io.opportune.engine.learning.OfferKey;
import io.opportune.engine.learning.Scorer;
import io.opportune.engine.learning.WeightEpoch;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * One policy in one simulated world: scores, chooses, and learns what became of what it showed as the model's feedback
 * says. It knows nothing of the world but features, candidates and outcomes.
 */
final class BanditRun {
    private static final int DECISIONS_BETWEEN_EPOCHS = 500;
    private static final int FIRST_FIELD_ID = 900;

    private final SimulatedWorld world;
    private final ChoicePolicy policy;
    private final long seed;
    private final int decisions;
    private final Learner learner;
    private final Scorer scorer;
    private final CandidateBatch batch = new CandidateBatch(SimulatedWorld.CANDIDATES);
    private final FeatureVector context = new FeatureVector();
    private final FeatureVector none = new FeatureVector();
    private final Contenders contenders = new Contenders();
    private final Arbiter arbiter = new Arbiter(new NoiseTable());
    private final int[] rows = new int[SimulatedWorld.CANDIDATES * ModelSpec.LEVELS];
    private final int[] ownRows = new int[ModelSpec.LEVELS];
    /** What was shown and is not learned yet, by decision modulo its length: fields, rows, day of its conversion. */
    private final int[] shownFields;
    private final int[] shownRows;
    private final double[] shownDay;
    /** Conversions to come: day and decision. */
    private final PriorityQueue<double[]> coming =
        new PriorityQueue<>(Comparator.comparingDouble((double[] one) -> one[0]).thenComparingDouble(one -> one[1]));
    private final boolean[] converted;
    private final int capacity;
    private int oldest;

    double regret;
    double regretOfSecondHalf;
    /** Had the one with the best mean been shown each time: what of the regret is the model's error. */
    double regretOfMean;
    double possible;
    double predicted;
    int conversions;
    double predictedOfSecondHalf;
    int conversionsOfSecondHalf;
    int explored;

    BanditRun(final long seed, final int decisions, final ModelSpec spec, final ChoicePolicy policy) {
        this.seed = seed;
        this.decisions = decisions;
        this.policy = policy;
        world = new SimulatedWorld(seed);
        learner = new Learner(spec);
        scorer = new Scorer(spec);
        capacity = (int) (SimulatedWorld.DECISIONS_A_DAY * (SimulatedWorld.WINDOW_DAYS + 0.1));
        shownFields = new int[capacity * SimulatedWorld.FIELDS];
        shownRows = new int[capacity * ModelSpec.LEVELS];
        shownDay = new double[capacity];
        converted = new boolean[capacity];
    }

    BanditRun run() {
        for (int decision = 0; decision < decisions; decision++) {
            world.next(decision);
            learnOutcomes(decision);
            if (decision % DECISIONS_BETWEEN_EPOCHS == 0) {
                final WeightEpoch old = learner.epoch();
                learner.publish();
                learner.release(old);
            }
            decide(decision);
        }
        return this;
    }

    private void decide(final int decision) {
        for (int field = 0; field < SimulatedWorld.FIELDS; field++) {
            shownFields[decision % capacity * SimulatedWorld.FIELDS + field] = world.field(field);
        }
        fillContext(decision);
        scorer.begin(context, learner.epoch());
        batch.clear();
        for (int k = 0; k < SimulatedWorld.CANDIDATES; k++) {
            learner.spec().rows(new OfferKey(world.advertiserId(k), 0, world.categoryId(k), world.offerId(k)),
                rows, k * ModelSpec.LEVELS);
            batch.add(rows, k * ModelSpec.LEVELS, none);
        }
        scorer.score(Head.CONVERSION, batch);
        contenders.begin(ScoreFormula.PROBABILITY);
        for (int k = 0; k < SimulatedWorld.CANDIDATES; k++) {
            contenders.add(world.offerId(k), world.advertiserId(k), world.categoryId(k), 0, batch.logit(k),
                Math.sqrt(batch.variance(k)), 0, 1, 1);
        }
        arbiter.arbitrate(contenders, policy, SlateRules.ONE_PER_CATEGORY, 1, null, seed, decision);
        show(decision, arbiter.contender(0));
    }

    private int best() {
        int best = 0;
        for (int k = 1; k < SimulatedWorld.CANDIDATES; k++) {
            best = contenders.propensity(k) > contenders.propensity(best) ? k : best;
        }
        return best;
    }

    private void show(final int decision, final int k) {
        final double lost = world.bestRate() - world.expectedRate(k);
        final double on = world.convertsOn(k);
        final boolean second = decision >= decisions / 2;
        regret += lost;
        regretOfMean += world.bestRate() - world.expectedRate(best());
        possible += world.bestRate();
        explored += arbiter.isExplored(0) ? 1 : 0;
        predicted += contenders.propensity(k);
        conversions += on >= 0 ? 1 : 0;
        if (second) {
            regretOfSecondHalf += lost;
            predictedOfSecondHalf += contenders.propensity(k);
            conversionsOfSecondHalf += on >= 0 ? 1 : 0;
        }
        final int at = decision % capacity;
        System.arraycopy(rows, k * ModelSpec.LEVELS, shownRows, at * ModelSpec.LEVELS, ModelSpec.LEVELS);
        shownDay[at] = world.day();
        converted[at] = false;
        if (on >= 0) {
            coming.add(new double[] {on, decision});
        }
    }

    /**
     * With fake negatives: what was shown is learned as negative at once, and as positive when it converts. Otherwise
     * each is learned when its window has passed: positives that come at once and negatives that wait for days would
     * make every new offer look good.
     */
    private void learnOutcomes(final int decision) {
        final boolean atOnce = learner.spec().heads().getFirst().feedback() == Feedback.FAKE_NEGATIVE;
        while (!coming.isEmpty() && coming.peek()[0] <= world.day()) {
            final int shown = (int) coming.poll()[1];
            converted[shown % capacity] = true;
            if (atOnce) {
                learn(shown, 1);
            }
        }
        if (atOnce && decision > 0) {
            learn(decision - 1, 0);
        }
        while (!atOnce && oldest < decision
            && shownDay[oldest % capacity] + SimulatedWorld.WINDOW_DAYS < world.day()) {
            learn(oldest, converted[oldest % capacity] ? 1 : 0);
            oldest++;
        }
    }

    private void learn(final int shown, final int label) {
        fillContext(shown);
        System.arraycopy(shownRows, shown % capacity * ModelSpec.LEVELS, ownRows, 0, ModelSpec.LEVELS);
        learner.learn(Head.CONVERSION, context, ownRows, none, label, 1);
    }

    private void fillContext(final int decision) {
        context.clear();
        for (int field = 0; field < SimulatedWorld.FIELDS; field++) {
            context.add(FeatureKeys.hash(FIRST_FIELD_ID + field,
                shownFields[decision % capacity * SimulatedWorld.FIELDS + field]), 1);
        }
    }

    static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
