package io.opportune.engine.context;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.catalogue.StoreSite;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.Consent;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.Intent;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/**
 * Fills the situation of one request. Owned by one shard; allocates only in {@link #prepare}, when a catalogue comes.
 */
public final class ContextStage {
    private static final long MICROS_PER_MILLI = 1_000L;

    private final CivilTime time = new CivilTime();
    private final Map<ZoneId, ZoneTable> zones = new HashMap<>();
    private final ZoneTable utc = new ZoneTable(ZoneOffset.UTC);
    private Situation situation;

    /**
     * Makes room for a catalogue.
     *
     * @param catalogue that decisions will use next.
     */
    public void prepare(final Catalogue catalogue) {
        situation = new Situation(catalogue.schema());
        for (final StoreSite store : catalogue.stores()) {
            zones.computeIfAbsent(store.zone(), ZoneTable::new);
        }
    }

    /**
     * Fills the situation.
     *
     * @param request        as checked by admission.
     * @param catalogue      that {@link #prepare} has seen last.
     * @param placement      of the request.
     * @param customer       what may be known.
     * @param businessTimeNs of the moment, nanoseconds since the epoch.
     * @return the situation, valid until the next call.
     */
    public Situation fill(
        final DecisionRequestDecoder request,
        final Catalogue catalogue,
        final Placement placement,
        final Customer customer,
        final long businessTimeNs) {
        situation.clear();
        fillMoment(request, catalogue, placement, businessTimeNs);
        fillBasket(request);
        fillAttributes(request, catalogue.schema());
        fillCustomer(customer, businessTimeNs);
        final int latitudeE7 = request.latitudeE7();
        if (latitudeE7 != DecisionRequestDecoder.latitudeE7NullValue()
            && (!customer.identified() || (customer.consent() & Consent.LOCATION) != 0)) {
            situation.setPosition(latitudeE7, request.longitudeE7());
        }
        return situation;
    }

    /**
     * The situation filled last.
     *
     * @return valid until the next call of {@link #fill}.
     */
    public Situation situation() {
        return situation;
    }

    private void fillMoment(
        final DecisionRequestDecoder request,
        final Catalogue catalogue,
        final Placement placement,
        final long businessTimeNs) {
        situation.set(AttributeSchema.MOMENT_TYPE, request.momentRaw());
        situation.set(AttributeSchema.MOMENT_CHANNEL, request.channelRaw());
        final Intent intent = request.intent();
        if (intent != Intent.NULL_VAL && intent != Intent.SBE_UNKNOWN) {
            situation.set(AttributeSchema.MOMENT_INTENT, intent.value());
        }
        situation.set(AttributeSchema.PLACEMENT_ID, placement.placementId());
        ZoneTable zone = utc;
        if (request.storeId() != 0) {
            situation.set(AttributeSchema.STORE_ID, request.storeId());
            final StoreSite store = catalogue.store(request.storeId());
            if (store != null) {
                zone = zones.get(store.zone());
            }
        }
        time.set(zone.localNs(businessTimeNs));
        situation.set(AttributeSchema.MOMENT_HOUR, time.hour());
        situation.set(AttributeSchema.MOMENT_MINUTE_OF_DAY, time.minuteOfDay());
        situation.set(AttributeSchema.MOMENT_DAY_OF_WEEK, time.dayOfWeek());
        situation.set(AttributeSchema.MOMENT_DAY_OF_MONTH, time.dayOfMonth());
        situation.set(AttributeSchema.MOMENT_MONTH, time.month());
    }

    private void fillBasket(final DecisionRequestDecoder request) {
        final DecisionRequestDecoder.BasketLinesDecoder lines = request.basketLines();
        long amountMicros = 0;
        long quantityMilli = 0;
        int count = 0;
        situation.begin(AttributeSchema.BASKET_ITEMS);
        situation.begin(AttributeSchema.BASKET_CATEGORIES);
        while (lines.hasNext()) {
            lines.next();
            count++;
            quantityMilli += lines.quantityMilli();
            long lineMicros = lines.amountMicros();
            if (lineMicros == DecisionRequestDecoder.BasketLinesDecoder.amountMicrosNullValue()) {
                lineMicros = 0;
            }
            amountMicros += lineMicros;
            situation.addToList(AttributeSchema.BASKET_ITEMS, lines.itemId());
            final int categoryId = lines.categoryId();
            if (categoryId != 0) {
                if (!situation.contains(AttributeSchema.BASKET_CATEGORIES, categoryId)) {
                    situation.addToList(AttributeSchema.BASKET_CATEGORIES, categoryId);
                }
                situation.addInMap(AttributeSchema.BASKET_CATEGORY_AMOUNT, categoryId, lineMicros);
            }
        }
        situation.set(AttributeSchema.BASKET_AMOUNT, amountMicros);
        situation.set(AttributeSchema.BASKET_QUANTITY, quantityMilli * MICROS_PER_MILLI);
        situation.set(AttributeSchema.BASKET_LINE_COUNT, count);
    }

