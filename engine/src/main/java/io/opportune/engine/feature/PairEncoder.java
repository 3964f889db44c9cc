package io.opportune.engine.feature;

import io.opportune.engine.catalogue.Cap;
import io.opportune.engine.catalogue.CountedCap;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.Situation;
import java.util.Arrays;

/**
 * Makes the features of a customer and one candidate; obtained from {@link FeatureEncoder#encode} for one request.
 * Owned by the same shard; allocates nothing.
 */
public final class PairEncoder {
    /** Most exposures that are told apart. */
    static final int MOST_EXPOSURES = 15;
    /** Values of {@link Feature#PAIR_IN_BASKET}. */
    static final int NOT_IN_BASKET = 0;
    static final int CATEGORY_IN_BASKET = 1;
    static final int ITEM_IN_BASKET = 2;
    /** Range of affinities in halves of log2. */
    static final int LEAST_LIFT = -8;
    static final int MOST_LIFT = 16;
    /** A session ends by a pause that the catalogue's policy names; counters of sessions are not asked for. */
    private static final int NO_GAP = 0;
    private static final int NONE = -1;

    private final PurchaseView purchases;
    private final int[] answeredOffers = new int[ProfileFlyweight.MAX_ANSWERS];
    private final int[] answersAt = new int[ProfileFlyweight.MAX_ANSWERS];
    private int answeredCount;
    private Situation situation;
    private ProfileFlyweight profile;
    private Affinity affinity;
    private int person;
    private long timeNs;
    private int day;
    private boolean hasBasket;
    private boolean mayBeUnknown;
    /** A bit for each counter of the profile, by the last bits of its key. */
    private long counters;

    PairEncoder(final PurchaseView purchases) {
        this.purchases = purchases;
    }

    void begin(
        final Situation filled, final ProfileFlyweight readable, final int personTag, final long businessTimeNs,
        final Affinity model) {
        situation = filled;
        profile = readable;
        person = personTag;
        timeNs = businessTimeNs;
        affinity = model;
        day = purchases.day();
        hasBasket = filled.get(AttributeSchema.BASKET_LINE_COUNT) > 0;
        answeredCount = 0;
        counters = 0;
        mayBeUnknown = false;
        if (readable != null) {
            readCounters(readable);
        }
    }

    private void readCounters(final ProfileFlyweight source) {
        for (int at = source.firstCounter(); at >= 0; at = source.nextCounter(at)) {
            if (!source.isAnswers(at)) {
                counters |= 1L << source.counterKey(at);
            } else if (answeredCount < answersAt.length) {
                answeredOffers[answeredCount] = source.answersOfferId(at);
                answersAt[answeredCount++] = at;
            }
        }
        mayBeUnknown = source.countersUnknownUntilSecond() != 0 || source.lifetimeCountersUnknown();
    }

    /**
     * Encodes one candidate.
     *
     * @param offer of the catalogue that the encoder was prepared for.
     * @param pair  is cleared and gets the features.
     */
    public void encode(final Offer offer, final FeatureVector pair) {
        pair.clear();
        pair.add(Feature.OFFER_DISCOUNT.key(discount(offer)), 1.0f);
        if (purchases.profile() != null) {
            bought(offer, pair);
        }
        if (hasBasket) {
            pair.add(Feature.PAIR_IN_BASKET.key(inBasket(offer)), 1.0f);
        }
        final float ofItems = affinity.items(offer);
        if (!Float.isNaN(ofItems)) {
            pair.add(Feature.PAIR_ITEM_AFFINITY.key(liftBucket(ofItems)), 1.0f);
        }
        final float ofCategories = affinity.categories(offer);
        if (!Float.isNaN(ofCategories)) {
            pair.add(Feature.PAIR_CATEGORY_AFFINITY.key(liftBucket(ofCategories)), 1.0f);
        }
        if (profile != null) {
            exposures(offer, pair);
            answers(offer, pair);
        }
    }

    static long discount(final Offer offer) {
        final int size = switch (offer.discountType()) {
            case AMOUNT_OFF -> Buckets.amount(offer.discountValue());
            case PERCENT_OFF, POINTS -> Buckets.half(offer.discountValue());
            default -> 0;
        };
        return FeatureEncoder.with(offer.discountType().value(), size);
    }

    static int liftBucket(final float lift) {
        return (int) Math.clamp(Math.floor(2.0 * lift), LEAST_LIFT, MOST_LIFT);
    }

    private static boolean promotes(final Offer offer, final int category) {
        final int[] promoted = offer.promotedCategories();
        return promoted.length == 0 ? offer.categoryId() == category : offer.promotesCategory(category);
    }

