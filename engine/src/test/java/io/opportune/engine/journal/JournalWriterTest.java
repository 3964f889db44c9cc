package io.opportune.engine.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.journal.JournalFixture.SettableClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalWriterTest {
    private final SettableClock clock = new SettableClock();
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[4096]);

    @TempDir
    private Path queue;

    @Test
    void shouldReadBackWhatWasAppendedInOrder() {
        try (JournalWriter writer = JournalFixture.writer(queue, clock);
            JournalReader reader = new JournalReader(queue)) {
            long lastIndex = -1;
            for (long sequence = 1; sequence <= 10_000; sequence++) {
                final long index = append(writer, sequence);
                assertTrue(index > lastIndex, "index grows");
                lastIndex = index;
            }
            assertEquals(10_000, readFrom(reader, 1));
            assertEquals(lastIndex, reader.index());
            assertEquals(lastIndex, reader.lastIndex());
            assertEquals(lastIndex, writer.lastIndex());
            assertFalse(reader.next());
            append(writer, 10_001);
            assertTrue(reader.next());
            assertTrue(JournalFixture.isIntact(reader, 10_001));
        }
    }

    @Test
    void shouldAllocateNothingWhenWarmedUp() {
        final JournalSettings settings = JournalSettings.defaults().withMinFreeBytes(0);
        try (JournalWriter writer = JournalFixture.writer(queue, settings, clock)) {
            final long allocated = AllocationProbe.bytesOf(() -> {
                for (int i = 0; i < 100_000; i++) {
                    writer.append(record, 0, 200);
                    clock.advance(10_000);
                }
            });
            assertEquals(0, allocated, "bytes in 100,000 appends");
        }
    }

    @Test
    void shouldRollInTheMiddleWithoutLosingOrder() throws IOException {
        final JournalSettings settings = JournalFixture.settings().withRoll(RollCadence.MINUTELY);
        final long[] indexes = new long[401];
        try (JournalWriter writer = JournalFixture.writer(queue, settings, clock);
            JournalReader reader = new JournalReader(queue)) {
            for (int sequence = 1; sequence <= 400; sequence++) {
                if (sequence % 100 == 0) {
                    // Not every minute has records.
                    clock.advance(sequence * JournalFixture.MINUTE_NS / 100);
                }
                indexes[sequence] = append(writer, sequence);
                if (sequence == 150) {
                    assertEquals(150, readFrom(reader, 1));
                }
            }
            assertEquals(250, readFrom(reader, 151));
            for (int sequence = 400; sequence > 0; sequence -= 33) {
                assertTrue(reader.moveTo(indexes[sequence]));
                assertTrue(reader.next());
                assertEquals(indexes[sequence], reader.index());
                assertTrue(JournalFixture.isIntact(reader, sequence));
            }
            assertTrue(reader.moveBehind(indexes[99]));
            assertEquals(301, readFrom(reader, 100), "from one file into the next");
        }
        final List<Path> files = ChronicleQueues.files(queue);
        assertEquals(5, files.size());
        for (final Path file : files) {
            assertTrue(Files.size(file) < 512 << 10, file + " gave back what was reserved ahead");
        }
    }

    @Test
    void shouldNotReturnToAnOlderFileWhenTheClockStepsBack() throws IOException {
        final JournalSettings settings = JournalFixture.settings().withRoll(RollCadence.MINUTELY);
        try (JournalWriter writer = JournalFixture.writer(queue, settings, clock)) {
            append(writer, 1);
            clock.advance(JournalFixture.MINUTE_NS);
            append(writer, 2);
            clock.advance(-3 * JournalFixture.MINUTE_NS);
            append(writer, 3);
        }
        try (JournalWriter writer = JournalFixture.writer(queue, settings, clock);
            JournalReader reader = new JournalReader(queue)) {
            append(writer, 4);
            assertEquals(4, readFrom(reader, 1));
        }
        assertEquals(2, ChronicleQueues.files(queue).size());
    }

    @Test
    void shouldGoOnWhereAnEarlierWriterStopped() {
        long lastIndex = 0;
        for (int opened = 0; opened < 4; opened++) {
            try (JournalWriter writer = JournalFixture.writer(queue, clock)) {
                assertTrue(writer.wasClosedCleanly());
                for (int i = 1; i <= 25; i++) {
                    final long index = append(writer, opened * 25 + i);
                    assertTrue(lastIndex == 0 || index == lastIndex + 1, "indexes are dense within a file");
                    lastIndex = index;
                }
            }
        }
        try (JournalReader reader = new JournalReader(queue)) {
            assertEquals(100, readFrom(reader, 1));
        }
    }

    @Test
    void shouldKeepReadingAcrossWritersAndFiles() {
        final JournalSettings settings = JournalFixture.settings().withRoll(RollCadence.MINUTELY);
        try (JournalReader reader = new JournalReader(queue)) {
            for (int opened = 0; opened < 6; opened++) {
                try (JournalWriter writer = JournalFixture.writer(queue, settings, clock)) {
                    for (int i = 1; i <= 25; i++) {
                        append(writer, opened * 25 + i);
                    }
                }
                assertEquals(25, readFrom(reader, opened * 25 + 1), "after writer " + opened);
                // Every second writer goes on in the file of the one before, which had ended without an end mark.
                clock.advance(opened % 2 * 3 * JournalFixture.MINUTE_NS);
            }
        }
    }

    @Test
    void shouldRefuseASecondWriter() {
        final JournalWriter first = JournalFixture.writer(queue, clock);
        assertThrows(IllegalStateException.class, () -> JournalFixture.writer(queue, clock));
        first.close();
        assertEquals(JournalWriter.NOT_WRITTEN, append(first, 1), "closed");
        assertFalse(first.healthy());
        JournalFixture.writer(queue, clock).close();
    }

    @Test
    void shouldRefuseLengthsOutOfRangeAndCountThem() {
        final JournalCounters counters = JournalCounters.detached();
        final UnsafeBuffer large = new UnsafeBuffer(new byte[300 << 10]);
        try (JournalWriter writer = new JournalWriter(queue, JournalFixture.settings(), clock, counters)) {
            assertEquals(JournalWriter.NOT_WRITTEN, writer.append(large, 0, 55));
            assertEquals(JournalWriter.NOT_WRITTEN, writer.append(large, 0, (256 << 10) + 1));
            assertTrue(writer.append(large, 0, 256 << 10) > 0);
            assertTrue(writer.append(large, 0, 56) > 0);
            assertEquals(2, counters.failures().get());
            assertEquals(2, counters.records().get());
            assertEquals((256 << 10) + 56, counters.bytes().get());
            assertTrue(writer.healthy());
        }
    }

    @Test
    void shouldBreakTheLockOfADeadWriterAtOnceEvenWhenItsProcessIdLivesOn() {
        JournalFixture.writer(queue, clock).close();
        StaleQueue.leaveLockedByThisProcess(queue);
        final long beginNs = System.nanoTime();
        try (JournalWriter writer = JournalFixture.writer(queue, clock)) {
            assertTrue(append(writer, 1) > 0);
        }
        assertTrue(System.nanoTime() - beginNs < TimeUnit.SECONDS.toNanos(5), "waited for a lock nobody holds");
    }

    @Test
    void shouldRemoveFilesThatWereNeverPublished() throws IOException {
        try (JournalWriter writer = JournalFixture.writer(queue, clock)) {
            append(writer, 1);
        }
        final byte[] halfMade = new byte[4096];
        halfMade[3] = (byte) 0x80;
        Files.write(queue.resolve("20990101-00L.cq4"), halfMade);
        Files.write(queue.resolve("20990101-01L.cq4"), new byte[4096]);
        Files.write(queue.resolve("metadata.cq4t"), halfMade);
        final long beginNs = System.nanoTime();
        try (JournalWriter writer = JournalFixture.writer(queue, clock);
            JournalReader reader = new JournalReader(queue)) {
            assertTrue(append(writer, 2) > 0);
            assertEquals(2, readFrom(reader, 1));
        }
        assertTrue(System.nanoTime() - beginNs < TimeUnit.SECONDS.toNanos(5), "waited for a file nobody finishes");
        assertEquals(1, ChronicleQueues.files(queue).size());
    }

    @Test
    void shouldCountRightAfterAKillBetweenPublishingARecordAndNotingIt() {
        try (JournalWriter writer = JournalFixture.writer(queue, clock)) {
            for (int sequence = 1; sequence <= 100; sequence++) {
                append(writer, sequence);
            }
        }
        StaleQueue.publishWithoutNoting(queue, record, JournalFixture.encode(record, 101, 300));
        try (JournalWriter writer = JournalFixture.writer(queue, clock);
            JournalReader reader = new JournalReader(queue)) {
            final long index = append(writer, 102);
            assertEquals(102, readFrom(reader, 1));
            assertEquals(index, reader.index());
            assertTrue(reader.moveTo(index));
            assertTrue(reader.next());
            assertTrue(JournalFixture.isIntact(reader, 102));
        }
    }

    @Test
    void shouldPassOverADamagedRecordAndCountIt() throws IOException {
        try (JournalWriter writer = JournalFixture.writer(queue, clock)) {
            for (int sequence = 1; sequence <= 3; sequence++) {
                JournalFixture.encode(record, sequence, 300);
                writer.append(record, 0, 300);
            }
        }
        final Path file = ChronicleQueues.files(queue).get(0);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {42}), positionOf(file, 2) + 200);
        }
        try (JournalReader reader = new JournalReader(queue)) {
            assertTrue(reader.next());
            assertTrue(JournalFixture.isIntact(reader, 1));
            assertTrue(reader.next());
            assertTrue(JournalFixture.isIntact(reader, 3));
            assertEquals(1, reader.damagedCount());
        }
    }

    @Test
    void shouldEndAFileAtAHoleThatALostMachineLeft() throws IOException {
        try (JournalWriter writer = JournalFixture.writer(queue, clock)) {
            for (int sequence = 1; sequence <= 100; sequence++) {
                append(writer, sequence);
            }
        }
        final Path file = ChronicleQueues.files(queue).get(0);
        final long hole = positionOf(file, 50) - Integer.BYTES;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(4096), hole);
        }
        Files.writeString(queue.resolve("writer.lock"), "open   11111111-2222-3333-4444-555555555555");
        for (int sequence = 50; sequence <= 52; sequence++) {
            // The second and third time the file before is the one with the hole, and the clock is still behind.
            try (JournalWriter writer = JournalFixture.writer(queue, clock);
                JournalReader reader = new JournalReader(queue)) {
                assertEquals(sequence > 50, writer.wasClosedCleanly());
                final long index = append(writer, sequence);
                assertEquals(sequence, readFrom(reader, 1), "what stood before the hole, and what came after");
                assertTrue(reader.moveTo(index));
            }
        }
        assertEquals(2, ChronicleQueues.files(queue).size());
    }

    @Test
    void shouldPutAFileAsideWhoseBeginningALostMachineTook() throws IOException {
        try (JournalWriter writer = JournalFixture.writer(queue, clock)) {
            append(writer, 1);
        }
        final Path file = ChronicleQueues.files(queue).get(0);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(4096), 0);
        }
        Files.writeString(queue.resolve("writer.lock"), "open   11111111-2222-3333-4444-555555555555");
        try (JournalWriter writer = JournalFixture.writer(queue, clock)) {
            assertTrue(append(writer, 2) > 0);
        }
        assertTrue(Files.exists(file.resolveSibling(file.getFileName() + ".damaged")));
    }

    @Test
    void shouldSyncAsThePolicySays() {
        final JournalCounters batch = JournalCounters.detached();
        final JournalSettings byBatch = JournalFixture.settings().withSync(SyncPolicy.BATCH, 1);
        try (JournalWriter writer = new JournalWriter(queue.resolve("batch"), byBatch, clock, batch)) {
            append(writer, 1);
            append(writer, 2);
            assertTrue(writer.endOfBatch());
            assertTrue(writer.endOfBatch(), "nothing new to sync");
            writer.syncIfDue(0);
            assertEquals(1, batch.syncs().get());
        }
        final JournalCounters interval = JournalCounters.detached();
        final JournalSettings byInterval = JournalFixture.settings().withSync(SyncPolicy.INTERVAL, 1000);
        try (JournalWriter writer = new JournalWriter(queue.resolve("interval"), byInterval, clock, interval)) {
            append(writer, 1);
            writer.endOfBatch();
            writer.syncIfDue(5000);
            append(writer, 2);
            writer.syncIfDue(5999);
            assertEquals(1, interval.syncs().get());
            writer.syncIfDue(6000);
            assertEquals(2, interval.syncs().get());
        }
        final JournalCounters none = JournalCounters.detached();
        try (JournalWriter writer = new JournalWriter(queue.resolve("none"), JournalFixture.settings(), clock, none)) {
            append(writer, 1);
            assertTrue(writer.endOfBatch());
            writer.syncIfDue(5000);
        }
        assertEquals(0, none.syncs().get());
    }

    @Test
    void shouldTouchPagesAheadWithoutChangingAnything() {
        try (JournalWriter writer = JournalFixture.writer(queue, clock);
            JournalReader reader = new JournalReader(queue)) {
            writer.touchAhead();
            for (int sequence = 1; sequence <= 5_000; sequence++) {
                append(writer, sequence);
                for (int i = 0; i < sequence % 50; i++) {
                    writer.touchAhead();
                }
            }
            assertEquals(5_000, readFrom(reader, 1));
        }
    }

    private long append(final JournalWriter writer, final long sequence) {
        return writer.append(record, 0, JournalFixture.encode(record, sequence, JournalFixture.lengthOf(sequence)));
    }

    private static long readFrom(final JournalReader reader, final long firstSequence) {
        long sequence = firstSequence;
        while (reader.next()) {
            assertTrue(JournalFixture.isIntact(reader, sequence), "record " + sequence);
            sequence++;
        }
        assertEquals(0, reader.damagedCount());
        return sequence - firstSequence;
    }

    /** Where a record begins in its file: its business time is found, which no other record has. */
    private static long positionOf(final Path file, final long sequence) throws IOException {
        final UnsafeBuffer bytes = new UnsafeBuffer(Files.readAllBytes(file));
        for (int at = 0; at < bytes.capacity() - Long.BYTES; at++) {
            if (bytes.getLong(at) == JournalFixture.START_NS + sequence) {
                return at - 24;
            }
        }
        throw new AssertionError("record " + sequence + " is not in " + file);
    }
}
