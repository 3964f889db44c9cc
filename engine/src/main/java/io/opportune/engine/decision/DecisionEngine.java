package io.opportune.engine.decision;

import io.opportune.engine.affinity.Ranking;
import io.opportune.engine.catalogue.CapKeys;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Choice;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.CountTable;
import io.opportune.engine.counters.Stage;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.delivery.DeliveryGate;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.Intent;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.NanoClock;

/**
 * One decision from context to slate, top to bottom in {@link #decide}. The same arguments give the same outcome.
 * Owned by one shard; allocates nothing.
 */
public final class DecisionEngine {
    /** So that a late decision stops within some ten microseconds: to explain an offer takes about 40 ns. */
    private static final int OFFERS_BETWEEN_CHECKS = 256;
    private static final int CANDIDATES_BETWEEN_CHECKS = 16;

    private final Policy policy = new Policy();
    private final Slate slate = new Slate();
    private final Choosing choosing = new Choosing();
    private final NanoClock clock;
    private final StageTimers timers;
    /** Offers whose own caps this customer has reached, or who were declined, passed over in the search. */
    private final Offer[] spared = new Offer[ProfileFlyweight.MAX_COUNTERS];
    private final ReasonCode[] sparedBy = new ReasonCode[spared.length];
    private int sparedCount;
    private final CountTable heldBack;
    private DeliveryTally tally;
    /** Nothing whose score can be at most this much was looked at in the search; 0: it saw all. */
    private double unseenUpTo;
    private DeliveryGate gate = DeliveryGate.OPEN;
    private ControlCheck control = ControlCheck.NONE;
    private ShardModel model;
    private long keyHigh;
    private long keyLow;
    private Candidates candidates;
    private ShardCatalogue current;
    private boolean searching;
    private long stageStartNs;

    /**
     * Makes the engine of one shard.
     *
     * @param clock  monotonic, for the stage timers.
     * @param timers of this shard.
     */
    public DecisionEngine(final NanoClock clock, final StageTimers timers) {
        this(clock, timers, null);
    }

    /**
     * Makes the engine of one shard that counts what it holds back in auctions.
     *
     * @param clock    monotonic, for the stage timers.
     * @param timers   of this shard.
     * @param heldBack counts by campaign id and ordinal of the {@link ReasonCode} how often an offer that matched an
     *                 auctioned impression was held back; this shard is its one writer. Null: nothing is counted.
     */
    public DecisionEngine(final NanoClock clock, final StageTimers timers, final CountTable heldBack) {
        this.clock = clock;
        this.timers = timers;
        this.heldBack = heldBack;
    }

    /**
     * Asks for budget and pace from here on; until then nothing is limited.
     *
     * @param newGate asked of each candidate that nothing else holds back.
     */
    public void gate(final DeliveryGate newGate) {
        gate = newGate;
    }

    /**
     * Asks for control groups from here on; until then nobody is in any.
     *
     * @param check asked in each decision.
     */
    public void control(final ControlCheck check) {
        control = check;
    }

    /**
     * Predicts by another model from here on, in placements that want it; exchanges a reference only.
     *
     * @param next null: by the priors of the catalogue.
     */
    public void predictBy(final ShardModel next) {
        model = next;
    }

    /**
     * Lets another model predict the best candidates anew from here on, in placements that want it.
     *
     * @param stage null: none does.
     */
    public void rerankBy(final SecondStage stage) {
        choosing.rerankBy(stage);
    }

    /**
     * Leaves nothing to chance from here on: what-if questions ask for the best.
     */
    public void takesTheBest() {
        choosing.takesTheBest();
    }

    /**
     * What it predicts by.
     *
     * @return null: the priors of the catalogue.
     */
    public ShardModel model() {
        return model;
    }

    /**
     * Sets the id of the decision that is made next: what is left to chance is drawn by it.
     *
     * @param high upper half.
     * @param low  lower half.
     */
    public void drawBy(final long high, final long low) {
        keyHigh = high;
        keyLow = low;
    }

    /**
     * Counts by campaign from here on what becomes of its offers; see {@link #tally}.
     *
     * @param newTally of this shard.
     */
    public void countIn(final DeliveryTally newTally) {
        tally = newTally;
    }

