package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Choice;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.CountTable;
import io.opportune.engine.counters.Stage;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.delivery.DeliveryGate;
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
    private final Policy policy = new Policy();
    private final Matches matches = new Matches(policy);
    private final BestOffers best = new BestOffers(policy, matches);
    private final Choosing choosing = new Choosing();
    private final Preselection preselection = new Preselection(policy, matches, choosing);
    private final NanoClock clock;
    private final StageTimers timers;
    private final CountTable heldBack;
    private DeliveryTally tally;
    private DeliveryGate gate = DeliveryGate.OPEN;
    private ControlCheck control = ControlCheck.NONE;
    private ShardModel model;
    private long keyHigh;
    private long keyLow;
    private ShardCatalogue current;
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
        matches.use(next);
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
        final boolean explain = request.flags().explain();
        best.begin(Math.min(offersWanted(request, placement), Math.max(1, left)), gate);
        if (!match(explain, request, placement, situation, customer, left, deadline, outcome)) {
            return;
        }
        final boolean complete = explain ? best.scoreAll(deadline, outcome) : best.scoreBest(deadline, outcome);
        endStage(Stage.SCORING);
        if (!complete && outcome.scored() == 0) {
            outcome.end(DecisionStatus.FALLBACK, ReasonCode.LATE_IN_TARGETING);
            return;
        }
        best.take(explain, outcome);
        end(placement, left, complete, outcome);
    }

    /** Finds all that matches where the answer explains, otherwise begins to search; false when time ran out. */
    private boolean match(
        final boolean explain, final DecisionRequestDecoder request, final Placement placement,
        final Situation situation, final Customer customer, final int left, final Deadline deadline,
        final DecisionOutcome outcome) {
        final int place = current.order().place(placement, request.channel());
        if (!explain) {
            // Where all offers together are capped there is nothing to look for.
            matches.search(place, left > 0, situation, customer.profile());
        } else if (!matches.explainAll(place, situation, deadline, outcome)) {
            outcome.end(DecisionStatus.FALLBACK, ReasonCode.LATE_IN_TARGETING);
            return false;
        }
        endStage(Stage.TARGETING);
        return true;
    }

    private void end(
        final Placement placement, final int left, final boolean complete, final DecisionOutcome outcome) {
        if (outcome.offerCount() == 0) {
            outcome.end(
                // A fallback was not compared with what an impression takes.
                placement.fallback() != null && !policy.screening().isRestricted()
                    && policy.caps().reached(placement.fallback()) == null
                    ? DecisionStatus.FALLBACK : DecisionStatus.NO_OFFER,
                outcome.matched() == 0 && matches.matchingSpared() == 0 && left > 0
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
        if (!match(explain, request, placement, situation, customer, left, deadline, outcome)) {
            return;
        }
        choosing.encode(
            current.features(), current.affinity(), request, situation, customer, policy.businessTimeNs());
        final boolean complete = preselection.find(gate, explain, deadline, outcome);
        if (!complete && outcome.scored() == 0) {
            outcome.end(DecisionStatus.FALLBACK, ReasonCode.LATE_IN_TARGETING);
            return;
        }
        choosing.score(situation, deadline, matches.candidates(), outcome);
        endStage(Stage.SCORING);
        choosing.arbitrate(Math.min(offersWanted(request, placement), left), policy, gate,
            request.channel() == Channel.AD_EXCHANGE, keyHigh, keyLow, matches.candidates(), outcome);
        if (explain) {
            choosing.explainLosers(matches.candidates(), outcome);
        }
        if (outcome.isGlobalControl()) {
            outcome.end(DecisionStatus.NO_OFFER, ReasonCode.HOLDOUT);
            endStage(Stage.ARBITRATION);
        } else {
            end(placement, left, complete, outcome);
        }
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
            matches.countHeldBack(heldBack, outcome);
        }
        if (tally != null && !request.flags().test()) {
            matches.tally(tally, request, outcome);
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
}
