package io.opportune.bench;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.CountedCap;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.context.ContextStage;
import io.opportune.engine.context.Customer;
import io.opportune.engine.feature.FeatureEncoder;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.feature.PairEncoder;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Features of one request: what the context vector costs once the situation is filled, and what each of 64 candidates
 * adds. The usual customer has two segments, two attributes and three categories; the full one has everything that a
 * profile holds, and a basket of eight lines.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class FeatureBench {
    private static final int CANDIDATES = 64;
    private static final int OFFERS = 1_000;
    private static final int CATEGORIES = 20;
    private static final long TIME_NS = 1_700_000_000_000_000_000L;
    private static final long DAY_NS = 86_400_000_000_000L;
    private static final int USD = 840;

    /** What is known of the customer: stranger, usual or full. */
    @Param({"stranger", "usual", "full"})
    private String customer;

    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private final FeatureEncoder encoder = new FeatureEncoder();
    private final FeatureVector context = new FeatureVector();
    private final FeatureVector pair = new FeatureVector();
    private final ProfileFlyweight profile =
        new ProfileFlyweight().wrap(new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]), 0);
    private final Customer known = new Customer();
    private final ContextStage stage = new ContextStage();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final Offer[] candidates = new Offer[CANDIDATES];
    private Catalogue catalogue;
    private Situation situation;
    private PairEncoder pairs;

    /**
     * Loads a catalogue, fills a profile and encodes the request once.
     *
     * @throws IOException when the temporary catalogue cannot be written.
     */
    @Setup
    public void prepare() throws IOException {
        catalogue = load();
        final Random random = new Random(1);
        for (int i = 0; i < CANDIDATES; i++) {
            candidates[i] = catalogue.offer(random.nextInt(OFFERS));
        }
        final boolean full = customer.equals("full");
        known.anonymous();
        if (!customer.equals("stranger")) {
            live(random, full);
            known.identified(profile);
        }
        request.wrapAndApplyHeader(write(random, full), 0, new MessageHeaderDecoder());
        stage.prepare(catalogue);
        encoder.prepare(catalogue);
        situation = stage.fill(request, catalogue, catalogue.placement(request.placementId()), known, TIME_NS);
        pairs = encoder.encode(request, situation, known, TIME_NS, context);
    }

    private void live(final Random random, final boolean full) {
        ProfileUpdates.grantConsent(profile, Consent.ALL);
        ProfileUpdates.markApplied(profile, 1, TIME_NS - 365 * DAY_NS);
        for (int day = 80; day >= 1; day -= full ? 2 : 6) {
            ProfileUpdates.recordVisit(profile, TIME_NS - day * DAY_NS, Channel.TILL.value(), 1);
            ProfileUpdates.recordPurchaseLine(profile, TIME_NS - day * DAY_NS,
                category(random.nextInt(full ? 6 : 3)), random.nextInt(OFFERS), 1_000, 2_000_000);
        }
        ProfileUpdates.markApplied(profile, 2, TIME_NS - DAY_NS);
        for (int i = 0; i < (full ? ProfileFlyweight.SEGMENT_SLOTS : 2); i++) {
            ProfileUpdates.addSegment(profile, registry.findOrAdd(NameKind.SEGMENT, "segment-" + i));
        }
        for (int i = 0; i < (full ? ProfileFlyweight.ATTRIBUTE_SLOTS : 2); i++) {
            ProfileUpdates.setAttribute(profile, registry.findOrAdd(NameKind.ATTRIBUTE, "customer.number_" + i),
                AttributeType.INTEGER.value(), i);
        }
        for (int i = 0; i < (full ? 12 : 3); i++) {
            final CountedCap cap = candidates[i].ownCaps()[0];
            ProfileUpdates.count(profile, TIME_NS, cap.key(), cap.cap().window(), cap.days(), 0);
        }
        ProfileUpdates.recordAnswer(profile, TIME_NS, candidates[0].offerId(), true);
    }

    private int category(final int number) {
        return registry.findOrAdd(NameKind.CATEGORY, "c" + number);
    }

    private ExpandableArrayBuffer write(final Random random, final boolean full) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final DecisionRequestEncoder message = new DecisionRequestEncoder()
            .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .correlationId(1).clientSendTimeNs(0).eventTimeNs(DecisionRequestEncoder.eventTimeNsNullValue())
            .timeBudgetUs(0).placementId(registry.findOrAdd(NameKind.PLACEMENT, "all"))
            .storeId(registry.findOrAdd(NameKind.STORE, "309"))
            .latitudeE7(DecisionRequestEncoder.latitudeE7NullValue())
            .longitudeE7(DecisionRequestEncoder.longitudeE7NullValue())
            .currency(USD).channel(Channel.TILL).moment(Moment.BASKET_UPDATE).intent(Intent.BUYING)
            .offersWanted((short) 1);
        message.requestId().high(0).low(0);
        message.flags().clear();
        final int lineCount = full ? 8 : 3;
        final DecisionRequestEncoder.BasketLinesEncoder lines = message.basketLinesCount(lineCount);
        for (int i = 0; i < lineCount; i++) {
            lines.next().itemId(random.nextInt(OFFERS)).categoryId(category(random.nextInt(CATEGORIES)))
                .quantityMilli(1_000).amountMicros(3_000_000)
                .currency(DecisionRequestEncoder.BasketLinesEncoder.currencyNullValue());
        }
        message.attributesCount(1).next().attributeId(registry.findOrAdd(NameKind.ATTRIBUTE, "request.weather"))
            .valueType(AttributeType.TEXT).value(registry.findOrAdd(NameKind.ATTRIBUTE_VALUE, "rain"));
        message.attributeTextsCount(0);
        message.customerId("").restrictions("");
        return buffer;
    }

    private Catalogue load() throws IOException {
        final StringBuilder text = new StringBuilder("""
            attributes: [{name: request.weather, type: string}, {name: customer.number_0, type: int},
              {name: customer.number_1, type: int}, {name: customer.number_2, type: int},
              {name: customer.number_3, type: int}, {name: customer.number_4, type: int},
              {name: customer.number_5, type: int}]
            stores: [{id: "309", zone: America/New_York, latitude: 40.1, longitude: -74.2}]
            advertisers: [{id: acme, name: Acme}]
            campaigns:
              - {id: p, advertiser: acme, flights: [{start: 2000-01-01, end: 2100-01-01}], budget: {currency: USD}}
            placements: [{id: all, channels: [till], offers: 3}]
            offers:
            """);
        for (int i = 0; i < OFFERS; i++) {
            final int category = i % CATEGORIES;
            text.append("  - {id: o").append(i).append(", campaign: p, category: c").append(category)
                .append(", value: \"1.00\", propensity: 0.5, channels: [till], promotes: {categories: [c")
                .append(category).append(", c").append((category + 7) % CATEGORIES).append("], items: [").append(i)
                .append(", ").append(i + 1).append("]}, discount: {type: percent_off, percent: 10}, ")
                .append("caps: [{count: impression, limit: 30, window: week}], creatives: [{id: t").append(i)
                .append(", title: T}]}\n");
        }
        final Path folder = Files.createTempDirectory("feature-bench");
        try {
            Files.writeString(folder.resolve("all.yaml"), text);
            final LoadResult result = CatalogueLoader.load(folder, registry, CatalogueLoader.Previous.none());
            if (result.catalogue() == null) {
                throw new IllegalStateException(result.errors().toString());
            }
            return result.catalogue();
        } finally {
            Files.deleteIfExists(folder.resolve("all.yaml"));
            Files.delete(folder);
        }
    }

    /**
     * The features of a request, its situation being filled.
     *
     * @return how many there are.
     */
    @Benchmark
    public int context() {
        encoder.encode(request, situation, known, TIME_NS, context);
        return context.count();
    }

    /**
     * The features of 64 candidates of a request, per candidate.
     *
     * @return features of the last.
     */
    @Benchmark
    @OperationsPerInvocation(CANDIDATES)
    public int pair() {
        int features = 0;
        for (final Offer candidate : candidates) {
            pairs.encode(candidate, pair);
            features += pair.count();
        }
        return features;
    }
}
