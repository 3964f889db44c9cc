package io.opportune.engine.decision;

import io.opportune.engine.affinity.Ranking;
import io.opportune.engine.arbitration.Arbiter;
import io.opportune.engine.arbitration.ChoicePolicy;
import io.opportune.engine.arbitration.Contenders;
import io.opportune.engine.arbitration.NoiseTable;
import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Choice;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.context.Customer;
import io.opportune.engine.delivery.DeliveryGate;
import io.opportune.engine.feature.FeatureEncoder;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.feature.PairEncoder;
import io.opportune.engine.journal.FeatureBlock;
import io.opportune.engine.learning.CandidateBatch;
import io.opportune.engine.learning.Head;
import io.opportune.engine.learning.ModelSpec;
import io.opportune.engine.numeric.Logistic;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import java.util.concurrent.TimeUnit;
import org.agrona.MutableDirectBuffer;

/**
 * The choice among the candidates of one decision, where the placement says how: what a model predicts of each, what it
 * scores, who gets a place and with which probability, and who would have got one but for a control group. Candidates
 * are added in the order in which they were found; all of it is a function of them, the model's epoch and the
 * decision's id. Owned by one shard; allocates nothing.
 */
final class Choosing {
    private static final ReasonCode[] REASONS = ReasonCode.values();
    private static final NoiseTable NOISE = new NoiseTable();
    private static final int CAPACITY = Contenders.MAX_CONTENDERS;

    private final Contenders contenders = new Contenders();
    private final Arbiter arbiter = new Arbiter(NOISE);
    private final SlateAdmission admission = new SlateAdmission();
    private final CandidateBatch batch = new CandidateBatch(CAPACITY);
    private final FeatureVector context = new FeatureVector();
    private final FeatureVector pair = new FeatureVector();
    private final int[] rows = new int[ModelSpec.LEVELS];
    /** Of each candidate that is compared. */
    private final int[] found = new int[CAPACITY];
    private final int[] tiers = new int[CAPACITY];
    private final double[] priors = new double[CAPACITY];
    private final Offer[] foundOffers = new Offer[CAPACITY];
    private final int[] creatives = new int[CAPACITY];
    private final double[] conversion = new double[CAPACITY];
    private final double[] conversionVariance = new double[CAPACITY];
    private final double[] click = new double[CAPACITY];
    private final double[] clickVariance = new double[CAPACITY];
    private final double[] amount = new double[CAPACITY];
    /** Of each contender. */
    private final int[] candidate = new int[CAPACITY];
    private final Offer[] offers = new Offer[CAPACITY];
    private final boolean[] controlled = new boolean[CAPACITY];
    private final double[] propensities = new double[CAPACITY];
    private final double[] money = new double[CAPACITY];
    private final SecondStageRanks ranks = new SecondStageRanks();
    /** Of each candidate found: whether the second stage predicted it. */
    private final boolean[] second = new boolean[CAPACITY];
    /** Of each candidate found: whether the second stage predicted others of its kind in its place. */
    private final boolean[] passedOver = new boolean[CAPACITY];
    private SecondStage secondStage;
    private boolean explores = true;
    private int foundCount;
    /** Who gives way to a better one, once all places among the compared are taken. */
    private int worst;
    private int person;
    private Choice choice;
    private ControlCheck control;
    private ShardModel model;
    private PairEncoder pairs;
    private ShardAffinity affinity;
    /** Most candidates; affinities raise it once the best by prior are found. */
    private int most;
    private boolean anyControlled;
    private boolean isGlobal;

    Choosing() {
        // Everything is set by begin().
    }

    /** Starts a decision; the model is null where none predicts. */
    void begin(final Choice how, final ControlCheck check, final ShardModel predicts) {
        choice = how;
        control = check;
        model = how.learns() ? predicts : null;
        foundCount = 0;
        most = how.maxCandidates();
        pairs = null;
        anyControlled = false;
        isGlobal = false;
        contenders.begin(how.formula());
    }

    void takesTheBest() {
        explores = false;
    }

    void rerankBy(final SecondStage stage) {
        secondStage = stage;
    }

    private ChoicePolicy policy() {
        return explores ? choice.policy() : ChoicePolicy.GREEDY;
    }

    boolean isFull() {
        return foundCount == most;
    }

    /** Whether no offer that stands behind another can be among the compared any more. */
    boolean isProvenAgainst(final PriorScore score, final Offer offer) {
        return isFull() && !takes(score.tier(offer), score.bound(offer));
    }

    /** Whether what scores so much by prior is compared, if nothing holds it back; the first ones win ties. */
    boolean takes(final int tier, final double prior) {
        return !isFull() || tier > tiers[worst] || tier == tiers[worst] && prior > priors[worst];
    }