    /**
     * Makes all that a catalogue needs and uses it, with nothing held; for whoever decides without a shard.
     *
     * @param order of the catalogue that comes next.
     */
    public void prepare(final OfferOrder order) {
        use(ShardCatalogue.first(new FreeOffers(order, Holds.NONE), 0));
    }

    /**
     * Decides with another catalogue from here on; exchanges references only.
     *
     * @param next made aside for this engine.
     */
    public void use(final ShardCatalogue next) {
        current = next;
        candidates = next.candidates();
    }

    /**
     * Changes what is held from here on; exchanges references only.
     *
     * @param free offers of the catalogue in use.
     */
    public void hold(final FreeOffers free) {
        current.hold(free);
    }

    /**
     * Decides.
     *
     * @param request        as checked by admission.
     * @param customer       what is known about the customer.
     * @param businessTimeNs when the moment happens, nanoseconds since the epoch.
     * @param deadline       when to stop.
     * @param outcome        filled.
     * @throws NullPointerException when no catalogue is in use.
     */
    public void decide(
        final DecisionRequestDecoder request,
        final Customer customer,
        final long businessTimeNs,
        final Deadline deadline,
        final DecisionOutcome outcome) {
        outcome.begin();
        final Catalogue catalogue = current.catalogue();
        final Placement placement = catalogue.placement(request.placementId());
        if (isDoneBefore(request, placement, deadline, outcome)) {
            return;
        }
        stageStartNs = clock.nanoTime();
        final Situation situation = current.context().fill(request, catalogue, placement, customer, businessTimeNs);
        policy.begin(request, situation, catalogue, placement, customer, businessTimeNs);
        gate.inDeal(policy.screening().dealId());
        endStage(Stage.CONTEXT);

        final int left = policy.caps().leftOfAll();
        final Choice choice =
            placement.choice() != null ? placement.choice() : control.exists() ? Choice.BEST : null;
        if (choice != null) {
            choose(choice, request, placement, situation, customer, left, deadline, outcome);
            return;
        }
        slate.begin(Math.min(offersWanted(request, placement), Math.max(1, left)), policy.caps(), policy.limits());
        final boolean explain = request.flags().explain();
        final boolean complete;
        if (explain) {
            if (!matchAndExplain(situation, deadline, outcome)) {
                outcome.end(DecisionStatus.FALLBACK, ReasonCode.LATE_IN_TARGETING);
                return;
            }
            sparedCount = 0;
            searching = true;
            unseenUpTo = 0;
            endStage(Stage.TARGETING);
            complete = scoreAll(catalogue, deadline, outcome);
            outcome.matched(candidates.count());
        } else {
            // Where all offers together are capped there is nothing to look for.
            beginSearch(left == 0 ? OfferOrder.NOWHERE : current.order().place(placement, request.channel()),
                situation, customer.profile());
            endStage(Stage.TARGETING);
            complete = scoreBest(deadline, outcome);
        }
        endStage(Stage.SCORING);
        if (!complete && outcome.scored() == 0) {
            outcome.end(DecisionStatus.FALLBACK, ReasonCode.LATE_IN_TARGETING);
            return;
        }

        takeSlate(catalogue, explain, outcome);
        end(placement, situation, left, complete, outcome);
    }

    private void end(
        final Placement placement, final Situation situation, final int left, final boolean complete,
        final DecisionOutcome outcome) {
        if (outcome.offerCount() == 0) {
            outcome.end(
                // A fallback was not compared with what an impression takes.
                placement.fallback() != null && !policy.screening().isRestricted()
                    && policy.caps().reached(placement.fallback()) == null
                    ? DecisionStatus.FALLBACK : DecisionStatus.NO_OFFER,
                outcome.matched() == 0 && matchingSpared(situation) == 0 && left > 0
                    ? ReasonCode.NO_CANDIDATES : ReasonCode.ALL_CANDIDATES_REJECTED);
        } else {
            outcome.end(DecisionStatus.OFFERS,
                complete ? policy.screening().withheld() : ReasonCode.TRUNCATED_IN_SCORING);
        }
        endStage(Stage.ARBITRATION);
    }

