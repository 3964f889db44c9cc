package io.opportune.bench;

import io.opportune.engine.affinity.AffinityBuilder;
import io.opportune.engine.affinity.AffinityCandidates;
import io.opportune.engine.affinity.AffinityScorer;
import io.opportune.engine.affinity.AffinitySettings;
import io.opportune.engine.affinity.AffinityTable;
import io.opportune.engine.affinity.Basket;
import io.opportune.engine.affinity.OfferAffinities;
import io.opportune.engine.catalogue.AffinityUse;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileUpdates;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.Consent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Affinities: what a basket of three lines costs to count, and what a request costs with three lines in the basket and
 * twelve items in the profile. Items are drawn at random of a table far larger than the caches (26 MB of 100,000 items
 * with 30 neighbours each), customers one after the other, so that rows come from memory.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class AffinityBench {
    private static final int TODAY = 20_000;
    private static final long DAY_NS = 86_400_000_000_000L;
    private static final int CATEGORIES = 300;
    private static final int LINES = 3;
    private static final int CANDIDATES = 64;
    private static final int BASKETS = 4_096;

    /** Items of the shop. */
    @Param("100000")
    private int items;

    /** Customers, each with a profile of twelve items; their number says how many baskets are counted beforehand. */
    @Param("20000")
    private int customers;

    /** Offers, each promoting one item. */
    @Param("10000")
    private int offers;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Basket basket = new Basket();
    private final ProfileFlyweight profile = new ProfileFlyweight();
    private final UnsafeBuffer profiles = new UnsafeBuffer();
    private final int[] drawn = new int[BASKETS * LINES];
    private final int[] candidates = new int[CANDIDATES];
    private AffinityBuilder builder;
    private AffinityScorer scorer;
    private AffinityCandidates source;
    private int next;

    /**
     * Counts baskets, and makes profiles and offers.
     *
     * @throws IOException when the temporary catalogue cannot be written.
     */
    @Setup
    public void prepare() throws IOException {
        builder = new AffinityBuilder(AffinitySettings.defaults().withRoom(1 << 17, 1 << 23, 1 << 18));
        for (int i = 0; i < customers * 25; i++) {
            draw();
            builder.onBasket(0, 1 + random.nextInt(customers), i * DAY_NS / 10_000, basket);
        }
        final AffinityTable table = builder.build(1);
        profiles.wrap(new byte[customers * ProfileFlyweight.LENGTH_BYTES]);
        for (int customer = 0; customer < customers; customer++) {
            profile.wrap(profiles, customer * ProfileFlyweight.LENGTH_BYTES);
            ProfileUpdates.grantConsent(profile, Consent.ALL);
            for (int i = 0; i < ProfileFlyweight.ITEM_SLOTS; i++) {
                final int item = random.nextInt(items);
                ProfileUpdates.recordPurchaseLine(
                    profile, (TODAY - random.nextInt(90)) * DAY_NS, 1 + item % CATEGORIES, 1 + item, 1_000, 0);
            }
        }
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = random.nextInt(items);
        }
        for (int i = 0; i < CANDIDATES; i++) {
            candidates[i] = random.nextInt(offers);
        }
        scorer = new AffinityScorer(table, new OfferAffinities(table, load()));
        source = new AffinityCandidates(scorer, CANDIDATES);
    }

    /** Half of the lines are neighbours of the first one, so that rows fill. */
    private void draw() {
        basket.clear();
        final int first = random.nextInt(items);
        basket.add(1 + first, 1 + first % CATEGORIES);
        for (int line = 1; line < LINES; line++) {
            final int item = random.nextBoolean() ? (first + 1 + random.nextInt(30)) % items : random.nextInt(items);
            basket.add(1 + item, 1 + item % CATEGORIES);
        }
    }

    private Catalogue load() throws IOException {
        final StringBuilder text = new StringBuilder("""
            advertisers: [{id: a, name: A, category: c}]
            campaigns:
              - {id: p, advertiser: a, flights: [{start: 2000-01-01, end: 2100-01-01}], budget: {currency: USD}}
            placements: [{id: all, channels: [app], offers: 3}]
            offers:
            """);
        for (int i = 0; i < offers; i++) {
            text.append("  - {id: o").append(i).append(", campaign: p, category: c, value: \"1.00\", propensity: 0.5, ")
                .append("channels: [app], promotes: {items: [").append(1 + random.nextInt(items))
                .append("]}, creatives: [{id: t").append(i).append(", title: T}]}\n");
        }
        final Path folder = Files.createTempDirectory("affinity-bench");
        try {
            Files.writeString(folder.resolve("all.yaml"), text);
            final LoadResult result = CatalogueLoader.load(
                folder, new NameRegistry((kind, id, name) -> { }), CatalogueLoader.Previous.none());
            if (result.catalogue() == null) {
                throw new IllegalStateException(result.errors().toString());
            }
            return result.catalogue();
        } finally {
            Files.deleteIfExists(folder.resolve("all.yaml"));
            Files.delete(folder);
        }
    }

    private void ask() {
        next = next + 1 == BASKETS ? 0 : next + 1;
        scorer.begin(AffinityUse.BOTH, TODAY);
        for (int line = 0; line < LINES; line++) {
            final int item = drawn[next * LINES + line];
            scorer.basketLine(1 + item, 1 + item % CATEGORIES);
        }
        scorer.profile(profile.wrap(profiles, random.nextInt(customers) * ProfileFlyweight.LENGTH_BYTES));
        scorer.ready();
    }

    /**
     * Counts a basket: three lines, up to twelve earlier items.
     *
     * @return baskets so far.
     */
    @Benchmark
    public long count() {
        draw();
        builder.onBasket(0, 1 + random.nextInt(customers), TODAY * DAY_NS, basket);
        return builder.baskets();
    }

    /**
     * Gathers the evidence of one request, once for all candidates.
     *
     * @return how much is known.
     */
    @Benchmark
    public float gather() {
        ask();
        return scorer.itemConfidence();
    }

    /**
     * Gathers the evidence and asks it of 64 candidates.
     *
     * @return sum of the affinities.
     */
    @Benchmark
    public float score() {
        ask();
        float sum = 0;
        for (final int candidate : candidates) {
            sum += scorer.itemAffinity(candidate) + scorer.categoryAffinity(candidate);
        }
        return sum;
    }

    /**
     * Gathers the evidence and finds up to 64 offers of 10,000.
     *
     * @return how many were found.
     */
    @Benchmark
    public int candidates() {
        ask();
        return source.find().count();
    }
}
