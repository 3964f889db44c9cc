package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
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
        final Offer offer = catalogue.offer(offerIndex);
        for (int place = 0; place < outcome.offerCount(); place++) {
            if (outcome.offerIndex(place) == offerIndex) {
                return new Finding(offer.name(), offer.rule().text(), place + 1, List.of());
            }
        }
        final List<Obstacle> obstacles = new ArrayList<>();
        final Placement placement = catalogue.placement(request.placementId());
        if (placement == null || outcome.reason() == ReasonCode.NOT_A_SELLING_MOMENT || outcome.late()) {
            obstacles.add(new Obstacle(outcome.reason(), List.of()));
        }
        if (placement != null) {
            context.prepare(catalogue);
            final Situation situation = context.fill(request, catalogue, placement, customer, businessTimeNs);
            policy.begin(request, situation, placement, customer.profile(), customer.consent(), businessTimeNs);
            judge(offer, holds.reasonOf(offer), situation, obstacles);
            if (obstacles.isEmpty()) {
                obstacles.add(lost(catalogue, offer, outcome));
            }
        }
        return new Finding(offer.name(), offer.rule().text(), 0, obstacles);
    }

    private void judge(
        final Offer offer, final HoldReason held, final Situation situation, final List<Obstacle> obstacles) {
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
            obstacles.add(new Obstacle(spared, List.of()));
        }
        final ReasonCode unscreened = policy.screening().against(offer);
        if (unscreened != null) {
            obstacles.add(new Obstacle(unscreened, policy.screening().lines(offer)));
        }
    }

    /** Why an offer that might have been made was not: others were better, or time ran out. */
    private static Obstacle lost(final Catalogue catalogue, final Offer offer, final DecisionOutcome outcome) {
        final double score = Scoring.score(offer, Scoring.propensity(offer));
        final List<String> lines = new ArrayList<>();
        ReasonCode reason = outcome.reason() == ReasonCode.TRUNCATED_IN_SCORING
            ? ReasonCode.TRUNCATED_IN_SCORING : ReasonCode.OUTRANKED;
        lines.add("it counts " + shown(score));
        for (int place = 0; place < outcome.offerCount(); place++) {
            final Offer made = catalogue.offer(outcome.offerIndex(place));
            final boolean rival = made.categoryId() == offer.categoryId();
            if (rival && reason == ReasonCode.OUTRANKED) {
                reason = ReasonCode.CATEGORY_TAKEN;
            }
            lines.add("place " + (place + 1) + ": " + made.name() + " counts " + shown(outcome.score(place))
                + (rival ? ", of the same category" : ""));
        }
        if (outcome.scored() < outcome.matched()) {
            lines.add("time ran out after " + outcome.scored() + " of " + outcome.matched() + " candidates");
        }
        return new Obstacle(reason, lines);
    }

    private static String shown(final double micros) {
        return BigDecimal.valueOf(micros).movePointLeft(MICRO_DIGITS).setScale(SHOWN_DIGITS, RoundingMode.HALF_EVEN)
            .toPlainString();
    }
}
