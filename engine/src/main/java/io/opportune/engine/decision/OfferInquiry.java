package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CountedCap;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.context.ContextStage;
import io.opportune.engine.context.Customer;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.RuleExplanation;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers why one offer was, or was not, made in a decision that has just been made again: everything that stood in its
 * way, not only what the decision met first, and of its rule the conditions that failed. Allocates; for replay and
 * tools, never for a shard. One thread.
 */
public final class OfferInquiry {
    private static final int MICRO_DIGITS = 6;
    private static final int SHOWN_DIGITS = 4;

    private final ContextStage context = new ContextStage();
    private final Policy policy = new Policy();
    private final NameRegistry registry;
    private Catalogue catalogue;
    private Holds holds;
    private DecisionOutcome outcome;
    private Situation situation;

    /**
     * One thing that stood in an offer's way.
     *
     * @param reason as an explained answer gives it.
     * @param lines  what exactly, for people; may be empty.
     */
    public record Obstacle(ReasonCode reason, List<String> lines) {
        /** Copies the list. */
        public Obstacle {
            lines = List.copyOf(lines);
        }
    }

    /**
     * What became of one offer.
     *
     * @param offer     its name.
     * @param rule      its targeting, as it was written.
     * @param place     in the answer, 1 for the best; 0 when it was not made.
     * @param obstacles in the order in which a decision meets them; empty when it was made.
     */
    public record Finding(String offer, String rule, int place, List<Obstacle> obstacles) {
        /** Copies the list. */
        public Finding {
            obstacles = List.copyOf(obstacles);
        }
    }

    /**
     * Makes one.
     *
     * @param registry for the names of values.
     */
    public OfferInquiry(final NameRegistry registry) {
        this.registry = registry;
    }

    /**
     * Looks into one offer.
     *
     * @param request        of the decision, not yet read.
     * @param catalogue      it was made with.
     * @param holds          what was held back then.
     * @param customer       as known then.
     * @param businessTimeNs of the decision.
     * @param outcome        of the decision.
     * @param offerIndex     in the catalogue.
     * @return what became of the offer.
     */
    public Finding find(
        final DecisionRequestDecoder request,
        final Catalogue catalogue,
        final Holds holds,
        final Customer customer,
        final long businessTimeNs,
        final DecisionOutcome outcome,
        final int offerIndex) {
        begin(request, catalogue, holds, customer, businessTimeNs, outcome);
        return find(offerIndex);
    }

    /**
     * Begins to look into the offers of one decision.
     *
     * @param request        of the decision, not yet read.
     * @param ofDecision     catalogue it was made with.
     * @param heldThen       what was held back then.
     * @param customer       as known then.
     * @param businessTimeNs of the decision.
     * @param made           what it came to; read by the calls that follow.
     */
    public void begin(
        final DecisionRequestDecoder request,
        final Catalogue ofDecision,
        final Holds heldThen,
        final Customer customer,
        final long businessTimeNs,
        final DecisionOutcome made) {
        catalogue = ofDecision;
        holds = heldThen;
        outcome = made;
        situation = null;
        final Placement placement = catalogue.placement(request.placementId());
        if (placement != null) {
            context.prepare(catalogue);
            situation = context.fill(request, catalogue, placement, customer, businessTimeNs);
            policy.begin(request, situation, catalogue, placement, customer, businessTimeNs);
        }
    }

    /**
     * Looks into one offer of the decision begun.
     *
     * @param offerIndex in the catalogue.
     * @return what became of the offer.
     */
    public Finding find(final int offerIndex) {
        final Offer offer = catalogue.offer(offerIndex);
        final int place = placeOf(offerIndex);
        if (place > 0) {
            return new Finding(offer.name(), offer.rule().text(), place, List.of());
        }
        final List<Obstacle> obstacles = new ArrayList<>();
        if (isDecidedBefore()) {
            obstacles.add(new Obstacle(outcome.reason(), List.of()));
        }
        if (situation != null) {
            judge(offer, holds.reasonOf(offer), obstacles);
            if (obstacles.isEmpty()) {
                obstacles.add(lost(offer));
            }
        }
        return new Finding(offer.name(), offer.rule().text(), 0, obstacles);
    }

    /**
     * What one offer of the decision begun met first; cheap, for all offers of a catalogue.
     *
     * @param offerIndex in the catalogue.
     * @return the reason of the first of {@link Finding#obstacles()}; {@link ReasonCode#NONE} for an offer that was
     *     made.
     */
    public ReasonCode first(final int offerIndex) {
        if (placeOf(offerIndex) > 0) {
            return ReasonCode.NONE;
        }
        if (isDecidedBefore()) {
            return outcome.reason();
        }
        final Offer offer = catalogue.offer(offerIndex);
        final HoldReason held = holds.reasonOf(offer);
        final ReasonCode notLive = held != null ? held.explanation() : policy.notLive(offer);
        if (notLive != null) {
            return notLive;
        }
        if (!offer.rule().matches(situation)) {
            return ReasonCode.TARGETING_MISMATCH;
        }
        final ReasonCode heldBack = policy.heldBack(offer);
        final ReasonCode limit = heldBack == null ? policy.limits().against(offer, score(offer)) : heldBack;
        return limit == null ? lostReason(offer) : limit;
    }

