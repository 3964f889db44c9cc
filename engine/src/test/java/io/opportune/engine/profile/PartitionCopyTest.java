package io.opportune.engine.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionCopyTest {
    private static final ProfileStoreSettings SETTINGS = new ProfileStoreSettings(1, 500, 3, "0a1b2c3d");

    @TempDir
    private Path dir;

    private Path writeIds(final int count) throws IOException {
        final Path file = dir.resolve("ids.copy");
        final PartitionCopyHeader header = new PartitionCopyHeader(
            PartitionCopyHeader.IDS, 1, 0, 3, PartitionCopyHeader.NO_PARTITION, 256, 7, 9, "0a1b2c3d");
        try (PartitionCopyWriter writer = new PartitionCopyWriter(file, header)) {
            for (int i = 0; i < count; i++) {
                writer.write(i, -i);
            }
            assertEquals(64 + 16L * count + 24, writer.commit());
        }
        return file;
    }

    @Test
    void shouldGiveBackEveryProfileOfAStore() throws IOException {
        final Path file = dir.resolve("partition-00000.copy");
        final ProfileFlyweight profile = new ProfileFlyweight();
        try (ProfileStore store = ProfileStore.open(dir.resolve("store"), SETTINGS)) {
            for (int i = 1; i <= 400; i++) {
                assertTrue(store.findOrCreate(0, i, -i, profile));
                ProfileUpdates.addSegment(profile, i);
            }
            try (PartitionCopyWriter writer =
                new PartitionCopyWriter(file, PartitionCopyHeader.ofProfiles(SETTINGS, 0, 2, 1_234))) {
                for (int chunk = 0; chunk < store.chunkCount(0); chunk++) {
                    store.copyChunk(0, chunk, (high, low, buffer, offset, length) -> {
                        try {
                            writer.write(high, low, buffer, offset);
                        } catch (final IOException failed) {
                            throw new UncheckedIOException(failed);
                        }
                    });
                }
                assertFalse(Files.exists(file), "no name before it is whole");
                writer.commit();
            }
        }
        try (PartitionCopyReader reader = PartitionCopyReader.open(file);
            ProfileStore rebuilt = ProfileStore.open(dir.resolve("rebuilt"), SETTINGS)) {
            assertEquals(PartitionCopyHeader.ofProfiles(SETTINGS, 0, 2, 1_234), reader.header());
            assertEquals(400, reader.records());
            while (reader.next()) {
                assertTrue(rebuilt.findOrCreate(0, reader.high(), reader.low(), profile));
                ProfileMigration.read(reader.buffer(), reader.offset(), reader.header().recordBytes(), profile);
            }
            assertEquals(400, rebuilt.size());
            for (int i = 1; i <= 400; i++) {
                assertTrue(rebuilt.find(0, i, -i, profile));
                assertEquals(i, profile.segment(0));
            }
        }
        assertFalse(Files.exists(dir.resolve("partition-00000.copy.tmp")));
    }

    @Test
    void shouldGiveBackEveryId() throws IOException {
        try (PartitionCopyReader reader = PartitionCopyReader.open(writeIds(10_000))) {
            assertEquals(10_000, reader.records());
            for (int i = 0; i < 10_000; i++) {
                assertTrue(reader.next());
                assertEquals(i, reader.high());
                assertEquals(-i, reader.low());
            }
            assertFalse(reader.next());
        }
    }

    @Test
    void shouldRefuseAFileWithAnyByteChanged() throws IOException {
        final Path file = writeIds(3);
        final byte[] good = Files.readAllBytes(file);
        final Path bad = dir.resolve("bad.copy");
        for (int at = 0; at < good.length; at++) {
            for (final int change : new int[] {1, 0x80, 0xff}) {
                final byte[] bytes = good.clone();
                bytes[at] ^= (byte) change;
                Files.write(bad, bytes);
                final StoreRefusedException refused =
                    assertThrows(StoreRefusedException.class, () -> PartitionCopyReader.open(bad), "byte " + at);
                assertTrue(refused.getMessage().contains("bad.copy: "), refused.getMessage());
            }
        }
    }

    @Test
    void shouldRefuseATornFile() throws IOException {
        final byte[] good = Files.readAllBytes(writeIds(3));
        final Path torn = dir.resolve("torn.copy");
        for (int length = 0; length < good.length; length++) {
            Files.write(torn, Arrays.copyOf(good, length));
            assertThrows(StoreRefusedException.class, () -> PartitionCopyReader.open(torn), "length " + length);
        }
        Files.write(torn, Arrays.copyOf(good, good.length + 16));
        assertThrows(StoreRefusedException.class, () -> PartitionCopyReader.open(torn));
    }

    @Test
    void shouldKeepTheOldCopyWhenANewOneIsGivenUp() throws IOException {
        final Path file = writeIds(3);
        final PartitionCopyHeader header = new PartitionCopyHeader(
            PartitionCopyHeader.IDENTITIES, 1, PartitionCopyHeader.IDENTITY_BYTES, 3,
            PartitionCopyHeader.NO_PARTITION, 256, 7, 9, "0a1b2c3d");
        try (PartitionCopyWriter writer = new PartitionCopyWriter(file, header)) {
            writer.write(1, 2, 3, 4, 5);
            assertThrows(IllegalStateException.class, () -> writer.write(1, 2));
        }
        try (PartitionCopyReader reader = PartitionCopyReader.open(file)) {
            assertEquals(PartitionCopyHeader.IDS, reader.header().kind());
        }
        assertFalse(Files.exists(dir.resolve("ids.copy.tmp")));
    }

    @Test
    void shouldMigrateARecordOfTheLayoutBefore() {
        final UnsafeBuffer old = new UnsafeBuffer(new byte[8 + ProfileMigration.LENGTH_0]);
        old.putInt(8 + 4, 5);
        old.putLong(8 + 8, 77);
        old.putLong(8 + 16, 1_000);
        old.putLong(8 + 24, 2_000);
        old.putLong(8 + 32, 0b101);
        old.putInt(8 + 40, 17_000);
        old.putInt(8 + 44, 9);
        final ProfileFlyweight profile = ProfileUpdatesTest.newProfile();
        ProfileUpdates.addSegment(profile, 3);
        ProfileMigration.read(old, 8, ProfileMigration.LENGTH_0, profile);
        assertEquals(ProfileFlyweight.LAYOUT_VERSION, profile.layoutVersion());
        assertEquals(5, profile.consent());
        assertEquals(77, profile.lastAppliedSequence());
        assertEquals(1_000, profile.createdTimeNs());
        assertEquals(2_000, profile.updatedTimeNs());
        assertEquals(2, profile.visitsInDays(17_000, 3));
        assertEquals(9, profile.visitCount());
        assertEquals(0, profile.segmentCount());
        assertEquals(ProfileFlyweight.LENGTH_BYTES, ProfileMigration.lengthOf(1));
        old.putShort(8, (short) 3);
        assertThrows(StoreRefusedException.class,
            () -> ProfileMigration.read(old, 8, ProfileMigration.LENGTH_0, profile));
        old.putShort(8, (short) 0);
        assertThrows(StoreRefusedException.class, () -> ProfileMigration.read(old, 8, 60, profile));
    }

    /** A record as layout 1 wrote it: consent, times, a visit, a segment, and two offers with counts. */
    @Test
    void shouldMigrateAGoldenRecordOfLayout1() throws IOException {
        final byte[] golden;
        try (InputStream in = PartitionCopyTest.class.getResourceAsStream("/golden/profile-v1.bin")) {
            golden = in.readAllBytes();
        }
        final ProfileFlyweight profile = ProfileUpdatesTest.newProfile();
        ProfileMigration.read(new UnsafeBuffer(golden), 0, golden.length, profile);
        final int day = 17_000;
        final long timeNs = ProfileUpdatesTest.timeNs(day + 3);
        assertEquals(ProfileFlyweight.LAYOUT_VERSION, profile.layoutVersion());
        assertEquals(1, profile.consent());
        assertEquals(5, profile.segment(0));
        assertEquals(day + 3, profile.lastVisitDay());
        assertEquals(3, lifetime(profile, 41, ExposureKind.DECISION, timeNs));
        assertEquals(2, lifetime(profile, 41, ExposureKind.IMPRESSION, timeNs));
        assertEquals(1, lifetime(profile, 42, ExposureKind.REDEMPTION, timeNs));
        assertEquals(0, lifetime(profile, 42, ExposureKind.DECISION, timeNs));
        final int key = CapKey.of(CapScope.OFFER, 41, ExposureKind.DECISION, CapWindow.DAYS, false);
        assertEquals(1, profile.counted(key, CapWindow.DAYS, 2, 0, timeNs, 0));
        assertEquals(3, profile.counted(key, CapWindow.DAYS, 4, 0, timeNs, 0));
        final int answers = profile.findAnswers(41);
        assertEquals(1, profile.clicks(answers));
        assertEquals(day + 1, profile.lastDeclineDay(answers));
        assertEquals(0, profile.countersUnknownUntilSecond());
        assertFalse(profile.lifetimeCountersUnknown());
    }

    /** A record as layout 2 wrote it, with bytes that were reserved then: counters stay, nothing was received. */
    @Test
    void shouldMigrateARecordOfLayout2() {
        final ProfileFlyweight before = ProfileUpdatesTest.newProfile();
        final long timeNs = ProfileUpdatesTest.timeNs(17_000);
        final int key = CapKey.of(CapScope.OFFER, 41, ExposureKind.DECISION, CapWindow.WEEK, false);
        ProfileUpdates.grantConsent(before, 1);
        for (int i = 0; i < 3; i++) {
            ProfileUpdates.count(before, timeNs, key, CapWindow.WEEK, 0, 0);
        }
        ProfileUpdates.recordAnswer(before, timeNs, 42, true);
        final UnsafeBuffer old = new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]);
        old.putBytes(0, before.buffer(), 0, ProfileFlyweight.LENGTH_BYTES);
        old.putShort(0, (short) 2);
        old.putByte(75, (byte) 0x11);
        old.putShort(110, (short) 17_001);
        final ProfileFlyweight profile = ProfileUpdatesTest.newProfile();
        ProfileMigration.read(old, 0, old.capacity(), profile);
        for (int at = 0; at < ProfileFlyweight.LENGTH_BYTES; at++) {
            assertEquals(before.buffer().getByte(at), profile.buffer().getByte(at), "byte " + at);
        }
        assertEquals(ProfileFlyweight.LAYOUT_VERSION, profile.layoutVersion());
        assertEquals(3, profile.counted(key, CapWindow.WEEK, 0, 0, timeNs, 0));
        assertFalse(profile.hasCustomerSpend());
        assertEquals(0, profile.customerUsed(5, 17_000, timeNs));
        final UnsafeBuffer newer = new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]);
        newer.putShort(0, (short) (ProfileFlyweight.LAYOUT_VERSION + 1));
        assertThrows(StoreRefusedException.class,
            () -> ProfileMigration.read(newer, 0, newer.capacity(), profile));
    }

    private static int lifetime(
        final ProfileFlyweight profile, final int offerId, final ExposureKind event, final long timeNs) {
        return profile.counted(CapKey.of(CapScope.OFFER, offerId, event, CapWindow.LIFETIME, false),
            CapWindow.LIFETIME, 0, 0, timeNs, 0);
    }
}
