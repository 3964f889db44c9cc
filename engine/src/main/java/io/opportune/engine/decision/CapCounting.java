package io.opportune.engine.decision;

import io.opportune.engine.catalogue.CapKeys;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CountedCap;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.context.Customer;
import io.opportune.engine.profile.CountsBlock;
import io.opportune.engine.profile.ExposureKind;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.EventType;

/**
 * Works out which counters a decision or an event touches, for its record: those of the caps on the offers in it.
 * Owned by one shard; allocates nothing after construction.
 */
public final class CapCounting {
    /** Caps that an offer may have of its own, and by each of campaign, advertiser, category and all offers. */
    private static final int MOST_CAPS_OF_AN_OFFER = 5 * 16;
    /** A profile so full of counters is searched for those that no cap asks for any more. */
    private static final int CROWDED_BYTES = ProfileFlyweight.COUNTER_AREA_BYTES * 3 / 4;

    private final CountsBlock block =
        new CountsBlock(Slate.MAX_OFFERS * MOST_CAPS_OF_AN_OFFER + ProfileFlyweight.MAX_COUNTERS,
            Slate.MAX_OFFERS + 1 + ProfileFlyweight.MAX_CUSTOMER_BUDGETS);

    /** Makes one for one shard. */
    public CapCounting() {
        // The block has room for the largest answer.
    }

    /**
     * Works out what a decision counts. One for an exchange counts nothing: nothing was shown yet; a test neither.
     *
     * @param request   of the decision.
     * @param catalogue it was made with.
     * @param outcome   of the decision.
     * @param customer  it was made for.
     * @return the block, valid until the next call; its length is 0 where nothing is to be told.
     */
    public CountsBlock ofDecision(
        final DecisionRequestDecoder request, final Catalogue catalogue, final DecisionOutcome outcome,
        final Customer customer) {
        block.clear();
        if (customer.profile() == null
            || catalogue.capKeys().isEmpty() && !customer.profile().hasCustomerSpend()) {
            return block;
        }
        final boolean counts = request.channel() != Channel.AD_EXCHANGE && !request.flags().test();
        begin(catalogue, customer.person(), counts);
        if (counts) {
            forgetOrphans(catalogue, customer.profile());
            if (outcome.status() == DecisionStatus.FALLBACK) {
                final Placement placement = catalogue.placement(request.placementId());
                if (placement != null && placement.fallback() != null) {
                    count(placement.fallback(), ExposureKind.DECISION);
                }
            } else {
                for (int place = 0; place < outcome.offerCount(); place++) {
                    count(catalogue.offer(outcome.offerIndex(place)), ExposureKind.DECISION);
                }
            }
        }
        return told();
    }

    /**
     * Works out what an event counts.
     *
     * @param type      of the event.
     * @param offerId   registry id of the offer; 0 for none.
     * @param catalogue in use; null when there is none.
     * @param profile   of the customer; null when there is none.
     * @param person    tag of the person in a household, 0 when there is none.
     * @return the block, valid until the next call; its length is 0 where nothing is to be told.
     */
    public CountsBlock ofEvent(
        final EventType type, final int offerId, final Catalogue catalogue, final ProfileFlyweight profile,
        final int person) {
        block.clear();
        if (profile == null || catalogue == null || catalogue.capKeys().isEmpty()
            || type == EventType.WIN || type == EventType.BILLING || type == EventType.LOSS) {
            return block;
        }
        begin(catalogue, person, true);
        final ExposureKind kind = kindOf(type);
        final int offerIndex = kind == null || offerId == 0 ? -1 : catalogue.offerIndexOf(offerId);
        if (offerIndex >= 0) {
            forgetOrphans(catalogue, profile);
            count(catalogue.offer(offerIndex), kind);
        }
        return told();
    }

    private static ExposureKind kindOf(final EventType type) {
        return switch (type) {
            case IMPRESSION -> ExposureKind.IMPRESSION;
            case ACCEPT -> ExposureKind.ACCEPT;
            case REDEMPTION -> ExposureKind.REDEMPTION;
            default -> null;
        };
    }

    private void begin(final Catalogue catalogue, final int person, final boolean isActivity) {
        block.begin(person, isActivity && catalogue.capKeys().hasSessions()
            ? catalogue.contactPolicy().sessionGapSeconds() : 0);
    }

    private CountsBlock told() {
        if (block.isTrivial()) {
            block.clear();
        }
        return block;
    }

    private void count(final Offer offer, final ExposureKind kind) {
        count(offer.ownCaps(), kind);
        count(offer.sharedCaps(), kind);
    }

    private void count(final CountedCap[] caps, final ExposureKind kind) {
        for (final CountedCap cap : caps) {
            if (cap.counts() && cap.cap().event().kind() == kind) {
                block.count(cap.key(), cap.cap().window(), cap.days());
            }
        }
    }

    private void forgetOrphans(final Catalogue catalogue, final ProfileFlyweight profile) {
        if (profile.counterBytes() + profile.customerSpendBytes() < CROWDED_BYTES) {
            return;
        }
        for (int line = 0; line < profile.customerLines(); line++) {
            if (!catalogue.hasCustomerBudget(profile.customerLineBudget(line))) {
                block.claim(CountsBlock.Claim.FORGET, 0, 0, false, 0);
                block.budget(profile.customerLineBudget(line), 0, false);
            }
        }
        final CapKeys keys = catalogue.capKeys();
        if (keys.isEmpty()) {
            return;
        }
        for (int at = profile.firstCounter(); at >= 0; at = profile.nextCounter(at)) {
            if (!profile.isAnswers(at) && keys.offerOf(profile.counterKey(at)) == CapKeys.UNKNOWN) {
                block.forget(profile.counterKey(at));
            }
        }
    }
}
