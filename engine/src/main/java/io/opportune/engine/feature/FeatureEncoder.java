package io.opportune.engine.feature;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.StoreSite;
import io.opportune.engine.context.Customer;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.Consent;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.Intent;

/**
 * Makes the features of a request and its customer, once for all candidates; {@link #pairs} then makes the few of each
 * candidate. What is stale, weak, not agreed to or not about the customer's own taste is left out. Owned by one shard;
 * allocates only in {@link #prepare}; alike inputs give the same keys and values in the same order.
 */
public final class FeatureEncoder {
    /** Values of {@link Feature#CUSTOMER_STATE}. */
    static final int ANONYMOUS = 0;
    static final int UNKNOWN = 1;
    static final int COLD = 2;
    static final int WARM = 3;
    static final int REGULAR = 4;
    static final int LAPSED = 5;
    /** Channels below this in {@link Feature#MOMENT_TYPE_ON_CHANNEL}. */
    static final int CHANNELS = 256;
    /** Degrees times 10^7 of a cell's edge: half a degree, 56 km from north to south. */
    static final int CELL_E7 = 5_000_000;
    static final int CELLS_EAST = 721;
    static final int CELLS_NORTH = 361;
    /** Bits beside a bucket's in values of two parts; buckets are taken with their sign. */
    static final int BUCKET_BITS = 8;
    private static final int BUCKET_MASK = 0xff;
    private static final long DAY_NS = 86_400_000_000_000L;
    private static final int PARTS = 6;
    private static final byte[] PART_OF_HOUR = {
        0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5};
    private static final int SATURDAY = 6;
    private static final int REGULAR_VISITS = 4;
    private static final int COLD_VISITS = 3;
    private static final int LAPSED_DAYS = 60;
    private static final int TOP_SHARE_FIFTHS = 2;

    private final PurchaseView purchases = new PurchaseView();
    private final PairEncoder pairs = new PairEncoder(purchases);
    private Catalogue catalogue;
    private AttributeSchema schema;
    private Affinity affinity = Affinity.NONE;
    private int[] attributeSlots = {};
    private int[] attributeIds = {};
    private long[] attributeSeeds = {};
    private AttributeType[] attributeTypes = {};
    private boolean[] attributeIsList = {};
    private boolean[] attributeIsCustomers = {};
    private FeatureVector into;
    private Situation situation;

    /** Makes one; {@link #prepare} comes before the first request. */
    public FeatureEncoder() {
        // Nothing is known before there is a catalogue.
    }

    /**
     * Makes room for a catalogue. Allocates.
     *
     * @param next that requests will be encoded for.
     */
    public void prepare(final Catalogue next) {
        catalogue = next;
        if (schema == next.schema()) {
            return;
        }
        schema = next.schema();
        final var features = schema.declared().stream().filter(FeatureCatalogue::isFeature).toList();
        final int count = features.size();
        attributeSlots = new int[count];
        attributeIds = new int[count];
        attributeSeeds = new long[count];
        attributeTypes = new AttributeType[count];
        attributeIsList = new boolean[count];
        attributeIsCustomers = new boolean[count];
        for (int i = 0; i < count; i++) {
            final var attribute = features.get(i);
            attributeSlots[i] = attribute.slot();
            attributeIds[i] = attribute.attributeId();
            attributeSeeds[i] = FeatureKeys.seed(FeatureCatalogue.fieldOfAttribute(attribute.attributeId()));
            attributeTypes[i] = attribute.type();
            attributeIsList[i] = schema.isDeclaredList(attribute.slot());
            attributeIsCustomers[i] = attribute.variable().equals("customer");
        }
    }

    /**
     * Sets the item-to-item model from the next request on.
     *
     * @param model {@link Affinity#NONE} to switch it off.
     */
    public void affinity(final Affinity model) {
        affinity = model;
    }