    /** Adds a candidate that {@link #takes} lets in and that may be made; the worst gives way where it must. */
    void add(
        final int i, final Offer offer, final int creative, final int tier, final double prior, final Candidates all) {
        final int n;
        if (isFull()) {
            n = worst;
            all.holdBack(found[n], ReasonCode.OUTRANKED);
        } else {
            n = foundCount++;
        }
        found[n] = i;
        creatives[n] = creative;
        foundOffers[n] = offer;
        second[n] = false;
        passedOver[n] = false;
        tiers[n] = tier;
        priors[n] = prior;
        if (isFull()) {
            findWorst();
        }
    }

    /** The least by tier and prior; of equals who was found last. */
    private void findWorst() {
        worst = 0;
        for (int n = 1; n < foundCount; n++) {
            if (tiers[n] < tiers[worst] || tiers[n] == tiers[worst]
                && (priors[n] < priors[worst] || priors[n] == priors[worst] && found[n] > found[worst])) {
                worst = n;
            }
        }
    }

    /**
     * Encodes what holds for all candidates, where the placement needs it.
     *
     * @param encoder of the catalogue in use.
     * @param bought  what is bought together; null where there is no table.
     */
    void encode(
        final FeatureEncoder encoder, final ShardAffinity bought, final DecisionRequestDecoder request,
        final Situation situation, final Customer customer, final long businessTimeNs) {
        affinity = bought;
        if (bought != null) {
            bought.use(choice.affinity());
        }
        if (choice.learns() || bringsCandidates()) {
            final PairEncoder encoded = encoder.encode(request, situation, customer, businessTimeNs, context);
            pairs = choice.learns() ? encoded : null;
        }
        person = customer.consent() == 0 ? 0 : customer.person();
    }

    /** Whether what is bought together may bring candidates that the best by prior lack. */
    boolean bringsCandidates() {
        return affinity != null && choice.affinity().candidates();
    }

    /** Such offers, most probable first, and from here on room for some of them. */
    Ranking affine() {
        most = Math.min(CAPACITY, choice.maxCandidates() + ShardAffinity.MOST_ADDED);
        return affinity.candidates();
    }

    /**
     * Scores all that were added.
     *
     * @param deadline that a second stage must keep.
     * @param outcome  told what a second stage predicted.
     */
    void score(
        final Situation situation, final Deadline deadline, final Candidates all, final DecisionOutcome outcome) {
        predict();
        if (choice.secondStage() > 0 && secondStage != null && secondStage.exists()) {
            predictAnew(situation, deadline, outcome);
        }
        isGlobal = control.exists() && control.inGlobal();
        for (int n = 0; n < foundCount; n++) {
            final double worth = worthPropensity(n);
            final double value = worth * foundOffers[n].valueMicros();
            all.score(found[n], worth, value, creatives[n]);
            contend(n, worth, value, situation);
        }
    }

    private void contend(final int n, final double worth, final double value, final Situation situation) {
        final Offer offer = foundOffers[n];
        final boolean certain = isCertain(offer);
        final boolean byClick = byClick(offer);
        final double logit = certain ? Logistic.MAX_LOGIT : byClick ? click[n] : conversion[n];
        final double variance = certain ? 0 : byClick ? clickVariance[n] : conversionVariance[n];
        final int categoryId = offer.categoryId();
        final int at = contenders.add(offer.offerId(), offer.advertiserId(),
            // Who has no category competes with nobody.
            categoryId == 0 ? -1 - n : categoryId,
            // Whom the second stage passed over, though it could predict it, only fills what its priority leaves.
            2 * tiers[n] + (passedOver[n] ? 0 : 1), logit, Math.sqrt(variance),
            objectiveMicros(n), choice.formula().context() ? offer.weightIn(situation) : 1, offer.lever());
        candidate[at] = found[n];
        offers[at] = offer;
        propensities[at] = worth;
        money[at] = value;
        controlled[at] = isGlobal || control.exists() && control.inCampaign(offer.campaignId());
        anyControlled |= controlled[at];
    }

    private static boolean isSoldByImpression(final Offer offer) {
        final Campaign.Goal goal = offer.campaign().goal();
        return goal != null && goal.type() == Campaign.Goal.Type.CPM;
    }

    /** Whether the catalogue's propensity is that of a conversion. */
    private static boolean tellsConversions(final Offer offer) {
        return !isSoldByClick(offer) && !isSoldByImpression(offer);
    }