    private void fillAttributes(final DecisionRequestDecoder request, final AttributeSchema schema) {
        final DecisionRequestDecoder.AttributesDecoder attributes = request.attributes();
        while (attributes.hasNext()) {
            attributes.next();
            setDeclared(schema, attributes.attributeId(), attributes.valueTypeRaw(), attributes.value());
        }
    }

    /** Sets a declared attribute, or adds to its list; one of another type than declared counts as missing. */
    private void setDeclared(
        final AttributeSchema schema, final int attributeId, final int type, final long value) {
        final int slot = schema.slotOf(attributeId);
        if (slot >= 0 && schema.declaredType(slot).value() == type) {
            if (schema.isDeclaredList(slot)) {
                situation.addToList(slot, value);
            } else {
                situation.set(slot, value);
            }
        }
    }

    private void fillCustomer(final Customer customer, final long businessTimeNs) {
        final ProfileFlyweight profile = customer.profile();
        situation.set(AttributeSchema.CUSTOMER_KNOWN, profile == null ? 0 : 1);
        situation.begin(AttributeSchema.CUSTOMER_CONSENT);
        for (int bit = 1; bit <= Consent.ALL; bit <<= 1) {
            if ((customer.consent() & bit) != 0) {
                situation.addToList(AttributeSchema.CUSTOMER_CONSENT, bit);
            }
        }
        if (profile == null) {
            return;
        }
        final int day = ProfileFlyweight.dayOf(businessTimeNs);
        fillVisits(profile, day);
        situation.begin(AttributeSchema.CUSTOMER_SEGMENTS);
        for (int i = 0; i < profile.segmentCount(); i++) {
            situation.addToList(AttributeSchema.CUSTOMER_SEGMENTS, profile.segment(i));
        }
        final AttributeSchema schema = situation.schema();
        for (int i = 0; i < profile.attributeCount(); i++) {
            setDeclared(schema, profile.attributeId(i), profile.attributeType(i), profile.attributeValue(i));
        }
        fillPurchases(profile, day);
    }

    private void fillVisits(final ProfileFlyweight profile, final int day) {
        situation.set(AttributeSchema.CUSTOMER_VISITS_7D, profile.visitsInDays(day, 7));
        situation.set(AttributeSchema.CUSTOMER_VISITS_30D, profile.visitsInDays(day, 30));
        situation.set(AttributeSchema.CUSTOMER_VISIT_COUNT, profile.visitCount());
        if (profile.visitCount() > 0) {
            situation.set(AttributeSchema.CUSTOMER_DAYS_SINCE_VISIT, profile.daysSinceVisit(day));
            situation.set(AttributeSchema.CUSTOMER_LAST_CHANNEL, profile.lastChannel());
        }
    }

    private void fillPurchases(final ProfileFlyweight profile, final int day) {
        for (int i = 0; i < profile.categoryCount(); i++) {
            final int category = profile.categoryId(i);
            situation.putInMap(
                AttributeSchema.CUSTOMER_DAYS_SINCE_PURCHASE, category, profile.daysSincePurchase(i, day));
            situation.putInMap(AttributeSchema.CUSTOMER_PURCHASES_30D, category, profile.purchases(i, 30, day));
            situation.putInMap(AttributeSchema.CUSTOMER_PURCHASES_90D, category, profile.purchases(i, 90, day));
            situation.putInMap(AttributeSchema.CUSTOMER_SPEND_30D, category, profile.amountMicros(i, 30, day));
            situation.putInMap(AttributeSchema.CUSTOMER_SPEND_90D, category, profile.amountMicros(i, 90, day));
        }
    }
}
