package io.opportune.engine.affinity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileUpdates;
import io.opportune.protocol.Consent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counting, against a naive count of the same baskets and by hand. */
class AffinityBuilderTest {
    private static final long DAY_NS = 86_400_000_000_000L;
    private static final long START_NS = 20_000 * DAY_NS;

    @TempDir
    private Path folder;

    private static Basket basket(final int... items) {
        final Basket basket = new Basket();
        for (final int item : items) {
            basket.add(item, 100 + item / 10);
        }
        return basket;
    }

    @Test
    void shouldCountWithinAndAcrossBasketsByHand() {
        final AffinityBuilder builder =
            new AffinityBuilder(AffinitySettings.defaults().withShrinkage(1, 1).withDays(10, 0));
        builder.onBasket(0, 1, START_NS, basket(1, 2));
        builder.onBasket(0, 2, START_NS, basket(1, 2));
        builder.onBasket(0, 2, START_NS + 10 * DAY_NS, basket(3));
        final AffinityLevel items = builder.build(1).items();
        final int one = items.find(1);
        final int three = items.find(3);
        assertEquals(2f / 5, items.share(one));
        // With 1 came 2 twice, and after ten days, counting half, 3: 2.5 in all, of which popularity explains 1 of 2,
        // chance half of one, and one of popularity stands beside them.
        assertEquals(2, items.id(items.neighbour(one, 0)));
        assertEquals((2 - 0.5 - 1) / 3.5, items.score(one, 0), 1e-6);
        assertEquals(AffinityLevel.NONE, items.neighbour(one, 1));
        assertEquals(1 - 0.5 / 3.5, items.backOff(one), 1e-6);
        assertEquals(AffinityLevel.NONE, items.neighbour(three, 0));
        assertEquals(1, items.backOff(three));
        assertEquals(AffinityLevel.NONE, items.find(4));
    }

    @Test
    void shouldAgreeWithANaiveCount() {
        final long seed = 42;
        final SplittableRandom random = new SplittableRandom(seed);
        final int items = 40;
        final int halfLife = 7;
        final double shrinkage = 3;
        final AffinityBuilder builder = new AffinityBuilder(
            AffinitySettings.defaults().withShrinkage(shrinkage, shrinkage).withDays(halfLife, 0)
                .withNeighbours(items));
        final Map<Integer, Map<Integer, Integer>> lastDays = new HashMap<>();
        final double[][] pairs = new double[items][items];
        final double[] seen = new double[items];
        final double[] bought = new double[items];
        double total = 0;
        for (int i = 0; i < 3_000; i++) {
            final int customer = 1 + random.nextInt(30);
            final int day = i / 20;
            final Basket basket = new Basket();
            final int[] drawn = random.ints(1 + random.nextInt(3), 0, items).toArray();
            for (final int item : drawn) {
                basket.add(1 + item, 0);
            }
            builder.onBasket(0, customer, START_NS + day * DAY_NS, basket);
            final Map<Integer, Integer> known = lastDays.computeIfAbsent(customer, c -> new HashMap<>());
            for (int to = 0; to < basket.count(); to++) {
                final int target = basket.fold(to) - 1;
                bought[target]++;
                total++;
                for (int from = 0; from < basket.count(); from++) {
                    if (from != to) {
                        pairs[basket.fold(from) - 1][target]++;
                        seen[basket.fold(from) - 1]++;
                    }
                }
                known.forEach((item, last) -> {
                    final double weight = Math.pow(0.5, (double) (day - last) / halfLife);
                    pairs[item][target] += weight;
                    seen[item] += weight;
                });
            }
            for (int line = 0; line < basket.count(); line++) {
                known.put(basket.fold(line) - 1, day);
            }
            while (known.size() > CustomerWindows.ITEMS) {
                final int oldest = known.keySet().stream().min((a, b) -> known.get(a).equals(known.get(b))
                    ? Integer.compare(a, b) : Integer.compare(known.get(a), known.get(b))).orElseThrow();
                known.remove(oldest);
            }
        }
        final AffinityLevel level = builder.build(1).items();
        int neighbours = 0;
        for (int from = 0; from < items; from++) {
            final int row = level.find(1 + from);
            assertEquals(bought[from] / total, level.share(row), 1e-6, "share of " + from + ", seed " + seed);
            double left = 1;
            for (int place = 0; place < items; place++) {
                final int neighbour = level.neighbour(row, place);
                if (neighbour >= 0) {
                    final int to = level.id(neighbour) - 1;
                    assertEquals(
                    (pairs[from][to] - 0.5 - seen[from] * bought[to] / total) / (seen[from] + shrinkage),
                    level.score(row, place), 1e-5,
                        from + " to " + to + ", seed " + seed);
                    left -= level.score(row, place);
                    neighbours++;
                }
            }
            assertEquals(left, level.backOff(row), 1e-5);
        }
        assertTrue(neighbours > items * 5, "only " + neighbours + " neighbours");
    }