    private long objectiveMicros(final int n) {
        return choice.objective() == Choice.Objective.REVENUE ? (long) amount[n] : foundOffers[n].valueMicros();
    }

    /** Whether being shown is all that the objective wants of an offer. */
    private boolean isCertain(final Offer offer) {
        return choice.objective() == Choice.Objective.VALUE && isSoldByImpression(offer);
    }

    /** Whether the objective is reached by a click. */
    private boolean byClick(final Offer offer) {
        return choice.objective() == Choice.Objective.CLICKS
            || choice.objective() == Choice.Objective.VALUE && isSoldByClick(offer);
    }

    private static boolean isSoldByClick(final Offer offer) {
        final Campaign.Goal goal = offer.campaign().goal();
        return goal != null && goal.type() == Campaign.Goal.Type.CPC;
    }

    /** How likely the event is that the offer's value is for. */
    private double worthPropensity(final int n) {
        final Offer offer = foundOffers[n];
        if (model == null && !second[n] || isSoldByImpression(offer)) {
            return offer.propensity();
        }
        return Logistic.sigmoid(isSoldByClick(offer) ? click[n] : conversion[n]);
    }

    /** Lets the second stage predict the best by the first one, in their order. */
    private void predictAnew(final Situation situation, final Deadline deadline, final DecisionOutcome outcome) {
        final double[] logits = secondStage.predictsClicks() ? click : conversion;
        ranks.begin(choice.secondStage());
        for (int n = 0; n < foundCount; n++) {
            final Offer offer = foundOffers[n];
            if (isPredictable(offer)) {
                ranks.consider(n, tiers[n], Logistic.sigmoid(logits[n]) * choice.formula().factor(
                    objectiveMicros(n), choice.formula().context() ? offer.weightIn(situation) : 1, offer.lever()));
            }
        }
        if (ranks.count() == 0) {
            return;
        }
        if (!secondStage.begin(ranks.count(), context, deadline)) {
            outcome.secondStage(secondStage, 0);
            return;
        }
        for (int rank = 0; rank < ranks.count(); rank++) {
            final int n = ranks.candidate(rank);
            pairs.encode(foundOffers[n], pair);
            secondStage.add(foundOffers[n], pair, logits[n]);
        }
        if (!secondStage.run()) {
            outcome.secondStageFailed(secondStage);
            return;
        }
        outcome.secondStage(secondStage, ranks.count());
        for (int n = 0; n < foundCount; n++) {
            passedOver[n] = isPredictable(foundOffers[n]);
        }
        for (int rank = 0; rank < ranks.count(); rank++) {
            final int n = ranks.candidate(rank);
            logits[n] = secondStage.logit(rank);
            second[n] = true;
            passedOver[n] = false;
        }
    }

    /** Whether the objective is reached by what the second stage predicts. */
    private boolean isPredictable(final Offer offer) {
        return byClick(offer) == secondStage.predictsClicks() && !isCertain(offer);
    }

    private void predict() {
        if (model == null) {
            for (int n = 0; n < foundCount; n++) {
                final double logit = Logistic.logit(foundOffers[n].propensity());
                conversion[n] = logit;
                conversionVariance[n] = 0;
                click[n] = logit;
                clickVariance[n] = 0;
                amount[n] = foundOffers[n].valueMicros();
            }
            return;
        }
        boolean needsClick = choice.objective() == Choice.Objective.CLICKS;
        batch.clear();
        for (int n = 0; n < foundCount; n++) {
            final Offer offer = foundOffers[n];
            pairs.encode(offer, pair);
            pair.priors(isSoldByClick(offer) ? (float) offer.propensity() : 0,
                tellsConversions(offer) ? (float) offer.propensity() : 0, offer.valueMicros());
            model.spec().rows(offer.advertiserId(), offer.campaignId(), offer.categoryId(), offer.offerId(), rows);
            batch.add(rows, 0, pair);
            needsClick |= isSoldByClick(offer);
        }
        model.scorer().begin(context, model.epoch());
        model.scorer().score(Head.CONVERSION, batch);
        for (int n = 0; n < foundCount; n++) {
            conversion[n] = batch.logit(n);
            conversionVariance[n] = batch.variance(n);
        }
        if (needsClick) {
            model.scorer().score(Head.CLICK, batch);
            for (int n = 0; n < foundCount; n++) {
                click[n] = batch.logit(n);
                clickVariance[n] = batch.variance(n);
            }
        }
        if (choice.objective() == Choice.Objective.REVENUE) {
            model.scorer().score(Head.AMOUNT, batch);
            for (int n = 0; n < foundCount; n++) {
                amount[n] = batch.prediction(n);
            }
        }
    }

