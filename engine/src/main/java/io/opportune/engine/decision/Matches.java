package io.opportune.engine.decision;

import io.opportune.engine.catalogue.CapKeys;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.counters.CountTable;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;

/**
 * The offers that one decision looks at: those that match, by a search or by a walk over all that explains, those that
 * the customer is spared, and how far the search went. Owned by one shard; allocates nothing.
 */
final class Matches {
    /** So that a late decision stops within some ten microseconds: to explain an offer takes about 40 ns. */
    private static final int OFFERS_BETWEEN_CHECKS = 256;

    private final Policy policy;
    /** Offers whose own caps this customer has reached, or who were declined, passed over in the search. */
    private final Offer[] spared = new Offer[ProfileFlyweight.MAX_COUNTERS];
    private final ReasonCode[] sparedBy = new ReasonCode[spared.length];
    private int sparedCount;
    private ShardCatalogue current;
    private Candidates candidates;
    private Situation situation;
    private int place;
    private boolean searched;
    /** Nothing that counts at most this much was looked at in the search; 0: it saw all. */
    private double unseenUpTo;

    Matches(final Policy policy) {
        this.policy = policy;
    }

    void use(final ShardCatalogue next) {
        current = next;
        candidates = next.candidates();
    }

    /**
     * Begins to look for the offers that are live in a place and whose rule holds.
     *
     * @param where   number of the place.
     * @param hopeful false: no offer may be made, so that there is nothing to look for.
     * @param in      the situation; it must not change until the decision is made.
     * @param profile of the customer; null for none.
     */
    void search(final int where, final boolean hopeful, final Situation in, final ProfileFlyweight profile) {
        begin(where, in);
        searched = hopeful && where != OfferOrder.NOWHERE;
        if (searched) {
            search().begin(in, where, policy.businessTimeNs());
            if (profile != null) {
                spareWhatWasSeenEnough(profile);
            }
        }
    }

    private void begin(final int where, final Situation in) {
        candidates.clear();
        place = where;
        situation = in;
        sparedCount = 0;
        unseenUpTo = 0;
    }

    /** Caps reached and offers declined are known before the search: their bits are cleared for this customer. */
    private void spareWhatWasSeenEnough(final ProfileFlyweight profile) {
        final CapKeys keys = current.catalogue().capKeys();
        for (int at = profile.firstCounter(); at >= 0; at = profile.nextCounter(at)) {
            final int offerId =
                profile.isAnswers(at) ? profile.answersOfferId(at) : keys.offerOf(profile.counterKey(at));
            final Offer offer = offerId <= 0 ? null : current.order().find(offerId);
            final ReasonCode why = offer == null ? null : policy.seenEnough(offer);
            if (why != null && search().spare(offer)) {
                sparedBy[sparedCount] = why;
                spared[sparedCount++] = offer;
            }
        }
    }

    /** Finds all that match, saying of each other offer why it does not; false when time ran out. */
    boolean explainAll(
        final int where, final Situation in, final Deadline deadline, final DecisionOutcome outcome) {
        begin(where, in);
        searched = true;
        final RankedOffers order = ranked();
        for (int rank = 0; rank < order.count(); rank++) {
            if (rank % OFFERS_BETWEEN_CHECKS == OFFERS_BETWEEN_CHECKS - 1 && deadline.passed()) {
                return false;
            }
            final Offer offer = order.get(rank);
            final HoldReason held = current.holds().reasonOf(offer);
            final ReasonCode notLive = held != null ? held.explanation() : policy.notLive(offer);
            if (notLive != null) {
                outcome.explain(offer.offerIndex(), notLive);
            } else if (offer.rule().matches(in)) {
                candidates.add(offer.offerIndex());
            } else {
                outcome.explain(offer.offerIndex(), ReasonCode.TARGETING_MISMATCH);
            }
        }
        return !deadline.passed();
    }

    Candidates candidates() {
        return candidates;
    }

    Offer offer(final int offerIndex) {
        return current.catalogue().offer(offerIndex);
    }

    /** The search of the place. */
    OfferSearch search() {
        return current.search(place);
    }

    /** The order in which offers come up in the place. */
    RankedOffers ranked() {
        return current.order().ranked(current.order().rankingOf(place));
    }

    Situation situation() {
        return situation;
    }

    /** Whether there is anything to look for. */
    boolean isSearched() {
        return searched;
    }

    /** Says that nothing was looked at that counts at most so much. */
    void unseenUpTo(final double counted) {
        unseenUpTo = counted;
    }

    /** Whether an offer that is live matches. */
    boolean fits(final Offer offer) {
        return policy.isInCurrency(offer) && offer.rule().matches(situation);
    }

    /** How many of the offers that were passed over match: asked only where nothing else can be offered. */
    int matchingSpared() {
        int matching = 0;
        for (int i = 0; i < sparedCount; i++) {
            if (fits(spared[i])) {
                matching++;
            }
        }
        return matching;
    }

    /** Counts what became of each campaign's offers. */
    void tally(final DeliveryTally tally, final DecisionRequestDecoder request, final DecisionOutcome outcome) {
        tally.begin(request.placementId(), searched, unseenUpTo);
        for (int i = 0; i < outcome.scored(); i++) {
            tally.candidate(offer(candidates.offerIndex(i)).campaignId(), candidates.heldBackBy(i));
        }
        for (int i = 0; i < sparedCount; i++) {
            if (fits(spared[i])) {
                tally.candidate(spared[i].campaignId(), sparedBy[i].ordinal());
            }
        }
        final boolean auction = request.channel() == Channel.AD_EXCHANGE;
        for (int made = 0; made < outcome.offerCount(); made++) {
            tally.made(offer(outcome.offerIndex(made)).campaignId(), outcome.propensity(made), auction);
        }
    }

    /** Counts why offers were held back, by campaign id and ordinal of the {@link ReasonCode}. */
    void countHeldBack(final CountTable heldBack, final DecisionOutcome outcome) {
        for (int i = 0; i < outcome.scored(); i++) {
            if (candidates.isHeldBack(i)) {
                heldBack.increment(offer(candidates.offerIndex(i)).campaignId(), candidates.heldBackBy(i));
            }
        }
        for (int i = 0; i < sparedCount; i++) {
            if (fits(spared[i])) {
                heldBack.increment(spared[i].campaignId(), sparedBy[i].ordinal());
            }
        }
    }
}
