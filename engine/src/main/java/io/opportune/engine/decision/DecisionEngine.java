package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.Stage;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.Intent;
import org.agrona.concurrent.NanoClock;

/**
 * One decision from context to slate, top to bottom in {@link #decide}. The same arguments give the same outcome.
 * Owned by one shard; allocates nothing.
 */
public final class DecisionEngine {
    /** So that a late decision stops within some ten microseconds: a match found or a rule tested takes about 40 ns. */
    private static final int OFFERS_BETWEEN_CHECKS = 256;
    private static final int CANDIDATES_BETWEEN_CHECKS = 16;

    private final Policy policy = new Policy();
    private final Slate slate = new Slate();
    private final NanoClock clock;
    private final StageTimers timers;
    private Candidates candidates = new Candidates();
    private ShardCatalogue current;
    private long stageStartNs;

    /**
     * Makes the engine of one shard.
     *
     * @param clock  monotonic, for the stage timers.
     * @param timers of this shard.
     */
    public DecisionEngine(final NanoClock clock, final StageTimers timers) {
        this.clock = clock;
        this.timers = timers;
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
     * @param order          the catalogue in use; another one is prepared first.
     * @param customer       what is known about the customer.
     * @param businessTimeNs when the moment happens, nanoseconds since the epoch.
     * @param deadline       when to stop.
     * @param outcome        filled.
     */
    public void decide(
        final DecisionRequestDecoder request,
        final OfferOrder order,
        final Customer customer,
        final long businessTimeNs,
        final Deadline deadline,
        final DecisionOutcome outcome) {
        outcome.begin();
        if (current == null || order != current.order()) {
            prepare(order);
        }
        final Catalogue catalogue = current.catalogue();
        final Placement placement = catalogue.placement(request.placementId());
        if (placement == null) {
            outcome.end(DecisionStatus.NO_OFFER, ReasonCode.UNKNOWN_PLACEMENT);
            return;
        }
        if (deadline.passed()) {
            outcome.end(DecisionStatus.FALLBACK, ReasonCode.LATE_BEFORE_CONTEXT);
            return;
        }
        if (!sells(placement, request)) {
            outcome.end(DecisionStatus.NO_OFFER, ReasonCode.NOT_A_SELLING_MOMENT);
            return;
        }
        stageStartNs = clock.nanoTime();
        final Situation situation = current.context().fill(request, catalogue, placement, customer, businessTimeNs);
        policy.begin(request, situation, placement, customer.profile(), customer.consent(), businessTimeNs);
        endStage(Stage.CONTEXT);

        final boolean explain = request.flags().explain();
        final boolean inTime = explain
            ? matchAndExplain(situation, deadline, outcome)
            : match(order.place(placement, request.channel()), situation, deadline);
        if (!inTime) {
            outcome.end(DecisionStatus.FALLBACK, ReasonCode.LATE_IN_TARGETING);
            return;
        }
        outcome.matched(candidates.count());
        endStage(Stage.TARGETING);

        slate.begin(offersWanted(request, placement));
        final boolean complete = fillSlate(catalogue, deadline, explain, outcome);
        endStage(Stage.SCORING);
        if (!complete && outcome.scored() == 0) {
            outcome.end(DecisionStatus.FALLBACK, ReasonCode.LATE_IN_TARGETING);
            return;
        }

        takeSlate(catalogue, explain, outcome);
        if (outcome.offerCount() == 0) {
            outcome.end(
                placement.fallback() != null ? DecisionStatus.FALLBACK : DecisionStatus.NO_OFFER,
                outcome.matched() == 0 ? ReasonCode.NO_CANDIDATES : ReasonCode.ALL_CANDIDATES_REJECTED);
        } else {
            outcome.end(DecisionStatus.OFFERS, complete ? ReasonCode.NONE : ReasonCode.TRUNCATED_IN_SCORING);
        }
        endStage(Stage.ARBITRATION);
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

    /** Every offer that is live here and whose rule holds becomes a candidate; false when time ran out. */
    private boolean match(final int place, final Situation situation, final Deadline deadline) {
        candidates.clear();
        if (place == OfferOrder.NOWHERE) {
            return true;
        }
        final OfferSearch search = current.search();
        search.begin(situation, place, policy.businessTimeNs());
        int found = 0;
        for (Offer offer = search.next(); offer != null; offer = search.next()) {
            if (++found % OFFERS_BETWEEN_CHECKS == 0 && deadline.passed()) {
                return false;
            }
            if (policy.isInCurrency(offer)) {
                candidates.add(offer.offerIndex());
            }
        }
        return !deadline.passed();
    }

    /** The same over all offers of the catalogue, saying of each why it is no candidate. */
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
     * Takes candidates in descending order of what they can score at most, holds back those that consent, caps and tact
     * forbid, and scores the others, until nothing that is left can enter the slate. With explanations all are looked
     * at; the winners are the same. False when time ran out first.
     */
    private boolean fillSlate(
        final Catalogue catalogue, final Deadline deadline, final boolean explain, final DecisionOutcome outcome) {
        final int count = candidates.count();
        for (int i = 0; i < count; i++) {
            if (i % CANDIDATES_BETWEEN_CHECKS == 0 && deadline.stopsScoring(i)) {
                outcome.scored(i);
                return false;
            }
            final Offer offer = catalogue.offer(candidates.offerIndex(i));
            if (!explain && slate.isProvenAgainst(Scoring.upperBound(offer), offer.offerIndex(), candidates)) {
                break;
            }
            final ReasonCode heldBack = policy.heldBack(offer);
            if (heldBack == null) {
                final double propensity = Scoring.propensity(offer);
                candidates.score(i, propensity, Scoring.score(offer, propensity));
                slate.consider(candidates, i, offer.categoryId());
            } else {
                candidates.holdBack(i);
                if (explain) {
                    outcome.explain(offer.offerIndex(), heldBack);
                }
            }
        }
        outcome.scored(count);
        return true;
    }

    private void takeSlate(final Catalogue catalogue, final boolean explain, final DecisionOutcome outcome) {
        for (int place = 0; place < slate.count(); place++) {
            final int i = slate.candidate(place);
            outcome.add(candidates.offerIndex(i), candidates.propensity(i), candidates.score(i));
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
                outcome.explain(
                    offerIndex,
                    slate.holdsCategory(catalogue.offer(offerIndex).categoryId())
                        ? ReasonCode.CATEGORY_TAKEN : ReasonCode.OUTRANKED);
            }
        }
    }
}