    /**
     * Gives the places away; what a control group keeps back is told as a ghost.
     *
     * @param asks    what caps and budgets of the customer leave.
     * @param gate    of budgets.
     * @param auction whether offers cost what they are worth, so that budgets must be asked anew of what a model
     *                predicts.
     */
    void arbitrate(
        final int places, final Policy asks, final DeliveryGate gate, final boolean auction, final long keyHigh,
        final long keyLow, final Candidates all, final DecisionOutcome outcome) {
        admission.begin(offers, money, controlled, asks, gate, auction && choice.learns(), places);
        outcome.chosenBy(policy().exploration().code(), isGlobal, model == null ? 0 : model.number());
        if (anyControlled) {
            admission.begin(false);
            arbiter.arbitrate(contenders, policy(), choice.rules(), places, admission, keyHigh, keyLow);
            admission.end();
            for (int place = 0; place < arbiter.count(); place++) {
                final int at = arbiter.contender(place);
                if (controlled[at]) {
                    outcome.addGhost(offers[at], place, propensities[at], arbiter.probability(place));
                }
            }
            for (int at = 0; at < contenders.count() && !isGlobal; at++) {
                if (controlled[at]) {
                    outcome.addControlled(offers[at].campaignId());
                }
            }
        }
        if (!isGlobal) {
            admission.begin(true);
            arbiter.arbitrate(contenders, policy(), choice.rules(), places, admission, keyHigh, keyLow);
            admission.end();
            for (int place = 0; place < arbiter.count(); place++) {
                final int at = arbiter.contender(place);
                outcome.add(all.offerIndex(candidate[at]), propensities[at], money[at], all.creative(candidate[at]));
                outcome.probability(arbiter.probability(place));
            }
        }
    }

    /** Why candidates that may be made have no place, for an answer that explains. */
    void explainLosers(final Candidates all, final DecisionOutcome outcome) {
        for (int n = 0; n < foundCount; n++) {
            if (all.isHeldBack(found[n])) {
                outcome.explain(all.offerIndex(found[n]), REASONS[all.heldBackBy(found[n])]);
            }
        }
        for (int at = 0; at < contenders.count(); at++) {
            final ReasonCode why = controlled[at] ? ReasonCode.CONTROL_GROUP : whyNot(at);
            if (why != null) {
                outcome.explain(all.offerIndex(candidate[at]), why);
            }
        }
    }

    private ReasonCode whyNot(final int at) {
        return switch (arbiter.standing(at)) {
            case CHOSEN -> null;
            case OUTRANKED -> ReasonCode.OUTRANKED;
            case BELOW_THRESHOLD, INVALID -> ReasonCode.BELOW_THRESHOLD;
            case CATEGORY_TAKEN -> ReasonCode.CATEGORY_TAKEN;
            case ADVERTISER_TAKEN -> ReasonCode.ADVERTISER_TAKEN;
            case NOT_ADMITTED -> admission.whyNot(at);
        };
    }

    /**
     * Writes what a model may learn from the decision; before the next one.
     *
     * @return length in bytes; 0 where nothing was offered, or no model is meant to learn.
     */
    int writeFeatures(final DecisionOutcome outcome, final Catalogue of, final MutableDirectBuffer buffer) {
        if (pairs == null || outcome.offerCount() == 0) {
            return pairs == null || person == 0 ? 0 : FeatureBlock.begin(buffer, 0, 0, 0, person);
        }
        int at = FeatureBlock.begin(buffer, 0, context.count(), outcome.offerCount(), person);
        for (int i = 0; i < context.count(); i++) {
            at = FeatureBlock.putFeature(buffer, at, context.key(i), context.value(i));
        }
        for (int place = 0; place < outcome.offerCount(); place++) {
            final Offer offer = of.offer(outcome.offerIndex(place));
            pairs.encode(offer, pair);
            final int count = Math.min(pair.count(), FeatureBlock.MAX_PAIR);
            at = FeatureBlock.putPlace(buffer, at, count,
                isSoldByClick(offer) ? FeatureBlock.PRIOR_OF_CLICK
                    : isSoldByImpression(offer) ? FeatureBlock.NO_PRIOR : FeatureBlock.PRIOR_OF_CONVERSION,
                offer.advertiserId(), offer.categoryId(),
                (int) Math.min(Integer.MAX_VALUE,
                    TimeUnit.NANOSECONDS.toSeconds(offer.campaign().attributionWindowNs())),
                (float) offer.propensity());
            for (int i = 0; i < count; i++) {
                at = FeatureBlock.putFeature(buffer, at, pair.key(i), pair.value(i));
            }
        }
        return at;
    }
}