    @Test
    void shouldCountTheSameByProfilesAsByItself() throws IOException {
        final AffinitySettings settings = AffinitySettings.defaults();
        final AffinityBuilder byItself = new AffinityBuilder(settings);
        final AffinityBuilder byProfiles = new AffinityBuilder(settings);
        final AffinityWorld world = new AffinityWorld(100, 50, 3);
        final Map<Long, ProfileFlyweight> profiles = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            final Basket basket = world.buy();
            byItself.onBasket(0, world.customer(), world.timeNs(), basket);
            final ProfileFlyweight profile = profiles.computeIfAbsent(world.customer(), c -> profile());
            byProfiles.onBasket(profile, world.timeNs(), basket);
            for (int line = 0; line < basket.count(); line++) {
                ProfileUpdates.recordPurchaseLine(profile, world.timeNs(), basket.categoryId(line),
                    basket.fold(line) & 0xffff_ffffL, 1_000, 0);
            }
        }
        // The same counts; of equal cues in another order sums may differ in their last digit.
        final AffinityLevel one = byItself.build(1).items();
        final AffinityLevel other = byProfiles.build(1).items();
        assertEquals(one.count(), other.count());
        for (int index = 0; index < one.count(); index++) {
            assertEquals(one.id(index), other.id(index));
            assertEquals(one.backOff(index), other.backOff(index), 1e-5f);
        }
    }

    private static ProfileFlyweight profile() {
        final ProfileFlyweight profile = new ProfileFlyweight()
            .wrap(new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]), 0);
        ProfileUpdates.grantConsent(profile, Consent.ALL);
        return profile;
    }

    @Test
    void shouldGoOnFromWhatWasWritten() throws IOException {
        final AffinitySettings settings = AffinitySettings.defaults().withDays(60, 5).withRoom(256, 4_096, 1_024);
        final AffinityWorld world = new AffinityWorld(400, 200, 9);
        final AffinityBuilder straight = new AffinityBuilder(settings);
        AffinityBuilder broken = new AffinityBuilder(settings);
        for (int i = 0; i < 8_000; i++) {
            final Basket basket = world.buy();
            straight.onBasket(0, world.customer(), world.timeNs(), basket);
            broken.onBasket(0, world.customer(), world.timeNs(), basket);
            if (i % 1_501 == 0) {
                broken = readAgain(broken, settings);
            }
        }
        assertTrue(straight.dropped().ids() > 0, "no item gave way");
        final Path one = folder.resolve("one");
        final Path other = folder.resolve("other");
        straight.build(1).write(one);
        broken.build(1).write(other);
        assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(other));
        final byte[] bytes = bytes(broken);
        assertThrows(IOException.class, () -> AffinityBuilder.read(settings.withDays(61, 5),
            new DataInputStream(new ByteArrayInputStream(bytes))));
    }

    private static AffinityBuilder readAgain(final AffinityBuilder builder, final AffinitySettings settings)
        throws IOException {
        return AffinityBuilder.read(settings, new DataInputStream(new ByteArrayInputStream(bytes(builder))));
    }

    private static byte[] bytes(final AffinityBuilder builder) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            builder.write(out);
        }
        return bytes.toByteArray();
    }

    @Test
    void shouldForgetWhatIsLongAgoWhereAsked() {
        final AffinityBuilder builder =
            new AffinityBuilder(AffinitySettings.defaults().withShrinkage(1, 1).withDays(10, 30));
        for (int i = 0; i < 100; i++) {
            builder.onBasket(0, 0, START_NS, basket(1, 2));
        }
        // 24 memories later, beyond where counts are made smaller.
        for (int i = 0; i < 10; i++) {
            builder.onBasket(0, 0, START_NS + 720 * DAY_NS, basket(1, 3));
        }
        final AffinityLevel items = builder.build(1).items();
        assertEquals(1, items.id(0));
        assertEquals(0.5f, items.share(0), 1e-4f);
        assertEquals(3, items.id(items.neighbour(0, 0)));
        assertEquals(0.5f, items.share(items.find(3)), 1e-4f);
    }

    @Test
    void shouldForgetWhoIsErasedAndFollowWhoIsMerged() {
        final AffinitySettings settings = AffinitySettings.defaults().withShrinkage(1, 1);
        final AffinityBuilder builder = new AffinityBuilder(settings);
        builder.onBasket(0, 1, START_NS, basket(1));
        builder.onErasure(0, 1);
        builder.onBasket(0, 1, START_NS, basket(2));
        builder.onBasket(0, 3, START_NS, basket(3));
        builder.onMerge(0, 3, 0, 4);
        builder.onBasket(0, 4, START_NS, basket(4));
        builder.onBasket(0, 3, START_NS, basket(5));
        final AffinityLevel items = builder.build(1).items();
        assertEquals(AffinityLevel.NONE, items.neighbour(items.find(1), 0));
        assertEquals(4, items.id(items.neighbour(items.find(3), 0)));
        assertEquals(AffinityLevel.NONE, items.neighbour(items.find(3), 1));
    }

    @Test
    void shouldKeepWithinItsBounds() {
        final int maxItems = 256;
        final int maxPairs = 2_048;
        final AffinityBuilder builder =
            new AffinityBuilder(AffinitySettings.defaults().withRoom(maxItems, maxPairs, 64).withShrinkage(5, 5));
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 30_000; i++) {
            // Two that come together again and again stay, among ten thousand that come once in a while.
            final Basket basket = i % 20 == 0 ? basket(20_000, 20_001) : basket();
            basket.add(1 + random.nextInt(10_000), 0);
            builder.onBasket(0, 1 + random.nextInt(1_000), START_NS + i * 1_000_000_000L, basket);
        }
        final AffinityTable table = builder.build(1);
        assertTrue(table.items().count() <= maxItems, () -> table.items().count() + " items");
        final int pair = table.items().find(20_000);
        boolean found = false;
        for (int place = 0; place < table.items().neighbours(); place++) {
            found |= table.items().neighbour(pair, place) == table.items().find(20_001);
        }
        assertTrue(found, "what is bought together all the time was forgotten");
        assertTrue(builder.dropped().ids() > 1_000 && builder.dropped().customers() > 100,
            () -> builder.dropped().toString());
    }

    @Test
    void shouldRefuseFilesThatAreNotWhole() throws IOException {
        final AffinityBuilder builder = new AffinityBuilder(AffinitySettings.defaults());
        builder.onBasket(0, 1, START_NS, basket(1, 2, 3));
        final Path file = folder.resolve("affinity.table");
        final AffinityTable table = builder.build(7);
        table.write(file);
        final AffinityTable read = AffinityTable.read(file);
        assertEquals(7, read.version());
        assertEquals(table.checksum(), read.checksum());
        assertEquals(1, read.baskets());
        assertEquals(START_NS, read.lastTimeNs());
        assertEquals(3, read.items().count());
        final byte[] good = Files.readAllBytes(file);
        for (int at = 0; at < good.length; at++) {
            final byte[] bad = good.clone();
            bad[at] ^= 4;
            Files.write(file, bad);
            assertThrows(IOException.class, () -> AffinityTable.read(file), "byte " + at);
        }
        for (final int length : new int[] {0, 5, 64, good.length - 1}) {
            Files.write(file, java.util.Arrays.copyOf(good, length));
            assertThrows(IOException.class, () -> AffinityTable.read(file), length + " bytes");
        }
        assertFalse(Files.exists(folder.resolve("affinity.table.part")));
    }
}