    /**
     * Encodes what holds for all candidates of a request.
     *
     * @param request         that the situation was filled from.
     * @param filled          as the context stage filled it, for the prepared catalogue.
     * @param customer        what may be known.
     * @param businessTimeNs  of the moment, since 1970.
     * @param context         is cleared and gets the features.
     * @return for the candidates of this request; valid until the next call, while situation and profile are unchanged.
     */
    public PairEncoder encode(
        final DecisionRequestDecoder request, final Situation filled, final Customer customer,
        final long businessTimeNs, final FeatureVector context) {
        into = context.clear();
        situation = filled;
        final int day = ProfileFlyweight.dayOf(businessTimeNs);
        final ProfileFlyweight profile = readable(customer);
        final boolean isGift = filled.has(AttributeSchema.MOMENT_INTENT)
            && filled.get(AttributeSchema.MOMENT_INTENT) == Intent.GIFT.value();
        final boolean mayTaste = profile != null && !isGift && (customer.consent() & Consent.PURCHASE_HISTORY) != 0;
        purchases.read(mayTaste ? profile : null, day);
        moment();
        place();
        basket(request.currency());
        // Who agreed to nothing is nobody, as in the journal.
        customer(customer.identified() && customer.consent() != 0, profile, day);
        attributes(customer.profile(), profile, businessTimeNs);
        if (profile != null && isFresh(profile, Feature.CUSTOMER_SEGMENT.maxAgeDays(), businessTimeNs)) {
            for (int i = 0; i < profile.segmentCount(); i++) {
                add(Feature.CUSTOMER_SEGMENT, profile.segment(i));
            }
        }
        taste();
        affinity.begin(filled, purchases.profile(), day);
        pairs.begin(filled, profile, customer.person(), businessTimeNs, affinity);
        return pairs;
    }

    /** The features of a candidate of the request encoded last. */
    PairEncoder pairs() {
        return pairs;
    }

    /** Whoever may not be known to advertisers elsewhere is nobody in an auction. */
    private ProfileFlyweight readable(final Customer customer) {
        final boolean auction = situation.get(AttributeSchema.MOMENT_CHANNEL) == Channel.AD_EXCHANGE.value();
        return auction && (customer.consent() & Consent.THIRD_PARTY_ADVERTISING) == 0 ? null : customer.profile();
    }

    private void add(final Feature feature, final long value) {
        into.add(feature.key(value), 1.0f);
    }

    private void moment() {
        final long type = situation.get(AttributeSchema.MOMENT_TYPE);
        final long channel = situation.get(AttributeSchema.MOMENT_CHANNEL);
        add(Feature.MOMENT_TYPE, type);
        add(Feature.MOMENT_CHANNEL, channel);
        if (situation.has(AttributeSchema.MOMENT_INTENT)
            && situation.get(AttributeSchema.MOMENT_INTENT) != Intent.UNKNOWN.value()) {
            add(Feature.MOMENT_INTENT, situation.get(AttributeSchema.MOMENT_INTENT));
        }
        add(Feature.MOMENT_TYPE_ON_CHANNEL, type * CHANNELS + channel);
        final int hour = (int) situation.get(AttributeSchema.MOMENT_HOUR);
        final int part = PART_OF_HOUR[hour];
        final long weekday = situation.get(AttributeSchema.MOMENT_DAY_OF_WEEK);
        add(Feature.MOMENT_HOUR, hour);
        add(Feature.MOMENT_DAY_OF_WEEK, weekday);
        add(Feature.MOMENT_PART_OF_DAY, part);
        add(Feature.MOMENT_PART_OF_WEEK, weekday >= SATURDAY ? PARTS + part : part);
        add(Feature.MOMENT_MONTH, situation.get(AttributeSchema.MOMENT_MONTH));
        add(Feature.MOMENT_THIRD_OF_MONTH, Math.min(2, (situation.get(AttributeSchema.MOMENT_DAY_OF_MONTH) - 1) / 10));
    }

