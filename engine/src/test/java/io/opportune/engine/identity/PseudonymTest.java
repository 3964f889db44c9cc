package io.opportune.engine.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.protocol.Namespaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PseudonymTest {
    @TempDir
    private Path dir;

    private final PseudonymKey key =
        PseudonymKey.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
    private final Pseudonymiser pseudonymiser = new Pseudonymiser(key);

    private Key128 pseudonym(final int tenant, final int namespace, final String id) {
        final byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        pseudonymiser.hash(tenant, namespace, new UnsafeBuffer(bytes), 0, bytes.length);
        return new Key128().set(pseudonymiser.high(), pseudonymiser.low());
    }

    @Test
    void shouldTakeAnAdvertisingIdInCapitalsForTheSame() {
        final String id = "6d92078a-8246-4ba4-ae5b-76104861e7dc";
        final Key128 small = pseudonym(0, Namespaces.ADVERTISING_ID, id);
        assertEquals(small.toString(), pseudonym(0, Namespaces.ADVERTISING_ID, id.toUpperCase(Locale.ROOT)).toString());
        assertEquals(small.toString(),
            pseudonym(0, Namespaces.ADVERTISING_ID, "6D92078a-8246-4bA4-aE5b-76104861e7DC").toString());
        assertNotEquals(small.toString(),
            pseudonym(0, Namespaces.ADVERTISING_ID, id.replace('d', 'e')).toString());
        // Only hexadecimal digits have no case, and only there.
        assertNotEquals(pseudonym(0, Namespaces.ADVERTISING_ID, "aBcG").toString(),
            pseudonym(0, Namespaces.ADVERTISING_ID, "abcg").toString());
        assertNotEquals(pseudonym(0, Namespaces.ADVERTISING_ID, "A".repeat(65)).toString(),
            pseudonym(0, Namespaces.ADVERTISING_ID, "a".repeat(65)).toString());
        assertNotEquals(pseudonym(0, Namespaces.DEVICE, "ABC").toString(),
            pseudonym(0, Namespaces.DEVICE, "abc").toString());
    }

    @Test
    void shouldCreateAKeyThatOnlyItsOwnerReads() throws IOException {
        final Path file = dir.resolve("pseudonym.key");
        final PseudonymKey created = PseudonymKey.create(file, new Random(1));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        final PseudonymKey loaded = PseudonymKey.load(file);
        assertEquals(created.id(), loaded.id());
        assertEquals(8, created.id().length());
        assertEquals(created.derive("partition").toString(), loaded.derive("partition").toString());
        assertThrows(FileAlreadyExistsException.class, () -> PseudonymKey.create(file, new Random(2)));
        assertEquals(created.id(), PseudonymKey.load(file).id());
    }

    @Test
    void shouldRefuseAFileThatHoldsNoKey() throws IOException {
        final Path file = dir.resolve("bad.key");
        Files.writeString(file, "0011");
        assertTrue(assertThrows(IOException.class, () -> PseudonymKey.load(file)).getMessage().contains("bad.key"));
        Files.writeString(file, "zz112233445566778899aabbccddeeff");
        assertThrows(IOException.class, () -> PseudonymKey.load(file));
    }

    @Test
    void shouldNameTheKeyByItsSha256() {
        // SHA-256 of the bytes 01..10 begins with these digits.
        assertEquals("5dfbabee", key.id());
        assertFalse(key.toString().contains("0102"));
    }

    @Test
    void shouldDeriveIndependentKeys() {
        assertNotEquals(key.derive("partition").toString(), key.derive("pseudonym").toString());
        assertThrows(IllegalArgumentException.class, () -> key.derive(""));
    }

    @Test
    void shouldTellTenantsNamespacesAndIdsApart() {
        final Set<String> seen = new HashSet<>();
        for (int tenant = 0; tenant < 4; tenant++) {
            for (int namespace = 1; namespace < 5; namespace++) {
                for (final String id : new String[] {"1", "2", "12", "123456789", "12345678", ""}) {
                    assertTrue(seen.add(pseudonym(tenant, namespace, id).toString()));
                }
            }
        }
        assertEquals(pseudonym(1, 2, "x").toString(), pseudonym(1, 2, "x").toString());
    }

    @Test
    void shouldMakeHouseholdsSmallerThanOthers() {
        for (int i = 0; i < 500; i++) {
            final Key128 household = pseudonym(1, Namespaces.HOUSEHOLD, "h" + i);
            final Key128 person = pseudonym(1, Namespaces.LOYALTY, "p" + i);
            assertTrue(household.high() >= 0);
            assertTrue(person.high() < 0);
            assertTrue(Key128.compareUnsigned(household.high(), household.low(), person.high(), person.low()) < 0);
        }
    }

    @Test
    void shouldSpreadRootsOverPartitions() {
        final Partitioner partitioner = new Partitioner(key, 256);
        final int[] counts = new int[256];
        for (int i = 0; i < 256_000; i++) {
            counts[partitioner.partitionOf(i, 0)]++;
        }
        for (final int count : counts) {
            // The mean is 1000, its deviation 32: six deviations to both sides.
            assertTrue(count > 800 && count < 1_200, "count " + count);
        }
    }

    @Test
    void shouldRefusePartitionCountsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> new Partitioner(key, 0));
        assertThrows(IllegalArgumentException.class, () -> new Partitioner(key, 32_769));
        assertEquals(0, new Partitioner(key, 1).partitionOf(5, 6));
    }

    @Test
    void shouldAllocateNothing() {
        final Partitioner partitioner = new Partitioner(key, 256);
        final UnsafeBuffer id = new UnsafeBuffer("2017-household-4711".getBytes(StandardCharsets.US_ASCII));
        final int[] sum = new int[1];
        final long fewest = AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 100_000; i++) {
                pseudonymiser.hash(1, i & 7, id, 0, id.capacity());
                sum[0] += partitioner.partitionOf(pseudonymiser.high(), pseudonymiser.low());
            }
        });
        assertEquals(0, fewest, "sum " + sum[0]);
    }
}
