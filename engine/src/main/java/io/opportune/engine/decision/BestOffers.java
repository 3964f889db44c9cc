package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.delivery.DeliveryGate;
import io.opportune.protocol.ReasonCode;

/**
 * The choice where a placement does not say how: the best by value times prior of those that may be made, with nothing
 * left to chance. Owned by one shard; allocates nothing.
 */
final class BestOffers {
    private final Policy policy;
    private final Matches matches;
    private final Slate slate = new Slate();
    private Candidates candidates;
    private DeliveryGate budgets;

    BestOffers(final Policy policy, final Matches matches) {
        this.policy = policy;
        this.matches = matches;
    }

    /** Starts an empty slate. */
    void begin(final int places, final DeliveryGate gate) {
        slate.begin(places, policy.caps(), policy.limits());
        candidates = matches.candidates();
        budgets = gate;
    }

    /**
     * Takes what matches in descending order of what it can score at most, holds back what consent and tact forbid, and
     * scores the others, until nothing that is left can enter the slate: offers behind that are not even matched. False
     * when time ran out first; one more than was scored then counts as matched.
     */
    boolean scoreBest(final Deadline deadline, final DecisionOutcome outcome) {
        final OfferSearch search = matches.search();
        int looked = 0;
        boolean stopped = false;
        double lastBound = Double.MAX_VALUE;
        while (matches.isSearched() && !stopped) {
            stopped = deadline.stoppedAfter(candidates.count()) || budgets.isFull()
                || looked++ % Deadline.CANDIDATES_BETWEEN_CHECKS == 0 && deadline.stopsSearching();
            if (!stopped) {
                final Offer offer = search.next(deadline);
                stopped = search.isStopped();
                if (offer == null) {
                    break;
                }
                lastBound = Scoring.upperBound(offer);
                if (slate.isProvenAgainst(lastBound, offer.offerIndex(), candidates)) {
                    matches.unseenUpTo(lastBound);
                    break;
                }
                if (policy.isInCurrency(offer)) {
                    candidates.add(offer.offerIndex());
                    score(candidates.count() - 1, offer);
                }
            }
        }
        if (stopped) {
            matches.unseenUpTo(lastBound);
        }
        outcome.matched(candidates.count() + (stopped ? 1 : 0));
        outcome.scored(candidates.count());
        return !stopped;
    }

    /** Scores all candidates, which are in the same order; the winners are those of {@link #scoreBest}. */
    boolean scoreAll(final Deadline deadline, final DecisionOutcome outcome) {
        final int count = candidates.count();
        outcome.matched(count);
        for (int i = 0; i < count; i++) {
            if (deadline.stoppedAfter(i) || budgets.isFull()
                || i % Deadline.CANDIDATES_BETWEEN_CHECKS == 0 && deadline.stopsSearching()) {
                outcome.scored(i);
                for (int left = i; left < count; left++) {
                    outcome.explain(candidates.offerIndex(left), ReasonCode.TRUNCATED_IN_SCORING);
                }
                return false;
            }
            final ReasonCode why = score(i, matches.offer(candidates.offerIndex(i)));
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
        final ReasonCode why = limit == null ? budgets.heldBack(offer, score) : limit;
        if (why == null) {
            candidates.score(i, propensity, score, policy.screening().creative());
            slate.consider(candidates, i, offer);
        } else {
            candidates.holdBack(i, why);
        }
        return why;
    }

    /** Puts those that have a place into the answer. */
    void take(final boolean explain, final DecisionOutcome outcome) {
        for (int place = 0; place < slate.count(); place++) {
            final int i = slate.candidate(place);
            outcome.add(
                candidates.offerIndex(i), candidates.propensity(i), candidates.score(i), candidates.creative(i));
        }
        if (explain) {
            explainLosers(outcome);
        }
    }

    private void explainLosers(final DecisionOutcome outcome) {
        for (int i = 0; i < outcome.scored(); i++) {
            boolean chosen = candidates.isHeldBack(i);
            for (int place = 0; place < slate.count() && !chosen; place++) {
                chosen = slate.candidate(place) == i;
            }
            if (!chosen) {
                final int offerIndex = candidates.offerIndex(i);
                outcome.explain(offerIndex, slate.whyNot(matches.offer(offerIndex), candidates.score(i)));
            }
        }
    }
}