    /** Compares the best by prior as the placement says, and gives the places away. */
    private void choose(
        final Choice choice, final DecisionRequestDecoder request, final Placement placement,
        final Situation situation, final Customer customer, final int left, final Deadline deadline,
        final DecisionOutcome outcome) {
        final boolean explain = request.flags().explain();
        choosing.begin(choice, control, model);
        unseenUpTo = 0;
        if (explain) {
            if (!matchAndExplain(situation, deadline, outcome)) {
                outcome.end(DecisionStatus.FALLBACK, ReasonCode.LATE_IN_TARGETING);
                return;
            }
            sparedCount = 0;
            searching = true;
        } else {
            beginSearch(left == 0 ? OfferOrder.NOWHERE : current.order().place(placement, request.channel()),
                situation, customer.profile());
        }
        endStage(Stage.TARGETING);
        choosing.encode(
            current.features(), current.affinity(), request, situation, customer, policy.businessTimeNs());
        final boolean complete =
            explain ? sieveAll(deadline, outcome) : sieveBest(situation, deadline, outcome);
        if (!complete && outcome.scored() == 0) {
            outcome.end(DecisionStatus.FALLBACK, ReasonCode.LATE_IN_TARGETING);
            return;
        }
        choosing.score(situation, policy.limits(), deadline, gate, candidates, outcome);
        endStage(Stage.SCORING);
        choosing.arbitrate(Math.min(offersWanted(request, placement), left), policy, keyHigh, keyLow,
            candidates, outcome);
        if (explain) {
            choosing.explainLosers(candidates, outcome);
        }
        if (outcome.isGlobalControl()) {
            outcome.end(DecisionStatus.NO_OFFER, ReasonCode.HOLDOUT);
            endStage(Stage.ARBITRATION);
        } else {
            end(placement, situation, left, complete, outcome);
        }
    }

    /**
     * Takes what matches in descending order of its bound until enough may be made, then what affinities bring; false
     * when time ran out first.
     */
    private boolean sieveBest(
        final Situation situation, final Deadline deadline, final DecisionOutcome outcome) {
        final OfferSearch search = current.search();
        int looked = 0;
        boolean stopped = false;
        Offer last = null;
        while (searching && !stopped && !choosing.isFull()) {
            stopped = deadline.stoppedAfter(candidates.count())
                || looked++ % CANDIDATES_BETWEEN_CHECKS == 0 && deadline.stopsSearching();
            if (!stopped) {
                final Offer offer = search.next(deadline);
                stopped = search.isStopped();
                if (offer == null) {
                    break;
                }
                last = offer;
                unseenUpTo = Scoring.upperBound(offer);
                if (policy.isInCurrency(offer)) {
                    candidates.add(offer.offerIndex());
                    sieve(candidates.count() - 1, offer);
                }
            }
        }
        if (!stopped && !choosing.isFull()) {
            unseenUpTo = 0;
        } else if (!stopped && searching && choosing.bringsCandidates()) {
            sieveAffine(last, situation);
        }
        outcome.matched(candidates.count() + (stopped ? 1 : 0));
        outcome.scored(candidates.count());
        return !stopped;
    }

    /** Takes what affinities bring of those that stand behind the last one looked at, while there is room. */
    private void sieveAffine(final Offer last, final Situation situation) {
        final Ranking affine = choosing.affine();
        for (int place = 0; place < affine.count() && !choosing.isFull(); place++) {
            final Offer offer = current.catalogue().offer(affine.index(place));
            if (OfferOrder.isBefore(last, offer) && current.search().isLive(offer) && fits(offer, situation)) {
                candidates.add(offer.offerIndex());
                sieve(candidates.count() - 1, offer);
            }
        }
    }

    /** The same of all candidates from the first on that found no room. */
    private void sieveAffineOf(final int firstOutranked, final DecisionOutcome outcome) {
        final Ranking affine = choosing.affine();
        for (int place = 0; place < affine.count() && !choosing.isFull(); place++) {
            for (int i = firstOutranked; i < candidates.count(); i++) {
                if (candidates.offerIndex(i) == affine.index(place)) {
                    candidates.release(i);
                    final ReasonCode why = sieve(i, current.catalogue().offer(affine.index(place)));
                    if (why != null) {
                        outcome.explain(affine.index(place), why);
                    }
                }
            }
        }
    }