    /**
     * What an offer is ranked by.
     *
     * @param offer of a catalogue.
     * @return expected value in micros of the offer's currency: its value times its propensity.
     */
    public static double score(final Offer offer) {
        return Scoring.score(offer, Scoring.propensity(offer));
    }

    private int placeOf(final int offerIndex) {
        for (int place = 0; place < outcome.offerCount(); place++) {
            if (outcome.offerIndex(place) == offerIndex) {
                return place + 1;
            }
        }
        return 0;
    }

    private boolean isDecidedBefore() {
        return situation == null || outcome.reason() == ReasonCode.NOT_A_SELLING_MOMENT || outcome.late();
    }

    private void judge(final Offer offer, final HoldReason held, final List<Obstacle> obstacles) {
        final ReasonCode notLive = held != null ? held.explanation() : policy.notLive(offer);
        if (notLive != null) {
            obstacles.add(new Obstacle(notLive, List.of()));
        }
        final RuleExplanation explanation = RuleExplanation.of(offer.rule(), situation, registry);
        if (!explanation.matches()) {
            obstacles.add(new Obstacle(ReasonCode.TARGETING_MISMATCH, explanation.lines()));
        }
        final ReasonCode spared = policy.spared(offer);
        if (spared != null) {
            obstacles.add(new Obstacle(
                spared, spared == ReasonCode.CAP_REACHED ? policy.caps().lines(offer) : List.of()));
        }
        final ReasonCode unscreened = policy.screening().against(offer);
        if (unscreened != null) {
            obstacles.add(new Obstacle(unscreened, policy.screening().lines(offer)));
        }
        final ReasonCode limit = policy.limits().against(offer, score(offer));
        if (limit != null) {
            obstacles.add(new Obstacle(limit, policy.limits().lines(offer, score(offer))));
        }
    }

    /** Why an offer that might have been made was not: others were better, or time ran out. */
    private Obstacle lost(final Offer offer) {
        final List<String> lines = new ArrayList<>();
        lines.add("it counts " + shown(score(offer)));
        for (int place = 0; place < outcome.offerCount(); place++) {
            final Offer made = catalogue.offer(outcome.offerIndex(place));
            final boolean rival = made.categoryId() == offer.categoryId();
            lines.add("place " + (place + 1) + ": " + made.name() + " counts " + shown(outcome.score(place))
                + (rival ? ", of the same category" : ""));
        }
        if (outcome.scored() < outcome.matched()) {
            lines.add("time ran out after " + outcome.scored() + " of " + outcome.matched() + " candidates");
        }
        final CountedCap cap = usedUp(offer);
        if (cap != null) {
            lines.add("cap on " + cap.owner() + ": " + cap.cap().words() + "; this answer uses up what was left");
        }
        return new Obstacle(lostReason(offer), lines);
    }

    /** The cap of which this answer holds all that was left. */
    private CountedCap usedUp(final Offer offer) {
        for (final CountedCap cap : offer.sharedCaps()) {
            int used = 0;
            for (int place = 0; place < outcome.offerCount() && cap.isUsedByAnswers(); place++) {
                used += List.of(catalogue.offer(outcome.offerIndex(place)).sharedCaps()).contains(cap) ? 1 : 0;
            }
            if (used > 0 && used >= policy.caps().leftOfShared(cap)) {
                return cap;
            }
        }
        return null;
    }

    private ReasonCode lostReason(final Offer offer) {
        if (outcome.reason() == ReasonCode.TRUNCATED_IN_SCORING) {
            return ReasonCode.TRUNCATED_IN_SCORING;
        }
        if (outcome.isControlled(offer.campaignId())) {
            return ReasonCode.CONTROL_GROUP;
        }
        for (int place = 0; place < outcome.offerCount(); place++) {
            if (catalogue.offer(outcome.offerIndex(place)).categoryId() == offer.categoryId()) {
                return ReasonCode.CATEGORY_TAKEN;
            }
        }
        return usedUp(offer) == null ? ReasonCode.OUTRANKED : ReasonCode.CAP_REACHED;
    }

    private static String shown(final double micros) {
        return BigDecimal.valueOf(micros).movePointLeft(MICRO_DIGITS).setScale(SHOWN_DIGITS, RoundingMode.HALF_EVEN)
            .toPlainString();
    }
}