    private void place() {
        add(Feature.PLACE_PLACEMENT, situation.get(AttributeSchema.PLACEMENT_ID));
        StoreSite store = null;
        if (situation.has(AttributeSchema.STORE_ID)) {
            final int storeId = (int) situation.get(AttributeSchema.STORE_ID);
            add(Feature.PLACE_STORE, storeId);
            store = catalogue.store(storeId);
        }
        if (store != null && store.hasPosition()) {
            add(Feature.PLACE_REGION, cell(store.latitudeE7(), store.longitudeE7()));
        } else if (situation.hasPosition()) {
            add(Feature.PLACE_REGION, cell(situation.latitudeE7(), situation.longitudeE7()));
        }
    }

    /** Number of the cell of the map, 0 or more. */
    static int cell(final int latitudeE7, final int longitudeE7) {
        final int north = Math.clamp(Math.floorDiv(latitudeE7, CELL_E7) + CELLS_NORTH / 2, 0, CELLS_NORTH - 1);
        final int east = Math.clamp(Math.floorDiv(longitudeE7, CELL_E7) + CELLS_EAST / 2, 0, CELLS_EAST - 1);
        return north * CELLS_EAST + east;
    }

    private void basket(final int currency) {
        final long lines = situation.get(AttributeSchema.BASKET_LINE_COUNT);
        if (lines == 0) {
            return;
        }
        final long amountMicros = situation.get(AttributeSchema.BASKET_AMOUNT);
        add(Feature.BASKET_LINES, Buckets.half(lines));
        add(Feature.BASKET_AMOUNT, with(currency, Buckets.amount(amountMicros)));
        final int categories =
            Math.min(FeatureCatalogue.MAX_LIST_VALUES, situation.size(AttributeSchema.BASKET_CATEGORIES));
        long most = 0;
        long top = 0;
        for (int i = 0; i < categories; i++) {
            final long category = situation.element(AttributeSchema.BASKET_CATEGORIES, i);
            add(Feature.BASKET_CATEGORY, category);
            final long paid = situation.getFromMap(AttributeSchema.BASKET_CATEGORY_AMOUNT, category, 0);
            if (paid > most) {
                most = paid;
                top = category;
            }
        }
        if (top != 0 && most / TOP_SHARE_FIFTHS >= amountMicros / 5) {
            add(Feature.BASKET_TOP_CATEGORY, top);
        }
    }

    /** An id beside a bucket. */
    static long with(final long id, final int bucket) {
        return id << BUCKET_BITS | bucket & BUCKET_MASK;
    }

    private void customer(final boolean identified, final ProfileFlyweight profile, final int day) {
        if (profile == null) {
            add(Feature.CUSTOMER_STATE, identified ? UNKNOWN : ANONYMOUS);
            return;
        }
        final int visits = profile.visitCount();
        final int visits30 = profile.visitsInDays(day, 30);
        final int since = profile.daysSinceVisit(day);
        add(Feature.CUSTOMER_STATE, visits < COLD_VISITS && profile.categoryCount() == 0 ? COLD
            : since > LAPSED_DAYS ? LAPSED : visits30 >= REGULAR_VISITS ? REGULAR : WARM);
        add(Feature.CUSTOMER_VISITS_7D, profile.visitsInDays(day, 7));
        final int known = day - ProfileFlyweight.dayOf(profile.createdTimeNs());
        if (2 * known >= Feature.CUSTOMER_VISITS_30D.maxAgeDays()) {
            add(Feature.CUSTOMER_VISITS_30D, Buckets.half(visits30));
        }
        if (2 * known >= Feature.CUSTOMER_VISITS_60D.maxAgeDays()) {
            add(Feature.CUSTOMER_VISITS_60D, Buckets.half(profile.visitsInDays(day, 60)));
        }
        add(Feature.CUSTOMER_VISITS, Buckets.half(visits));
        if (visits == 0) {
            return;
        }
        add(Feature.CUSTOMER_DAYS_SINCE_VISIT, Buckets.half(since));
        if (profile.lastChannel() != 0 && since <= Feature.CUSTOMER_LAST_CHANNEL.maxAgeDays()) {
            add(Feature.CUSTOMER_LAST_CHANNEL, profile.lastChannel());
        }
        if (profile.lastStoreId() != 0 && situation.has(AttributeSchema.STORE_ID)
            && since <= Feature.CUSTOMER_SAME_STORE.maxAgeDays()) {
            add(Feature.CUSTOMER_SAME_STORE,
                profile.lastStoreId() == situation.get(AttributeSchema.STORE_ID) ? 1 : 0);
        }
    }