    private void bought(final Offer offer, final FeatureVector pair) {
        int lines = 0;
        int leastDays = ProfileFlyweight.NEVER;
        int due = NONE;
        int interval = PurchaseView.NO_INTERVAL;
        for (int i = 0; i < purchases.count(); i++) {
            if (promotes(offer, purchases.categoryId(i))) {
                lines += purchases.lines90(i);
                leastDays = Math.min(leastDays, purchases.daysSince(i));
                if (purchases.interval(i) != PurchaseView.NO_INTERVAL) {
                    final int own = Buckets.due(purchases.daysSince(i), purchases.interval(i));
                    if (own > due) {
                        due = own;
                        interval = purchases.interval(i);
                    }
                }
            }
        }
        final boolean isKnown = leastDays != ProfileFlyweight.NEVER;
        if (isKnown || purchases.isComplete()) {
            pair.add(Feature.PAIR_CATEGORY_PURCHASES.key(Buckets.half(lines)), 1.0f);
        }
        if (leastDays <= Feature.PAIR_DAYS_SINCE_CATEGORY.maxAgeDays()) {
            pair.add(Feature.PAIR_DAYS_SINCE_CATEGORY.key(Buckets.half(leastDays)), 1.0f);
        }
        if (due != NONE) {
            pair.add(Feature.PAIR_CATEGORY_DUE.key(due), 1.0f);
        }
        if (offer.promotedItemFolds().length > 0) {
            items(offer.promotedItemFolds(), interval, pair);
        }
    }

    private void items(final int[] folds, final int interval, final FeatureVector pair) {
        final ProfileFlyweight source = purchases.profile();
        int latest = 0;
        for (int slot = 0; slot < source.itemCount(); slot++) {
            if (source.itemDay(slot) > latest && Arrays.binarySearch(folds, source.itemFold(slot)) >= 0) {
                latest = source.itemDay(slot);
            }
        }
        final int since = Math.max(0, day - latest);
        if (latest != 0 && since <= Feature.PAIR_DAYS_SINCE_ITEM.maxAgeDays()) {
            pair.add(Feature.PAIR_DAYS_SINCE_ITEM.key(Buckets.half(since)), 1.0f);
            if (interval != PurchaseView.NO_INTERVAL && since <= Feature.PAIR_ITEM_DUE.maxAgeDays()) {
                pair.add(Feature.PAIR_ITEM_DUE.key(Buckets.due(since, interval)), 1.0f);
            }
        }
    }

    private int inBasket(final Offer offer) {
        final long[] items = offer.promotedItems();
        final int lines = situation.size(AttributeSchema.BASKET_ITEMS);
        if (items.length <= lines) {
            for (final long item : items) {
                if (situation.contains(AttributeSchema.BASKET_ITEMS, item)) {
                    return ITEM_IN_BASKET;
                }
            }
        } else {
            for (int i = 0; i < lines; i++) {
                if (offer.promotesItem(situation.element(AttributeSchema.BASKET_ITEMS, i))) {
                    return ITEM_IN_BASKET;
                }
            }
        }
        final int[] categories = offer.promotedCategories();
        if (categories.length == 0) {
            return offer.categoryId() != 0 && situation.contains(AttributeSchema.BASKET_CATEGORIES, offer.categoryId())
                ? CATEGORY_IN_BASKET : NOT_IN_BASKET;
        }
        for (final int category : categories) {
            if (situation.contains(AttributeSchema.BASKET_CATEGORIES, category)) {
                return CATEGORY_IN_BASKET;
            }
        }
        return NOT_IN_BASKET;
    }

    /** The cap that counts how often the customer met the offer: of impressions, else of decisions; or null. */
    private static CountedCap exposureCap(final Offer offer) {
        CountedCap decisions = null;
        for (final CountedCap cap : offer.ownCaps()) {
            if (!cap.cap().window().isSession()) {
                if (cap.cap().event() == Cap.Event.IMPRESSION) {
                    return cap;
                }
                if (decisions == null && cap.cap().event() == Cap.Event.DECISION) {
                    decisions = cap;
                }
            }
        }
        return decisions;
    }

    private void exposures(final Offer offer, final FeatureVector pair) {
        final CountedCap cap = exposureCap(offer);
        if (cap == null) {
            return;
        }
        int count = 0;
        if (mayBeUnknown || (counters >>> cap.key() & 1) != 0) {
            count = profile.counted(cap.key(), cap.cap().window(), cap.cap().days(), person, timeNs, NO_GAP);
        }
        if (count != ProfileFlyweight.UNKNOWN_COUNT) {
            pair.add(Feature.PAIR_EXPOSURES.key(
                FeatureEncoder.with(cap.cap().window().ordinal(), Math.min(MOST_EXPOSURES, count))), 1.0f);
        }
    }

    private void answers(final Offer offer, final FeatureVector pair) {
        for (int i = 0; i < answeredCount; i++) {
            if (answeredOffers[i] == offer.offerId()) {
                final int at = answersAt[i];
                if (day - profile.lastAnswerDay(at) <= Feature.PAIR_ACCEPTS.maxAgeDays()) {
                    pair.add(Feature.PAIR_ACCEPTS.key(Buckets.half(profile.clicks(at))), 1.0f);
                    pair.add(Feature.PAIR_DECLINES.key(Buckets.half(profile.declines(at))), 1.0f);
                }
                return;
            }
        }
    }
}
