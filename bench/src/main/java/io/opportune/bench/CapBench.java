package io.opportune.bench;

import io.opportune.bench.fixture.Catalogues;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CountedCap;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.decision.CapCheck;
import io.opportune.engine.profile.CountsBlock;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileUpdates;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
 * Caps of one request: what they cost per candidate, and what counting one offer costs. Each offer has two caps of its
 * own, two on its campaign, one on its advertiser, one on its category and two on all offers.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class CapBench {
    private static final int CANDIDATES = 64;
    private static final int OFFERS = 1_000;
    private static final int CAMPAIGNS = 50;
    private static final int ADVERTISERS = 10;
    private static final int CATEGORIES = 8;
    private static final long TIME_NS = 1_700_000_000_000_000_000L;

    /** Bytes of counters that the customer's profile holds, 200 at most; 250: some were forgotten. */
    @Param({"0", "100", "200", "250"})
    private int counterBytes;

    private final CapCheck check = new CapCheck();
    private final ProfileFlyweight profile =
        new ProfileFlyweight().wrap(new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]), 0);
    private final UnsafeBuffer fresh = new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]);
    private final ProfileFlyweight counted = new ProfileFlyweight().wrap(fresh, 0);
    private final CountsBlock block = new CountsBlock(8);
    private final Offer[] candidates = new Offer[CANDIDATES];
    private Catalogue catalogue;

    /**
     * Loads a catalogue and counts at random until the profile is as full as asked for.
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
        while (profile.counterBytes() < Math.min(counterBytes, 185)
            || counterBytes > ProfileFlyweight.COUNTER_AREA_BYTES && profile.countersUnknownUntilSecond() == 0) {
            final Offer offer = catalogue.offer(random.nextInt(OFFERS));
            count(offer.ownCaps()[random.nextInt(2)]);
            count(offer.sharedCaps()[random.nextInt(offer.sharedCaps().length)]);
        }
        block.begin(0, 0);
        for (final CountedCap cap : candidates[0].sharedCaps()) {
            block.count(cap.key(), cap.cap().window(), cap.days());
        }
    }

    private void count(final CountedCap cap) {
        ProfileUpdates.count(profile, TIME_NS, cap.key(), cap.cap().window(), cap.days(), 0);
    }

    private static Catalogue load() throws IOException {
        final StringBuilder text = new StringBuilder("""
            contact_policy:
              caps: [{count: impression, limit: 200, window: week}, {count: impression, limit: 50, window: day}]
              categories:
            """);
        for (int i = 0; i < CATEGORIES; i++) {
            text.append("    - {category: c").append(i)
                .append(", caps: [{count: impression, limit: 90, window: week}]}\n");
        }
        text.append("advertisers:\n");
        for (int i = 0; i < ADVERTISERS; i++) {
            text.append("  - {id: a").append(i).append(", name: A, category: c0, caps: ")
                .append("[{count: impression, limit: 90, window: month}]}\n");
        }
        text.append("campaigns:\n");
        for (int i = 0; i < CAMPAIGNS; i++) {
            text.append("  - {id: p").append(i).append(", advertiser: a").append(i % ADVERTISERS)
                .append(", flights: [{start: 2000-01-01, end: 2100-01-01}], budget: {currency: USD}, ")
                .append("caps: [{count: impression, limit: 90, window: week}, ")
                .append("{count: impression, limit: 30, window: hour}]}\n");
        }
        text.append("placements: [{id: all, channels: [app], offers: 3}]\noffers:\n");
        for (int i = 0; i < OFFERS; i++) {
            text.append("  - {id: o").append(i).append(", campaign: p").append(i % CAMPAIGNS).append(", category: c")
                .append(i % CATEGORIES).append(", value: \"1.00\", propensity: 0.5, channels: [app], ")
                .append("caps: [{count: impression, limit: 30, window: day}, ")
                .append("{count: redemption, limit: 10, window: lifetime}], creatives: [{id: t").append(i)
                .append(", title: T}]}\n");
        }
        return Catalogues.of(text);
    }

    /**
     * The caps of 64 candidates of one request, per candidate; a 64th of what a request needs once is in it.
     *
     * @return candidates held back.
     */
    @Benchmark
    @OperationsPerInvocation(CANDIDATES)
    public int candidate() {
        check.begin(catalogue.contactPolicy(), profile, 0, TIME_NS);
        int heldBack = 0;
        for (final Offer candidate : candidates) {
            heldBack += check.reached(candidate) == null ? 0 : 1;
        }
        return heldBack;
    }

    /**
     * Counting an impression of one offer in the six counters of its campaign, advertiser, category and all offers.
     *
     * @return bytes of counters.
     */
    @Benchmark
    public int count() {
        fresh.putBytes(0, profile.buffer(), 0, ProfileFlyweight.LENGTH_BYTES);
        CountsBlock.apply(block.buffer(), 0, block.length(), counted, TIME_NS);
        return counted.counterBytes();
    }
}