    private void explainOutranked(final int from, final int to, final DecisionOutcome outcome) {
        for (int i = from; i < to; i++) {
            if (candidates.heldBackBy(i) == ReasonCode.OUTRANKED.ordinal()) {
                outcome.explain(candidates.offerIndex(i), ReasonCode.OUTRANKED);
            }
        }
    }

    /** Holds back of all candidates, which are in the same order, what {@link #sieveBest} would. */
    private boolean sieveAll(final Deadline deadline, final DecisionOutcome outcome) {
        final int count = candidates.count();
        outcome.matched(count);
        int firstOutranked = count;
        for (int i = 0; i < count; i++) {
            if (deadline.stoppedAfter(i) || i % CANDIDATES_BETWEEN_CHECKS == 0 && deadline.stopsSearching()) {
                outcome.scored(i);
                explainOutranked(firstOutranked, i, outcome);
                for (int rest = i; rest < count; rest++) {
                    outcome.explain(candidates.offerIndex(rest), ReasonCode.TRUNCATED_IN_SCORING);
                }
                return false;
            }
            final Offer offer = current.catalogue().offer(candidates.offerIndex(i));
            if (choosing.isFull()) {
                firstOutranked = Math.min(firstOutranked, i);
                candidates.holdBack(i, ReasonCode.OUTRANKED);
            } else {
                final ReasonCode why = sieve(i, offer);
                if (why != null) {
                    outcome.explain(offer.offerIndex(), why);
                }
            }
        }
        outcome.scored(count);
        if (firstOutranked < count && choosing.bringsCandidates()) {
            sieveAffineOf(firstOutranked, outcome);
        }
        explainOutranked(firstOutranked, count, outcome);
        return true;
    }

    private ReasonCode sieve(final int i, final Offer offer) {
        final ReasonCode why = policy.heldBack(offer);
        if (why == null) {
            choosing.add(i, offer, policy.screening().creative());
        } else {
            candidates.holdBack(i, why);
        }
        return why;
    }

    /**
     * Writes what a model may learn from the decision made last, as a {@code FeatureBlock}.
     *
     * @param outcome of it.
     * @param buffer  with room for {@code FeatureBlock.MAX_LENGTH}.
     * @return length in bytes; 0 where nothing was offered, or no model is meant to learn here.
     */
    public int writeFeatures(final DecisionOutcome outcome, final MutableDirectBuffer buffer) {
        return outcome.isChosen() ? choosing.writeFeatures(outcome, current.catalogue(), buffer) : 0;
    }

    /**
     * Counts what became of each campaign's offers in the decision made last; a test counts nothing. Once for each
     * decision that is answered, however often it was made.
     *
     * @param request of it.
     * @param outcome of it.
     */
    public void tally(final DecisionRequestDecoder request, final DecisionOutcome outcome) {
        if (outcome.reason() == ReasonCode.UNKNOWN_PLACEMENT
            || outcome.reason() == ReasonCode.NOT_A_SELLING_MOMENT) {
            return;
        }
        if (heldBack != null && policy.screening().isRestricted()) {
            countHeldBack(outcome);
        }
        if (tally == null || request.flags().test()) {
            return;
        }
        final Catalogue catalogue = current.catalogue();
        tally.begin(request.placementId(), searching, unseenUpTo);
        for (int i = 0; i < outcome.scored(); i++) {
            tally.candidate(catalogue.offer(candidates.offerIndex(i)).campaignId(), candidates.heldBackBy(i));
        }
        final Situation situation = current.context().situation();
        for (int i = 0; i < sparedCount; i++) {
            if (fits(spared[i], situation)) {
                tally.candidate(spared[i].campaignId(), sparedBy[i].ordinal());
            }
        }
        final boolean auction = request.channel() == Channel.AD_EXCHANGE;
        for (int place = 0; place < outcome.offerCount(); place++) {
            tally.made(catalogue.offer(outcome.offerIndex(place)).campaignId(), outcome.propensity(place), auction);
        }
    }