    private static boolean isFresh(final ProfileFlyweight profile, final int days, final long nowNs) {
        return nowNs - profile.updatedTimeNs() <= days * DAY_NS;
    }

    /** Declared attributes; those that only a stale profile, or one that may not be read, holds are left out. */
    private void attributes(final ProfileFlyweight whole, final ProfileFlyweight profile, final long nowNs) {
        final boolean hidesProfile = whole != null
            && (profile == null || !isFresh(profile, FeatureCatalogue.ATTRIBUTE_MAX_AGE_DAYS, nowNs));
        for (int i = 0; i < attributeSlots.length; i++) {
            final int slot = attributeSlots[i];
            if (!situation.has(slot)
                || hidesProfile && attributeIsCustomers[i] && whole.findAttribute(attributeIds[i]) >= 0) {
                continue;
            }
            if (attributeIsList[i]) {
                final int size = Math.min(FeatureCatalogue.MAX_LIST_VALUES, situation.size(slot));
                for (int element = 0; element < size; element++) {
                    attribute(i, situation.element(slot, element), nowNs);
                }
            } else {
                attribute(i, situation.get(slot), nowNs);
            }
        }
    }

    private void attribute(final int i, final long value, final long nowNs) {
        final AttributeType type = attributeTypes[i];
        // A text without an id is no text that anybody could have learned about.
        if (type != AttributeType.TEXT || value > 0) {
            into.add(FeatureKeys.ofSeed(attributeSeeds[i], valueOf(type, value, nowNs)), 1.0f);
        }
    }

    /** What stands for an attribute's value in its key. */
    static long valueOf(final AttributeType type, final long value, final long nowNs) {
        return switch (type) {
            case INTEGER -> Buckets.integer(value);
            case DECIMAL_MICROS -> Buckets.decimal(value);
            case TIME_EPOCH_NS -> Buckets.signed(Math.floorDiv(nowNs, DAY_NS) - Math.floorDiv(value, DAY_NS));
            default -> value;
        };
    }

    /** What the customer bought, for him- or herself. */
    private void taste() {
        final int count = purchases.count();
        for (int i = 0; i < count; i++) {
            final long category = purchases.categoryId(i);
            final int since = purchases.daysSince(i);
            if (since <= Feature.CUSTOMER_DAYS_SINCE_PURCHASE.maxAgeDays()) {
                add(Feature.CUSTOMER_DAYS_SINCE_PURCHASE, with(category, Buckets.half(since)));
            }
            final int lines30 = purchases.lines30(i);
            final int lines90 = purchases.lines90(i);
            if (lines30 > 0) {
                add(Feature.CUSTOMER_PURCHASES_30D, with(category, Buckets.half(lines30)));
                add(Feature.CUSTOMER_SPEND_30D, with(category, Buckets.amount(purchases.micros30(i))));
            }
            if (lines90 > lines30) {
                add(Feature.CUSTOMER_PURCHASES_90D, with(category, Buckets.half(lines90)));
                add(Feature.CUSTOMER_SPEND_90D, with(category, Buckets.amount(purchases.micros90(i))));
            }
        }
        if (count == 0) {
            return;
        }
        if (purchases.isComplete()) {
            add(Feature.CUSTOMER_ALL_PURCHASES_30D, Buckets.half(purchases.allLines30()));
            add(Feature.CUSTOMER_ALL_SPEND_90D, Buckets.amount(purchases.allMicros90()));
        }
        if (purchases.leastDays() <= Feature.CUSTOMER_DAYS_SINCE_ANY_PURCHASE.maxAgeDays()) {
            add(Feature.CUSTOMER_DAYS_SINCE_ANY_PURCHASE, Buckets.half(purchases.leastDays()));
        }
        if (purchases.topCategory() != 0) {
            add(Feature.CUSTOMER_TOP_CATEGORY, purchases.topCategory());
        }
    }
}
