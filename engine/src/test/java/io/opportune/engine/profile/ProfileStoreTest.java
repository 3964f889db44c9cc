package io.opportune.engine.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.opportune.engine.AllocationProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileStoreTest {
    private static final long TIME_NS = 1_700_000_000_000_000_000L;

    @TempDir
    private Path dir;

    private final ProfileFlyweight profile = new ProfileFlyweight();

    private static ProfileStoreSettings settings(final int partitions, final long maxProfiles) {
        return new ProfileStoreSettings(partitions, maxProfiles, 1, "0a1b2c3d");
    }

    @Test
    void shouldFindWhatWasCreated() {
        try (ProfileStore store = ProfileStore.open(dir, settings(4, 100))) {
            assertFalse(store.find(2, 7, 8, profile));
            assertTrue(store.findOrCreate(2, 7, 8, profile));
            assertEquals(ProfileFlyweight.LAYOUT_VERSION, profile.layoutVersion());
            assertEquals(0, profile.createdTimeNs());
            ProfileUpdates.markApplied(profile, 5, TIME_NS);

            final ProfileFlyweight again = new ProfileFlyweight();
            assertTrue(store.findOrCreate(2, 7, 8, again));
            assertEquals(5, again.lastAppliedSequence());
            assertFalse(store.find(1, 7, 8, again));
            assertEquals(1, store.size());
        }
    }

    @Test
    void shouldStartEmptyAndKeepMapsWhereItIsTold() {
        final Path maps = dir.resolve("maps");
        try (ProfileStore store = ProfileStore.open(dir.resolve("header"), maps, settings(2, 50))) {
            assertTrue(store.findOrCreate(0, 1, 1, profile));
            assertEquals(1, store.size());
            assertTrue(Files.exists(maps.resolve("partition-00001.map")));
            assertFalse(Files.exists(dir.resolve("header/partition-00001.map")));
        }
        try (ProfileStore store = ProfileStore.open(dir.resolve("header"), maps, settings(2, 500))) {
            assertEquals(0, store.size());
            assertFalse(store.find(0, 1, 1, profile));
        }
    }

    @Test
    void shouldRefuseAnotherKeyPartitionCountOrTenant() {
        ProfileStore.open(dir, settings(2, 50)).close();
        final StoreRefusedException key = assertThrows(StoreRefusedException.class,
            () -> ProfileStore.open(dir, new ProfileStoreSettings(2, 50, 1, "ffffffff")));
        assertTrue(key.getMessage().contains("key is 0a1b2c3d but the configuration has ffffffff"), key.getMessage());
        assertThrows(StoreRefusedException.class, () -> ProfileStore.open(dir, settings(3, 50)));
        assertThrows(StoreRefusedException.class,
            () -> ProfileStore.open(dir, new ProfileStoreSettings(2, 50, 2, "0a1b2c3d")));
        ProfileStore.open(dir, settings(2, 50)).close();
    }

    @Test
    void shouldRefuseASecondOpen() {
        try (ProfileStore store = ProfileStore.open(dir, settings(1, 10))) {
            assertEquals(0, store.size());
            assertThrows(StoreRefusedException.class, () -> ProfileStore.open(dir, settings(1, 10)));
        }
    }

    @Test
    void shouldReserveTheDiskBlocksOfItsMaps() throws IOException {
        assumeTrue("Linux".equals(System.getProperty("os.name")), "blocks are reserved on Linux only");
        try (ProfileStore store = ProfileStore.open(dir, settings(2, 4_000))) {
            final Process du = new ProcessBuilder("du", "-s", "--block-size=1", dir.toString()).start();
            final String taken = new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(Long.parseLong(taken.split("\\s")[0]) >= store.fileBytes(), taken);
        }
    }

    @Test
    void shouldSayFullWhenAPartitionIsFull() {
        final ProfileStoreSettings settings = settings(4, 400);
        final int slots = settings.slotsPerPartition();
        try (ProfileStore store = ProfileStore.open(dir, settings)) {
            final long fileBytes = store.fileBytes();
            for (int i = 1; i <= slots; i++) {
                assertTrue(store.findOrCreate(1, i, i, profile));
            }
            for (int i = slots + 1; i <= slots * 3; i++) {
                assertFalse(store.findOrCreate(1, i, i, profile));
            }
            assertTrue(store.findOrCreate(1, slots, slots, profile), "existing profiles are found when full");
            assertTrue(store.findOrCreate(0, 1, 1, profile), "other partitions are not full");
            assertTrue(store.remove(1, 3, 3));
            assertTrue(store.findOrCreate(1, -3, -3, profile));
            assertFalse(store.findOrCreate(1, -4, -4, profile));
            assertEquals(slots, store.size(1));
            assertEquals(fileBytes, store.fileBytes(), "a full store does not grow its files");
        }
    }

    @Test
    void shouldTakeAllPlannedProfilesDespiteImbalance() {
        final ProfileStoreSettings settings = settings(16, 4_000);
        final long seed = 42;
        final Random random = new Random(seed);
        try (ProfileStore store = ProfileStore.open(dir, settings)) {
            for (int i = 0; i < 4_000; i++) {
                assertTrue(store.findOrCreate(random.nextInt(16), i + 1, i, profile), "seed " + seed);
            }
            assertEquals(4_000, store.size());
            assertEquals(4_000, store.capacity());
        }
    }

    @Test
    void shouldEmptyARemovedProfile() {
        try (ProfileStore store = ProfileStore.open(dir, settings(1, 20))) {
            assertTrue(store.findOrCreate(0, 1, 1, profile));
            ProfileUpdates.addSegment(profile, 77);
            assertTrue(store.remove(0, 1, 1));
            assertFalse(store.remove(0, 1, 1));
            assertFalse(store.find(0, 1, 1, profile));
            assertTrue(store.findOrCreate(0, 1, 1, profile));
            assertEquals(0, profile.segmentCount());
            assertEquals(-1, profile.findSegment(77));
        }
    }

    @Test
    void shouldCopyEveryProfileOnceInChunks() {
        try (ProfileStore store = ProfileStore.open(dir, settings(1, 1_000))) {
            final Set<Long> expected = new HashSet<>();
            for (long i = 1; i <= 700; i++) {
                assertTrue(store.findOrCreate(0, i, 2 * i, profile));
                expected.add(i);
            }
            for (long i = 5; i <= 700; i += 7) {
                assertTrue(store.remove(0, i, 2 * i));
                expected.remove(i);
            }
            assertEquals(expected, copiedKeys(store, 0));
            for (long i = 1_001; i <= 1_050; i++) {
                assertTrue(store.findOrCreate(0, i, 2 * i, profile));
                expected.add(i);
            }
            assertEquals(expected, copiedKeys(store, 0));
        }
    }

    private static Set<Long> copiedKeys(final ProfileStore store, final int partition) {
        final Set<Long> keys = new HashSet<>();
        final ProfileFlyweight copied = new ProfileFlyweight();
        for (int chunk = 0; chunk < store.chunkCount(partition); chunk++) {
            final int before = keys.size();
            final int count = store.copyChunk(partition, chunk, (high, low, buffer, offset, length) -> {
                assertEquals(ProfileFlyweight.LENGTH_BYTES, length);
                assertEquals(ProfileFlyweight.LAYOUT_VERSION, copied.wrap(buffer, offset).layoutVersion());
                assertTrue(keys.add(high), "copied twice: " + high);
            });
            assertEquals(before + count, keys.size());
        }
        return keys;
    }

    @Test
    void shouldAllocateNothingPerLookup() throws ExecutionException, InterruptedException {
        try (ProfileStore store = ProfileStore.open(dir, settings(8, 1_000))) {
            for (int i = 0; i < 800; i++) {
                assertTrue(store.findOrCreate(i & 7, i, i, profile));
            }
            final long bytes = CompletableFuture.supplyAsync(() -> {
                final ProfileFlyweight mine = new ProfileFlyweight();
                return AllocationProbe.bytesOf(() -> {
                    int found = 0;
                    for (int i = 0; i < 100_000; i++) {
                        final int id = i % 1_000;
                        found += store.find(id & 7, id, id, mine) ? 1 : 0;
                        found += id < 800 && store.findOrCreate(id & 7, id, id, mine) ? 1 : 0;
                    }
                    assertEquals(160_000, found);
                });
            }).get();
            assertEquals(0, bytes);
        }
    }
}