    private void countHeldBack(final DecisionOutcome outcome) {
        final Catalogue catalogue = current.catalogue();
        for (int i = 0; i < outcome.scored(); i++) {
            if (candidates.isHeldBack(i)) {
                heldBack.increment(
                    catalogue.offer(candidates.offerIndex(i)).campaignId(), candidates.heldBackBy(i));
            }
        }
        final Situation situation = current.context().situation();
        for (int i = 0; i < sparedCount; i++) {
            if (fits(spared[i], situation)) {
                heldBack.increment(spared[i].campaignId(), sparedBy[i].ordinal());
            }
        }
    }

    /** Whether there is nothing to look for, or no time. */
    private static boolean isDoneBefore(
        final DecisionRequestDecoder request,
        final Placement placement,
        final Deadline deadline,
        final DecisionOutcome outcome) {
        if (placement == null) {
            outcome.end(DecisionStatus.NO_OFFER, ReasonCode.UNKNOWN_PLACEMENT);
        } else if (deadline.passed()) {
            outcome.end(DecisionStatus.FALLBACK, ReasonCode.LATE_BEFORE_CONTEXT);
        } else if (!sells(placement, request)) {
            outcome.end(DecisionStatus.NO_OFFER, ReasonCode.NOT_A_SELLING_MOMENT);
        } else {
            return false;
        }
        return true;
    }

    private static int offersWanted(final DecisionRequestDecoder request, final Placement placement) {
        return request.offersWanted() == 0
            ? placement.offerCount() : Math.min(request.offersWanted(), placement.offerCount());
    }

    /** A customer who came for help is not sold to. */
    private static boolean sells(final Placement placement, final DecisionRequestDecoder request) {
        return placement.sellsIn(request.moment()) && placement.isOn(request.channel())
            && request.intent() != Intent.SUPPORT;
    }

    private void endStage(final Stage stage) {
        final long nowNs = clock.nanoTime();
        timers.record(stage, nowNs - stageStartNs);
        stageStartNs = nowNs;
    }

    /** Finds the rows in which the offers stand that are live here and whose rule holds. */
    private void beginSearch(final int place, final Situation situation, final ProfileFlyweight profile) {
        candidates.clear();
        sparedCount = 0;
        searching = place != OfferOrder.NOWHERE;
        if (searching) {
            current.search().begin(situation, place, policy.businessTimeNs());
            if (profile != null) {
                spareWhatWasSeenEnough(profile, situation);
            }
        }
    }

    /** Caps reached and offers declined are known before the search: their bits are cleared for this customer. */
    private void spareWhatWasSeenEnough(final ProfileFlyweight profile, final Situation situation) {
        final CapKeys keys = current.catalogue().capKeys();
        for (int at = profile.firstCounter(); at >= 0; at = profile.nextCounter(at)) {
            final int offerId =
                profile.isAnswers(at) ? profile.answersOfferId(at) : keys.offerOf(profile.counterKey(at));
            final Offer offer = offerId <= 0 ? null : current.order().find(offerId);
            final ReasonCode why = offer == null ? null : policy.seenEnough(offer);
            if (why != null && current.search().spare(offer)) {
                sparedBy[sparedCount] = why;
                spared[sparedCount++] = offer;
            }
        }
    }

    private boolean fits(final Offer offer, final Situation situation) {
        return policy.isInCurrency(offer) && offer.rule().matches(situation);
    }

    /** How many of the offers that were passed over match: asked only where nothing else can be offered. */
    private int matchingSpared(final Situation situation) {
        int matching = 0;
        for (int i = 0; i < sparedCount; i++) {
            if (fits(spared[i], situation)) {
                matching++;
            }
        }
        return matching;
    }

    /** Tests all offers of the catalogue, saying of each why it is no candidate. */
    private boolean matchAndExplain(
        final Situation situation, final Deadline deadline, final DecisionOutcome outcome) {
        candidates.clear();
        final OfferOrder order = current.order();
        for (int place = 0; place < order.count(); place++) {
            if (place % OFFERS_BETWEEN_CHECKS == OFFERS_BETWEEN_CHECKS - 1 && deadline.passed()) {
                return false;
            }
            final Offer offer = order.get(place);
            final HoldReason held = current.holds().reasonOf(offer);
            final ReasonCode notLive = held != null ? held.explanation() : policy.notLive(offer);
            if (notLive != null) {
                outcome.explain(offer.offerIndex(), notLive);
            } else if (offer.rule().matches(situation)) {
                candidates.add(offer.offerIndex());
            } else {
                outcome.explain(offer.offerIndex(), ReasonCode.TARGETING_MISMATCH);
            }
        }
        return !deadline.passed();
    }

