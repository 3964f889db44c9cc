package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.context.Customer;
import io.opportune.engine.delivery.CustomerLimits;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;

/**
 * What may not be offered, whatever the rules say: offers that are not live here, and offers this customer must be
 * spared: no consent, cap reached, just bought, just declined; and offers without a creative that an auctioned
 * impression takes. Owned by one shard; allocates nothing.
 */
final class Policy {
    /** A customer who said no is not asked again for a week. */
    static final int DECLINE_REST_DAYS = ProfileFlyweight.DECLINE_DAYS;

    private final Screening screening = new Screening();
    private final CapCheck caps = new CapCheck();
    private final CustomerLimits limits = new CustomerLimits();
    private Situation situation;
    private Placement placement;
    private ProfileFlyweight profile;
    private int consent;
    private Channel channel;
    private int currency;
    private long businessTimeNs;
    private int day;

    /** Starts a request. */
    void begin(
        final DecisionRequestDecoder decisionRequest,
        final Situation filled,
        final Catalogue catalogue,
        final Placement where,
        final Customer customer,
        final long timeNs) {
        situation = filled;
        placement = where;
        profile = customer.profile();
        consent = customer.consent();
        channel = decisionRequest.channel();
        currency = decisionRequest.currency();
        businessTimeNs = timeNs;
        day = ProfileFlyweight.dayOf(timeNs);
        screening.begin(decisionRequest);
        caps.begin(catalogue.contactPolicy(), profile, customer.person(), timeNs);
        limits.begin(profile, decisionRequest.flags().test(), channel == Channel.AD_EXCHANGE, timeNs);
    }

    /** Why the catalogue does not allow an offer in a placement on a channel at any time; null when it does. */
    static ReasonCode notMadeIn(final Offer offer, final Placement placement, final Channel channel) {
        if (offer.paused()) {
            return ReasonCode.PAUSED;
        }
        if (!offer.isOn(channel)) {
            return ReasonCode.CHANNEL_MISMATCH;
        }
        if (!offer.isIn(placement.placementId())) {
            return ReasonCode.PLACEMENT_MISMATCH;
        }
        return offer.creativeFor(channel) == null ? ReasonCode.NO_CREATIVE : null;
    }

    /** Why an offer is not made here and now to anybody; null when it is. */
    ReasonCode notLive(final Offer offer) {
        final ReasonCode never = notMadeIn(offer, placement, channel);
        return never == null ? notNow(offer) : never;
    }

    /** Why an offer that is made here is not made now; null when it is. */
    ReasonCode notNow(final Offer offer) {
        if (!offer.isInFlight(businessTimeNs)) {
            return ReasonCode.FLIGHT_NOT_ACTIVE;
        }
        return isInCurrency(offer) ? null : ReasonCode.CURRENCY_MISMATCH;
    }

    /** Whether the request's amounts, if it has any, are in the offer's currency. */
    boolean isInCurrency(final Offer offer) {
        return currency == 0 || currency == offer.currency();
    }

    long businessTimeNs() {
        return businessTimeNs;
    }

    /** What an auctioned impression takes of an offer that is not held back. */
    Screening screening() {
        return screening;
    }

    /** Why a fitting offer must not be made to this customer, or not here; null when it may. */
    ReasonCode heldBack(final Offer offer) {
        final ReasonCode spared = spared(offer);
        return spared == null ? screening.against(offer) : spared;
    }

    /** Why a fitting offer must not be made to this customer; null when it may. */
    ReasonCode spared(final Offer offer) {
        if ((offer.consentMask() & ~consent) != 0) {
            return ReasonCode.CONSENT_MISSING;
        }
        if (justBought(offer)) {
            return ReasonCode.JUST_BOUGHT;
        }
        if (profile == null) {
            return null;
        }
        return seenEnough(offer);
    }

    /** What the caps leave. */
    CapCheck caps() {
        return caps;
    }

    /** What budgets per customer leave. */
    CustomerLimits limits() {
        return limits;
    }

    /** Why an offer must not be made again yet to a customer with a profile; null when it may. */
    ReasonCode seenEnough(final Offer offer) {
        final int answers = profile.findAnswers(offer.offerId());
        final int declineDay = answers < 0 ? 0 : profile.lastDeclineDay(answers);
        if (declineDay != 0 && day - declineDay < DECLINE_REST_DAYS) {
            return ReasonCode.DECLINED_RECENTLY;
        }
        return caps.reached(offer) == null ? null : ReasonCode.CAP_REACHED;
    }

    /** Whether what the offer promotes lies in the basket or was bought within the offer's rest days. */
    private boolean justBought(final Offer offer) {
        final long[] items = offer.promotedItems();
        final int[] categories = offer.promotedCategories();
        if (items.length == 0 && categories.length == 0) {
            return false;
        }
        for (final long item : items) {
            if (situation.contains(AttributeSchema.BASKET_ITEMS, item)) {
                return true;
            }
        }
        for (final int category : categories) {
            if (situation.contains(AttributeSchema.BASKET_CATEGORIES, category)) {
                return true;
            }
        }
        return profile != null && boughtLately(offer, items, categories);
    }

    private boolean boughtLately(final Offer offer, final long[] items, final int[] categories) {
        for (final int category : categories) {
            final int slot = profile.findCategory(category);
            if (slot >= 0 && profile.daysSincePurchase(slot, day) < offer.promotesDays()) {
                return true;
            }
        }
        for (final long item : items) {
            if (profile.boughtItemWithin(item, day, offer.promotesDays())) {
                return true;
            }
        }
        return false;
    }
}
