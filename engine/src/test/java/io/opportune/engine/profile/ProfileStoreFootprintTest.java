package io.opportune.engine.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.identity.Partitioner;
import io.opportune.engine.identity.PseudonymKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prints what a million profiles cost, and fails when they take more than 800,000,000 bytes. */
@Tag("slow")
class ProfileStoreFootprintTest {
    private static final int PROFILES = 1_000_000;
    private static final int PARTITIONS = 256;
    private static final int LOOKUPS = 1_000_000;

    @TempDir
    private Path dir;

    private final Partitioner partitioner = new Partitioner(PseudonymKey.of(new byte[16]), PARTITIONS);
    private final ProfileFlyweight profile = new ProfileFlyweight();

    private static long mix(final long number) {
        long mixed = (number + 1) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        return mixed ^ mixed >>> 27;
    }

    @Test
    void shouldHoldAMillionProfilesBelow800Megabytes() throws IOException {
        final ProfileStoreSettings settings = new ProfileStoreSettings(PARTITIONS, PROFILES, 1, "0a1b2c3d");
        final long residentBefore = residentBytes();
        long start = System.nanoTime();
        try (ProfileStore store = ProfileStore.open(dir, settings)) {
            print("create maps, ms", millisSince(start));
            start = System.nanoTime();
            fill(store);
            print("fill, ns per profile", (System.nanoTime() - start) / PROFILES);
            print("file bytes", store.fileBytes());
            print("bytes per profile", store.fileBytes() / PROFILES);
            print("resident shared file bytes", residentBytes() - residentBefore);
            measureLookups(store);
            measureChunks(store);
            assertEquals(PROFILES, store.size());
            assertTrue(store.fileBytes() < 800_000_000, "file bytes " + store.fileBytes());
            assertTrue(residentBytes() - residentBefore < 800_000_000, "resident bytes");
            start = System.nanoTime();
        }
        print("close, with all bytes made durable, ms", millisSince(start));
        start = System.nanoTime();
        try (ProfileStore store = ProfileStore.open(dir, settings)) {
            print("open after a clean close, ms", millisSince(start));
            assertEquals(PROFILES, store.size());
        }
    }

    private void fill(final ProfileStore store) {
        for (int i = 0; i < PROFILES; i++) {
            final long high = mix(i);
            assertTrue(store.findOrCreate(partitioner.partitionOf(high, i), high, i, profile), "profile " + i);
            profile.bytes().setMemory(
                ProfileLayout.COUNTERS, ProfileLayout.LENGTH - ProfileLayout.COUNTERS, (byte) 1);
        }
    }

    private void measureLookups(final ProfileStore store) {
        for (int round = 0; round < 3; round++) {
            final long start = System.nanoTime();
            long found = 0;
            for (int i = 0; i < LOOKUPS; i++) {
                final int id = (int) Long.remainderUnsigned(mix(i + (long) round * LOOKUPS), PROFILES);
                final long high = mix(id);
                found += store.find(partitioner.partitionOf(high, id), high, id, profile) ? 1 : 0;
                found += profile.consent();
            }
            assertEquals(LOOKUPS, found);
            print("random lookup with partitioning, ns", (System.nanoTime() - start) / LOOKUPS);
        }
    }

    private void measureChunks(final ProfileStore store) {
        final Histogram nanos = new Histogram(TimeUnit.SECONDS.toNanos(10), 3);
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[ProfileStore.CHUNK_PROFILES * 720]);
        final AtomicLong copied = new AtomicLong();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (int chunk = 0; chunk < store.chunkCount(partition); chunk++) {
                final int[] at = {0};
                final long start = System.nanoTime();
                copied.addAndGet(store.copyChunk(partition, chunk, (high, low, buffer, offset, length) -> {
                    copy.putLong(at[0], high);
                    copy.putLong(at[0] + 8, low);
                    copy.putBytes(at[0] + 16, buffer, offset, length);
                    at[0] += 16 + length;
                }));
                nanos.recordValue(System.nanoTime() - start);
            }
        }
        assertEquals(PROFILES, copied.get());
        print("copy of a chunk, p50 ns", nanos.getValueAtPercentile(50));
        print("copy of a chunk, p99 ns", nanos.getValueAtPercentile(99));
        print("copy of a chunk, p99.9 ns", nanos.getValueAtPercentile(99.9));
        print("copy of a chunk, max ns", nanos.getMaxValue());
    }

    private static long millisSince(final long startNs) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    }

    private static void print(final String what, final long figure) {
        System.out.printf("%-45s %,15d%n", what, figure);
    }

    /** Resident bytes of mapped files; 0 where the system does not tell. */
    private static long residentBytes() throws IOException {
        final Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        for (final String line : Files.readAllLines(status)) {
            if (line.startsWith("RssFile:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return 0;
    }
}
