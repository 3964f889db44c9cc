package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.context.ContextStage;
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
    /** So that a late decision stops within some ten microseconds: a rule takes about 40 ns. */
    private static final int OFFERS_BETWEEN_CHECKS = 256;
    private static final int CANDIDATES_BETWEEN_CHECKS = 16;

    private final ContextStage context = new ContextStage();
    private final Policy policy = new Policy();
    private final Candidates candidates = new Candidates();
    private final Slate slate = new Slate();
    private final NanoClock clock;
    private final StageTimers timers;
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
     * Makes room for a catalogue, so that deciding does not allocate.
     *
     * @param order of the catalogue that comes next.
     */
    public void prepare(final OfferOrder order) {
        candidates.ensureCapacity(order.count());
        context.prepare(order.catalogue());
    }

    /**
     * Decides.
     *
     * @param request        as checked by admission.
     * @param order          the catalogue; {@link #prepare} has seen it.
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
        final Catalogue catalogue = order.catalogue();
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
        final Situation situation = context.fill(request, catalogue, placement, customer, businessTimeNs);
        policy.begin(request, situation, placement, customer.profile(), customer.consent(), businessTimeNs);
        endStage(Stage.CONTEXT);

        final boolean explain = request.flags().explain();
        if (!match(order, situation, deadline, explain, outcome)) {
            outcome.end(DecisionStatus.FALLBACK, ReasonCode.LATE_IN_TARGETING);
            return;
        }
        final int fitting = candidates.count();
        holdBack(catalogue, explain, outcome);
        outcome.matched(candidates.count());
        endStage(Stage.TARGETING);

        final boolean complete = score(catalogue, deadline, outcome);
        endStage(Stage.SCORING);
        if (!complete && outcome.scored() == 0) {
            outcome.end(DecisionStatus.FALLBACK, ReasonCode.LATE_IN_TARGETING);
            return;
        }

        arbitrate(request, catalogue, placement, explain, outcome);
        if (outcome.offerCount() == 0) {
            outcome.end(
                placement.fallback() != null ? DecisionStatus.FALLBACK : DecisionStatus.NO_OFFER,
                fitting == 0 ? ReasonCode.NO_CANDIDATES : ReasonCode.ALL_CANDIDATES_REJECTED);
        } else {
            outcome.end(DecisionStatus.OFFERS, complete ? ReasonCode.NONE : ReasonCode.TRUNCATED_IN_SCORING);
        }
        endStage(Stage.ARBITRATION);
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
    private boolean match(
        final OfferOrder order,
        final Situation situation,
        final Deadline deadline,
        final boolean explain,
        final DecisionOutcome outcome) {
        candidates.clear();
        final int count = order.count();
        for (int rank = 0; rank < count; rank++) {
            if (rank % OFFERS_BETWEEN_CHECKS == OFFERS_BETWEEN_CHECKS - 1 && deadline.passed()) {
                return false;
            }
            final Offer offer = order.get(rank);
            final ReasonCode notLive = policy.notLive(offer);
            if (notLive != null) {
                if (explain) {
                    outcome.explain(offer.offerIndex(), notLive);
                }
            } else if (offer.rule().matches(situation)) {
                candidates.add(offer.offerIndex());
            } else if (explain) {
                outcome.explain(offer.offerIndex(), ReasonCode.TARGETING_MISMATCH);
            }
        }
        return !deadline.passed();
    }

    /** Consent, caps and tact: what this customer must not be offered now. */
    private void holdBack(final Catalogue catalogue, final boolean explain, final DecisionOutcome outcome) {
        int kept = 0;
        for (int i = 0; i < candidates.count(); i++) {
            final int offerIndex = candidates.offerIndex(i);
            final ReasonCode heldBack = policy.heldBack(catalogue.offer(offerIndex));
            if (heldBack == null) {
                candidates.move(i, kept++);
            } else if (explain) {
                outcome.explain(offerIndex, heldBack);
            }
        }
        candidates.truncate(kept);
    }

    private boolean score(final Catalogue catalogue, final Deadline deadline, final DecisionOutcome outcome) {
        final int count = candidates.count();
        int scored = 0;
        while (scored < count) {
            if (scored % CANDIDATES_BETWEEN_CHECKS == 0 && deadline.stopsScoring(scored)) {
                break;
            }
            final Offer offer = catalogue.offer(candidates.offerIndex(scored));
            final double propensity = Scoring.propensity(offer);
            candidates.score(scored, propensity, Scoring.score(offer, propensity));
            scored++;
        }
        outcome.scored(scored);
        return scored == count;
    }

    private void arbitrate(
        final DecisionRequestDecoder request,
        final Catalogue catalogue,
        final Placement placement,
        final boolean explain,
        final DecisionOutcome outcome) {
        final int wanted = request.offersWanted() == 0
            ? placement.offerCount() : Math.min(request.offersWanted(), placement.offerCount());
        slate.begin(wanted);
        for (int i = 0; i < outcome.scored(); i++) {
            slate.consider(candidates, i, catalogue.offer(candidates.offerIndex(i)).categoryId());
        }
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
            boolean chosen = false;
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
