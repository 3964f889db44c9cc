package io.opportune.bench;

import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.identity.Partitioner;
import io.opportune.engine.identity.PseudonymKey;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.LinkOutcome;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.profile.ProfileStoreSettings;
import io.opportune.engine.profile.ProfileUpdates;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/** Measures what profiles and linked ids take on the disk and in memory, filled to the planned number. */
final class MemoryRun {
    static final int PROFILES = 1_000_000;
    /** Map files of 1,000,000 profiles must stay below. */
    private static final long LIMIT_BYTES = 800_000_000;
    private static final int PARTITIONS = 256;
    private static final int CATEGORIES_EACH = 12;
    private static final long SEED = 20_261_121;

    private MemoryRun() {
    }

    static void run(final int profiles) throws IOException {
        final Path root = Files.createTempDirectory("opportune-memory");
        try {
            final PseudonymKey key =
                PseudonymKey.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
            measureProfiles(root.resolve("profiles"), key, profiles);
            measureIdentities(root.resolve("identities"), key, profiles);
        } finally {
            DurableFiles.deleteTree(root);
        }
    }

    private static void measureProfiles(final Path folder, final PseudonymKey key, final int count) throws IOException {
        final Partitioner partitioner = new Partitioner(key, PARTITIONS);
        final Random random = new Random(SEED);
        int refused = 0;
        try (ProfileStore store = ProfileStore.open(
            folder, new ProfileStoreSettings(PARTITIONS, count, 0, key.id()))) {
            final ProfileFlyweight profile = new ProfileFlyweight();
            for (int i = 0; i < count; i++) {
                final long high = random.nextLong();
                final long low = random.nextLong();
                if (store.findOrCreate(partitioner.partitionOf(high, low), high, low, profile)) {
                    fill(profile, random);
                } else {
                    refused++;
                }
            }
            final Usage usage = Usage.of(folder);
            System.out.printf(Locale.ROOT, "profiles: %,d of %,d bytes each, %,d refused, planned for %,d%n",
                store.size(), ProfileFlyweight.LENGTH_BYTES, refused, store.capacity());
            usage.print(store.size(), "profile");
            if (count == PROFILES) {
                System.out.printf(Locale.ROOT, "  limit %,d bytes: %s%n", LIMIT_BYTES,
                    usage.lengthBytes < LIMIT_BYTES ? "kept" : "EXCEEDED");
            }
        }
    }

    /** Writes to every part of the layout; the length of a profile does not depend on it. */
    private static void fill(final ProfileFlyweight profile, final Random random) {
        final long nowNs = 1_760_000_000_000_000_000L;
        ProfileUpdates.recordVisit(profile, nowNs, 1, 1 + random.nextInt(40));
        for (int i = 0; i < CATEGORIES_EACH; i++) {
            ProfileUpdates.recordPurchaseLine(
                profile, nowNs, 1 + i, 1_000_000 + random.nextInt(8_000), 1_000, 1_990_000);
        }
    }

    private static void measureIdentities(final Path folder, final PseudonymKey key, final int count)
        throws IOException {
        final Random random = new Random(SEED);
        int refused = 0;
        try (IdentityIndex index = IdentityIndex.open(folder, count, key.id())) {
            // Pairs of a card and an app account: each pair takes two places, one for the root, one for the member.
            for (int i = 0; i < count / 2; i++) {
                if (index.link(random.nextLong() | Long.MIN_VALUE, random.nextLong(),
                    random.nextLong() & Long.MAX_VALUE, random.nextLong()) != LinkOutcome.DONE) {
                    refused++;
                }
            }
            System.out.printf(Locale.ROOT, "identities: %,d linked ids and roots, %,d links refused, planned for %,d%n",
                index.size(), refused, index.capacity());
            Usage.of(folder).print(index.size(), "id or root");
        }
    }

    /** What the files of a folder take. */
    private record Usage(long lengthBytes, long diskBytes, long residentBytes) {
        static Usage of(final Path folder) throws IOException {
            long length = 0;
            long disk = 0;
            try (Stream<Path> files = Files.walk(folder)) {
                for (final Path file : files.filter(Files::isRegularFile).toList()) {
                    length += Files.size(file);
                    // Blocks of 512 bytes, whatever the file system's own block is (stat(2)).
                    disk += 512L * ((Number) blocks(file)).longValue();
                }
            }
            return new Usage(length, disk, residentBytes(folder));
        }

        private static Object blocks(final Path file) throws IOException {
            final Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
            return Long.parseLong(new String(stat.getInputStream().readAllBytes()).trim());
        }

        /** Resident size of this process's mappings of files in the folder (proc(5), smaps). */
        private static long residentBytes(final Path folder) throws IOException {
            final String prefix = folder.toRealPath() + "/";
            long resident = 0;
            boolean ours = false;
            try (BufferedReader smaps = Files.newBufferedReader(Path.of("/proc/self/smaps"))) {
                for (String line = smaps.readLine(); line != null; line = smaps.readLine()) {
                    if (line.contains("-") && line.indexOf('-') < line.indexOf(' ') && !line.startsWith("Vm")) {
                        ours = line.contains(prefix);
                    } else if (ours && line.startsWith("Rss:")) {
                        resident += Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                    }
                }
            }
            return resident;
        }

        void print(final long entries, final String entry) {
            row("file length", lengthBytes, entries, entry);
            row("on disk", diskBytes, entries, entry);
            row("resident", residentBytes, entries, entry);
        }

        private static void row(final String what, final long bytes, final long entries, final String entry) {
            System.out.printf(Locale.ROOT, "  %-12s %,15d bytes, %,.1f per %s%n", what, bytes,
                (double) bytes / entries, entry);
        }
    }
}
