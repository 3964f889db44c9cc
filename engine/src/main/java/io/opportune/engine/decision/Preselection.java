package io.opportune.engine.decision;

import io.opportune.engine.affinity.Ranking;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.delivery.DeliveryGate;
import io.opportune.protocol.ReasonCode;

/**
 * Finds the offers that are compared where a placement says how it chooses: the best by {@link PriorScore} of those
 * that may be made, see {@code engine/ARBITRATION.md}. Owned by one shard; allocates nothing.
 */
final class Preselection {
    private final Policy policy;
    private final Matches matches;
    private final Choosing choosing;
    private Candidates candidates;
    private DeliveryGate budgets;
    private boolean explains;

    Preselection(final Policy policy, final Matches matches, final Choosing choosing) {
        this.policy = policy;
        this.matches = matches;
        this.choosing = choosing;
    }

    /**
     * Looks at what matches in descending order of its bound and keeps the best by prior that may be made, until none
     * that comes after can be among them; then takes what affinities bring. Where the answer explains, all that matches
     * stands among the candidates already, in the same order. False when time ran out first, or no further refusal of
     * the gate can be journalled.
     */
    boolean find(
        final DeliveryGate gate, final boolean explain, final Deadline deadline, final DecisionOutcome outcome) {
        budgets = gate;
        explains = explain;
        candidates = matches.candidates();
        final RankedOffers ranked = matches.ranked();
        final PriorScore score = ranked.score();
        final OfferSearch search = matches.search();
        final int matching = candidates.count();
        int looked = 0;
        int count = 0;
        boolean stopped = false;
        Offer last = null;
        while (matches.isSearched() && !stopped && !(explain && count == matching)
            && (last == null || !choosing.isProvenAgainst(score, last))) {
            stopped = deadline.stoppedAfter(count) || budgets.isFull()
                || looked++ % Deadline.CANDIDATES_BETWEEN_CHECKS == 0 && deadline.stopsSearching();
            if (!stopped) {
                final Offer offer =
                    explain ? matches.offer(candidates.offerIndex(count)) : search.next(deadline);
                stopped = !explain && search.isStopped();
                if (offer == null) {
                    break;
                }
                last = offer;
                if (explain || policy.isInCurrency(offer)) {
                    if (!explain) {
                        candidates.add(offer.offerIndex());
                    }
                    consider(count++, offer, score, outcome);
                }
            }
        }
        if (!explain && matches.isSearched() && (stopped || last != null && choosing.isProvenAgainst(score, last))) {
            matches.unseenUpTo(last == null ? Double.MAX_VALUE : score.tallied(last));
        }
        if (explain && !stopped) {
            while (count < matching) {
                candidates.holdBack(count++, ReasonCode.OUTRANKED);
            }
        }
        if (!stopped && matches.isSearched() && choosing.isFull() && choosing.bringsCandidates()) {
            addAffine(ranked, search, last, outcome);
        }
        if (explain) {
            explainOutranked(count, stopped ? matching : count, outcome);
        }
        outcome.matched(explain ? matching : candidates.count() + (stopped ? 1 : 0));
        outcome.scored(explain ? count : candidates.count());
        return !stopped;
    }

    /** Takes what affinities bring of those that found no room, while there is room for such. */
    private void addAffine(
        final RankedOffers ranked, final OfferSearch search, final Offer last, final DecisionOutcome outcome) {
        final Ranking affine = choosing.affine();
        for (int rank = 0; rank < affine.count() && !choosing.isFull(); rank++) {
            final Offer offer = matches.offer(affine.index(rank));
            if (explains || !ranked.isBefore(last, offer)) {
                final int i = candidates.find(offer.offerIndex());
                if (i >= 0 && candidates.heldBackBy(i) == ReasonCode.OUTRANKED.ordinal()) {
                    candidates.release(i);
                    consider(i, offer, ranked.score(), outcome);
                }
            } else if (search.isLive(offer) && matches.fits(offer)) {
                candidates.add(offer.offerIndex());
                consider(candidates.count() - 1, offer, ranked.score(), outcome);
            }
        }
    }

    /** Compares a candidate if it is good enough by prior and nothing forbids to make it. */
    private void consider(
        final int i, final Offer offer, final PriorScore score, final DecisionOutcome outcome) {
        final int tier = score.tier(offer);
        final double prior = score.of(offer, matches.situation());
        if (!choosing.takes(tier, prior)) {
            candidates.holdBack(i, ReasonCode.OUTRANKED);
            return;
        }
        final double worth = Scoring.score(offer, offer.propensity());
        final ReasonCode personal = policy.heldBack(offer);
        final ReasonCode limit = personal == null ? policy.limits().against(offer, worth) : personal;
        final ReasonCode why = limit == null ? budgets.heldBack(offer, worth) : limit;
        if (why == null) {
            choosing.add(i, offer, policy.screening().creative(), tier, prior, candidates);
        } else {
            candidates.holdBack(i, why);
            if (explains) {
                outcome.explain(offer.offerIndex(), why);
            }
        }
    }

    /** Of candidates up to a number, those that are not compared; time ran out before the others. */
    private void explainOutranked(final int looked, final int count, final DecisionOutcome outcome) {
        for (int i = 0; i < count; i++) {
            if (i >= looked) {
                outcome.explain(candidates.offerIndex(i), ReasonCode.TRUNCATED_IN_SCORING);
            } else if (candidates.heldBackBy(i) == ReasonCode.OUTRANKED.ordinal()) {
                outcome.explain(candidates.offerIndex(i), ReasonCode.OUTRANKED);
            }
        }
    }
}
