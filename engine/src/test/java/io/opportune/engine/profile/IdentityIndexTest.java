package io.opportune.engine.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class IdentityIndexTest {
    private static final String KEY_ID = "0a1b2c3d";

    @TempDir
    private Path dir;

    private final RootLookup lookup = new RootLookup();

    private IdentityIndex open(final long max) {
        return IdentityIndex.open(dir, max, KEY_ID);
    }

    private long rootOf(final IdentityIndex index, final long id) {
        index.rootOf(id, id, lookup);
        assertEquals(lookup.rootHigh(), lookup.rootLow());
        return lookup.rootHigh();
    }

    private static LinkOutcome link(final IdentityIndex index, final long member, final long root) {
        return index.link(member, member, root, root);
    }

    private static Set<Long> members(final IdentityIndex index, final long root) {
        final Set<Long> members = new HashSet<>();
        index.forEachMember(root, root, (high, low, rootHigh, rootLow) -> {
            assertEquals(root, rootHigh);
            assertTrue(members.add(high), "listed twice: " + high);
        });
        return members;
    }

    @Test
    void shouldBeItsOwnRootWhenNeverLinked() {
        try (IdentityIndex index = open(100)) {
            assertFalse(index.rootOf(5, 6, lookup));
            assertEquals(5, lookup.rootHigh());
            assertEquals(6, lookup.rootLow());
            assertEquals(Set.of(5L), members(index, 5));
            assertEquals(0, index.size());
        }
    }

    @Test
    void shouldMapEveryMemberStraightToItsRoot() {
        try (IdentityIndex index = open(100)) {
            assertEquals(LinkOutcome.DONE, link(index, 1, 9));
            assertEquals(LinkOutcome.DONE, link(index, 2, 9));
            assertEquals(LinkOutcome.UNCHANGED, link(index, 2, 9));
            assertEquals(LinkOutcome.UNCHANGED, link(index, 9, 9));
            assertEquals(9, rootOf(index, 1));
            assertEquals(9, rootOf(index, 2));
            assertEquals(9, rootOf(index, 9));
            assertEquals(Set.of(1L, 2L, 9L), members(index, 9));
            assertEquals(Set.of(), members(index, 1));
            assertEquals(LinkOutcome.OTHER_ROOT, link(index, 1, 7));
            assertEquals(LinkOutcome.OTHER_ROOT, link(index, 7, 1));
        }
    }

    @Test
    void shouldMoveAllMembersWhenAbsorbed() {
        try (IdentityIndex index = open(100)) {
            link(index, 1, 9);
            link(index, 2, 8);
            link(index, 3, 8);
            assertEquals(LinkOutcome.DONE, index.absorb(8, 8, 9, 9, 0));
            assertEquals(LinkOutcome.UNCHANGED, index.absorb(8, 8, 9, 9, 0));
            assertEquals(Set.of(1L, 2L, 3L, 8L, 9L), members(index, 9));
            assertEquals(Set.of(), members(index, 8));
            for (final long id : members(index, 9)) {
                assertEquals(9, rootOf(index, id));
            }
        }
    }

    @Test
    void shouldLetAnIdLeaveForAFreshRoot() {
        try (IdentityIndex index = open(100)) {
            link(index, 1, 9);
            link(index, 2, 9);
            assertEquals(LinkOutcome.DONE, index.unlink(1, 1, 77, 77));
            assertEquals(LinkOutcome.UNCHANGED, index.unlink(1, 1, 77, 77));
            assertEquals(77, rootOf(index, 1));
            assertEquals(Set.of(1L), members(index, 77));
            assertEquals(Set.of(2L, 9L), members(index, 9));
            // The id that gave the root its name may leave too; the others keep the root.
            assertEquals(LinkOutcome.DONE, index.unlink(9, 9, 78, 78));
            assertEquals(78, rootOf(index, 9));
            assertEquals(9, rootOf(index, 2));
            assertEquals(Set.of(2L), members(index, 9));
            assertEquals(LinkOutcome.DONE, link(index, 5, 9));
            assertEquals(Set.of(2L, 5L), members(index, 9));
            assertEquals(LinkOutcome.DONE, index.absorb(77, 77, 9, 9, 0));
            assertEquals(LinkOutcome.UNCHANGED, index.absorb(77, 77, 9, 9, 0));
            assertEquals(Set.of(1L, 2L, 5L), members(index, 9));
        }
    }

    private int personOf(final IdentityIndex index, final long id) {
        index.rootOf(id, id, lookup);
        return lookup.person();
    }

    /** Households' keys are positive here, persons' negative. */
    @Test
    void shouldKnowWhoOfAHouseholdAnIdBelongsTo() {
        try (IdentityIndex index = open(100);
            IdentityIndex restored = IdentityIndex.open(dir.resolve("restored"), 100, KEY_ID)) {
            assertEquals(LinkOutcome.DONE, link(index, -1, -2));
            assertEquals(0, personOf(index, -1), "alone nobody is told apart");
            assertEquals(LinkOutcome.DONE, index.absorb(-2, -2, 9, 9, 41));
            assertEquals(LinkOutcome.DONE, index.absorb(-3, -3, 9, 9, 42));
            assertEquals(LinkOutcome.DONE, index.absorb(-4, -4, 9, 9, 41));
            assertEquals(List.of(41, 41, 42, 41, 0),
                LongStream.of(-1, -2, -3, -4, 9).mapToObj(id -> personOf(index, id)).toList());
            // Households that become one keep their persons.
            assertEquals(LinkOutcome.DONE, index.absorb(9, 9, 8, 8, 0));
            assertEquals(List.of(8L, 8L, 8L), LongStream.of(-1, -3, 9).mapToObj(id -> rootOf(index, id)).toList());
            assertEquals(List.of(41, 42, 0), LongStream.of(-1, -3, 9).mapToObj(id -> personOf(index, id)).toList());
            index.forEach((idHigh, idLow, rootHigh, rootLow, person) ->
                assertEquals(LinkOutcome.DONE, restored.restore(idHigh, idLow, rootHigh, rootLow, person)));
            assertEquals(List.of(41, 42, 0), LongStream.of(-1, -3, 9).mapToObj(id -> personOf(restored, id)).toList());
            assertEquals(LinkOutcome.DONE, index.unlink(-3, -3, -77, -77));
            assertEquals(0, personOf(index, -3));
        }
    }

    @Test
    void shouldBoundClustersAndTheIndex() {
        try (IdentityIndex index = open(80)) {
            for (int i = 1; i < IdentityIndex.MAX_CLUSTER_SIZE; i++) {
                assertEquals(LinkOutcome.DONE, link(index, i, 1_000));
            }
            assertEquals(LinkOutcome.CLUSTER_FULL, link(index, 500, 1_000));
            assertEquals(500, rootOf(index, 500));
            for (int i = 0; i < 8; i++) {
                assertEquals(LinkOutcome.DONE, link(index, 2_000 + i, 3_000 + i));
            }
            assertEquals(80, index.size());
            for (int i = 100; i < 400; i++) {
                assertEquals(LinkOutcome.INDEX_FULL, link(index, 10_000 + i, 20_000 + i));
                assertEquals(LinkOutcome.INDEX_FULL, index.unlink(1, 1, 50_000, 50_000));
            }
            assertEquals(80, index.size());
            assertEquals(80, index.capacity());
        }
    }

    @Test
    void shouldStartEmptyAndRefuseAnotherKey() {
        try (IdentityIndex index = open(100)) {
            link(index, 1, 9);
        }
        try (IdentityIndex index = open(100)) {
            assertEquals(1, rootOf(index, 1));
        }
        assertThrows(StoreRefusedException.class, () -> IdentityIndex.open(dir, 100, "ffffffff"));
    }

    @Test
    void shouldAgreeWithANaiveModelAndComeBackFromACopy() {
        final long seed = 11;
        final Random random = new Random(seed);
        final Map<Long, Long> model = new HashMap<>();
        long fresh = 1_000_000;
        try (IdentityIndex index = open(5_000);
            IdentityIndex restored = IdentityIndex.open(dir.resolve("restored"), 5_000, KEY_ID)) {
            for (int step = 0; step < 3_000; step++) {
                final long a = 1 + random.nextInt(60);
                final long b = 1 + random.nextInt(60);
                final long rootA = model.getOrDefault(a, a);
                final long rootB = model.getOrDefault(b, b);
                if (random.nextInt(4) == 0) {
                    fresh++;
                    assertEquals(LinkOutcome.DONE, index.unlink(a, a, fresh, fresh), "seed " + seed);
                    pinMembers(model, rootA);
                    model.put(a, fresh);
                } else if (rootA != rootB && membersOf(model, rootA).size() + membersOf(model, rootB).size() <= 64) {
                    assertEquals(LinkOutcome.DONE, index.absorb(rootA, rootA, rootB, rootB, 0), "seed " + seed);
                    for (final long id : membersOf(model, rootA)) {
                        model.put(id, rootB);
                    }
                }
                assertEquals((long) model.getOrDefault(a, a), rootOf(index, a), "seed " + seed + ", step " + step);
            }
            index.forEach((idHigh, idLow, rootHigh, rootLow, person) ->
                assertEquals(LinkOutcome.DONE, restored.restore(idHigh, idLow, rootHigh, rootLow, person)));
            for (long id = 1; id <= 60; id++) {
                final long root = model.getOrDefault(id, id);
                assertEquals(root, rootOf(index, id), "seed " + seed + ", id " + id);
                assertEquals(root, rootOf(restored, id), "seed " + seed + ", id " + id);
                assertEquals(members(index, root), members(restored, root), "seed " + seed + ", root " + root);
                assertEquals(membersOf(model, root), members(index, root), "seed " + seed + ", root " + root);
            }
        }
    }

    /** Ids that were never mentioned map to themselves; once they are in a cluster the model must say so. */
    private static void pinMembers(final Map<Long, Long> model, final long root) {
        for (final long id : membersOf(model, root)) {
            model.put(id, root);
        }
    }

    private static Set<Long> membersOf(final Map<Long, Long> model, final long root) {
        final Set<Long> members = new HashSet<>();
        for (long id = 1; id <= 60; id++) {
            if (model.getOrDefault(id, id) == root) {
                members.add(id);
            }
        }
        return members;
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void shouldNeverShowHalfARoot() throws Exception {
        try (IdentityIndex index = open(1_000)) {
            final AtomicBoolean stop = new AtomicBoolean();
            final CompletableFuture<Long> reader = CompletableFuture.supplyAsync(() -> {
                final RootLookup mine = new RootLookup();
                long reads = 0;
                while (!stop.get() || reads < 100_000) {
                    index.rootOf(1, 1, mine);
                    assertEquals(mine.rootHigh(), mine.rootLow(), "after " + reads + " reads");
                    reads++;
                }
                return reads;
            });
            for (long i = 0; i < 50_000 && !reader.isDone(); i++) {
                final long fresh = 100 + i % 300;
                index.unlink(1, 1, fresh, fresh);
            }
            stop.set(true);
            assertTrue(reader.get(30, TimeUnit.SECONDS) >= 100_000);
        }
    }

    @Test
    void shouldAllocateNothingPerLookup() {
        try (IdentityIndex index = open(1_000)) {
            for (int i = 1; i < 500; i++) {
                link(index, i, 1_000 + i / 4);
            }
            assertEquals(0, AllocationProbe.bytesOf(() -> {
                int found = 0;
                for (int i = 0; i < 100_000; i++) {
                    final int id = i % 1_000;
                    found += index.rootOf(id, id, lookup) ? 1 : 0;
                }
                assertEquals(49_900, found);
            }));
        }
    }
}
