package io.opportune.engine.feature;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.context.ContextStage;
import io.opportune.engine.context.Customer;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileUpdates;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.Consent;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One customer in one moment before a small shop, to be changed by a test and then encoded. */
final class Scene {
    static final long DAY_NS = 86_400_000_000_000L;
    /** Tuesday, 14 November 2023, 22:13:20 UTC, 17:13:20 in New York. */
    static final long NOW_NS = 1_700_000_000_000_000_000L;
    static final int USD = 840;
    static final String TEXT = """
        attributes:
          - {name: customer.tier, type: string}
          - {name: customer.children, type: int}
          - {name: customer.member_since, type: time}
          - {name: customer.card_fee, type: decimal}
          - {name: request.weather, type: string}
          - {name: request.site_cat, type: list<string>}
          - {name: request.device_sua_mobile, type: bool}
          - {name: request.id, type: string}
        segments: [allotment, new_parent]
        stores:
          - {id: "309", zone: America/New_York, latitude: 40.1, longitude: -74.2}
          - {id: "310", zone: UTC}
        advertisers: [{id: acme, name: Acme, category: grocery}]
        campaigns:
          - {id: spring, advertiser: acme, flights: [{start: 2020-01-01, end: 2030-01-01}], budget: {currency: USD}}
        placements: [{id: checkout, channels: [till, app, ad_exchange], offers: 2}]
        offers:
          - id: milk
            campaign: spring
            category: dairy
            value: "1.20"
            propensity: 0.05
            discount: {type: percent_off, percent: 10}
            promotes: {categories: [MILK, BUTTER], items: [1001, 9000000000, 1002]}
            channels: [till]
            caps: [{count: redemption, limit: 1, window: lifetime}, {count: impression, limit: 9, window: week}]
            creatives: [{id: milk-1, title: Milk}]
          - id: bread
            campaign: spring
            category: BREAD
            value: "1.00"
            propensity: 0.05
            channels: [till]
            creatives: [{id: bread-1, title: Bread}]
        """;

    final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    final Catalogue catalogue;
    final FeatureText text;
    final FeatureEncoder encoder = new FeatureEncoder();
    final FeatureVector context = new FeatureVector();
    final FeatureVector pair = new FeatureVector();
    final UnsafeBuffer stored = new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]);
    final ProfileFlyweight profile = new ProfileFlyweight().wrap(stored, 0);
    final Customer customer = new Customer();
    final ContextStage stage = new ContextStage();
    final DecisionRequestDecoder request = new DecisionRequestDecoder();
    final List<long[]> basket = new ArrayList<>();
    final List<long[]> attributes = new ArrayList<>();
    Channel channel = Channel.TILL;
    Moment moment = Moment.BASKET_UPDATE;
    Intent intent = Intent.BUYING;
    String store = "309";
    int latitudeE7 = DecisionRequestDecoder.latitudeE7NullValue();
    int longitudeE7 = DecisionRequestDecoder.longitudeE7NullValue();
    long timeNs = NOW_NS;
    boolean isKnown = true;
    int person;
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();

    Scene(final Path folder) throws IOException {
        Files.writeString(folder.resolve("all.yaml"), TEXT, StandardCharsets.UTF_8);
        final LoadResult result = CatalogueLoader.load(folder, registry, CatalogueLoader.Previous.none());
        assertTrue(result.isGood(), result.errors()::toString);
        catalogue = result.catalogue();
        for (final String category : List.of("WINE", "CHEESE", "SOAP", "SALT")) {
            registry.findOrAdd(NameKind.CATEGORY, category);
        }
        text = new FeatureText(catalogue, registry);
        encoder.prepare(catalogue);
        stage.prepare(catalogue);
        ProfileUpdates.grantConsent(profile, Consent.PERSONALISATION | Consent.PURCHASE_HISTORY);
        // A customer of a year, who was last heard of today.
        ProfileUpdates.markApplied(profile, 1, NOW_NS - 365 * DAY_NS);
        ProfileUpdates.markApplied(profile, 2, NOW_NS);
    }

    int id(final NameKind kind, final String name) {
        return registry.findOrAdd(kind, name);
    }

    int category(final String name) {
        return id(NameKind.CATEGORY, name);
    }

    Offer offer(final String name) {
        return catalogue.offer(catalogue.offerIndexOf(registry.find(NameKind.OFFER, name)));
    }

    /** The customer was there some days ago. */
    Scene visit(final int daysAgo) {
        ProfileUpdates.recordVisit(profile, NOW_NS - daysAgo * DAY_NS, Channel.APP.value(),
            id(NameKind.STORE, "310"));
        return this;
    }

    /** The customer was there and bought one item of a category, some days ago. */
    Scene bought(final String category, final long item, final int daysAgo, final double amount) {
        visit(daysAgo);
        ProfileUpdates.recordPurchaseLine(profile, NOW_NS - daysAgo * DAY_NS, category(category), item, 1_000,
            Math.round(amount * 1e6));
        return this;
    }

    Scene inBasket(final String category, final long item, final double amount) {
        basket.add(new long[] {item, category == null ? 0 : category(category), Math.round(amount * 1e6)});
        return this;
    }

    Scene attribute(final String name, final AttributeType type, final long value) {
        attributes.add(new long[] {id(NameKind.ATTRIBUTE, name), type.value(), value});
        return this;
    }

    Scene attribute(final String name, final String value) {
        return attribute(name, AttributeType.TEXT, id(NameKind.ATTRIBUTE_VALUE, value));
    }

    void writeRequest() {
        final DecisionRequestEncoder message = new DecisionRequestEncoder()
            .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .correlationId(1).clientSendTimeNs(0).eventTimeNs(DecisionRequestEncoder.eventTimeNsNullValue())
            .timeBudgetUs(0).placementId(id(NameKind.PLACEMENT, "checkout"))
            .storeId(store == null ? 0 : id(NameKind.STORE, store)).latitudeE7(latitudeE7).longitudeE7(longitudeE7)
            .currency(USD).channel(channel).moment(moment).intent(intent).offersWanted((short) 1);
        message.requestId().high(0).low(0);
        message.flags().clear();
        final DecisionRequestEncoder.BasketLinesEncoder lines = message.basketLinesCount(basket.size());
        for (final long[] line : basket) {
            lines.next().itemId(line[0]).categoryId((int) line[1]).quantityMilli(1_000).amountMicros(line[2])
                .currency(DecisionRequestEncoder.BasketLinesEncoder.currencyNullValue());
        }
        final DecisionRequestEncoder.AttributesEncoder values = message.attributesCount(attributes.size());
        for (final long[] value : attributes) {
            values.next().attributeId((int) value[0]).valueType(AttributeType.get((short) value[1])).value(value[2]);
        }
        message.attributeTextsCount(0);
        message.customerId("").restrictions("");
    }

    Situation fill() {
        if (isKnown) {
            customer.identified(profile);
        } else {
            customer.anonymous();
        }
        customer.person(person);
        request.wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
        return stage.fill(request, catalogue, catalogue.placement(request.placementId()), customer, timeNs);
    }

    /** The features of the request in words. */
    List<String> context() {
        writeRequest();
        encoder.encode(request, fill(), customer, timeNs, context);
        return text.lines(context);
    }

    /** The features of a candidate in words. */
    List<String> pair(final String offer) {
        context();
        encoder.pairs().encode(offer(offer), pair);
        return text.lines(pair);
    }
}