    /**
     * Takes what matches in descending order of what it can score at most, holds back what consent and tact forbid, and
     * scores the others, until nothing that is left can enter the slate: offers behind that are not even matched. False
     * when time ran out first; one more than was scored then counts as matched.
     */
    private boolean scoreBest(final Deadline deadline, final DecisionOutcome outcome) {
        final OfferSearch search = current.search();
        int looked = 0;
        boolean stopped = false;
        unseenUpTo = 0;
        double lastBound = Double.MAX_VALUE;
        while (searching && !stopped) {
            stopped = deadline.stoppedAfter(candidates.count()) || gate.isFull()
                || looked++ % CANDIDATES_BETWEEN_CHECKS == 0 && deadline.stopsSearching();
            if (!stopped) {
                final Offer offer = search.next(deadline);
                stopped = search.isStopped();
                if (offer == null) {
                    break;
                }
                lastBound = Scoring.upperBound(offer);
                if (slate.isProvenAgainst(lastBound, offer.offerIndex(), candidates)) {
                    unseenUpTo = lastBound;
                    break;
                }
                if (policy.isInCurrency(offer)) {
                    candidates.add(offer.offerIndex());
                    score(candidates.count() - 1, offer);
                }
            }
        }
        if (stopped) {
            unseenUpTo = lastBound;
        }
        outcome.matched(candidates.count() + (stopped ? 1 : 0));
        outcome.scored(candidates.count());
        return !stopped;
    }

    /** Scores all candidates, which are in the same order; the winners are those of {@link #scoreBest}. */
    private boolean scoreAll(final Catalogue catalogue, final Deadline deadline, final DecisionOutcome outcome) {
        final int count = candidates.count();
        for (int i = 0; i < count; i++) {
            if (deadline.stoppedAfter(i) || gate.isFull()
                || i % CANDIDATES_BETWEEN_CHECKS == 0 && deadline.stopsSearching()) {
                outcome.scored(i);
                for (int left = i; left < count; left++) {
                    outcome.explain(candidates.offerIndex(left), ReasonCode.TRUNCATED_IN_SCORING);
                }
                return false;
            }
            final ReasonCode why = score(i, catalogue.offer(candidates.offerIndex(i)));
            if (why != null) {
                outcome.explain(candidates.offerIndex(i), why);
            }
        }
        outcome.scored(count);
        return true;
    }

    /** Scores one candidate and offers it a place; why it is held back, or null. */
    private ReasonCode score(final int i, final Offer offer) {
        final double propensity = Scoring.propensity(offer);
        final double score = Scoring.score(offer, propensity);
        final ReasonCode personal = policy.heldBack(offer);
        final ReasonCode limit = personal == null ? policy.limits().against(offer, score) : personal;
        final ReasonCode why = limit == null ? gate.heldBack(offer, score) : limit;
        if (why == null) {
            candidates.score(i, propensity, score, policy.screening().creative());
            slate.consider(candidates, i, offer);
        } else {
            candidates.holdBack(i, why);
        }
        return why;
    }

    private void takeSlate(final Catalogue catalogue, final boolean explain, final DecisionOutcome outcome) {
        for (int place = 0; place < slate.count(); place++) {
            final int i = slate.candidate(place);
            outcome.add(
                candidates.offerIndex(i), candidates.propensity(i), candidates.score(i), candidates.creative(i));
        }
        if (explain) {
            explainLosers(catalogue, outcome);
        }
    }

    private void explainLosers(final Catalogue catalogue, final DecisionOutcome outcome) {
        for (int i = 0; i < outcome.scored(); i++) {
            boolean chosen = candidates.isHeldBack(i);
            for (int place = 0; place < slate.count() && !chosen; place++) {
                chosen = slate.candidate(place) == i;
            }
            if (!chosen) {
                final int offerIndex = candidates.offerIndex(i);
                outcome.explain(offerIndex, slate.whyNot(catalogue.offer(offerIndex), candidates.score(i)));
            }
        }
    }
}
