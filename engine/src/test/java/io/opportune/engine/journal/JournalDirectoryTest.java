package io.opportune.engine.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.journal.JournalFixture.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalDirectoryTest {
    private static final long MINUTE_NS = JournalFixture.MINUTE_NS;

    private final SettableClock clock = new SettableClock();
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[4096]);

    @TempDir
    private Path root;

    @Test
    void shouldListTheQueuesThatExist() throws IOException {
        final JournalDirectory journal = new JournalDirectory(root.resolve("journal"));
        assertEquals(List.of(), journal.queues());
        Files.createDirectories(journal.shardQueue(11));
        Files.createDirectories(journal.shardQueue(2));
        Files.createDirectories(journal.registryQueue());
        Files.createDirectories(root.resolve("journal/other"));
        assertEquals(List.of(journal.registryQueue(), journal.shardQueue(2), journal.shardQueue(11)),
            journal.queues());
        assertEquals("shard-02", journal.shardQueue(2).getFileName().toString());
    }

    @Test
    void shouldDeleteOnlyClosedFilesThatAreOldAndBehindTheIndex() throws IOException {
        final JournalDirectory journal = new JournalDirectory(root);
        final Path queue = journal.shardQueue(0);
        final JournalSettings settings = JournalFixture.settings().withRoll(RollCadence.MINUTELY);
        final long[] indexes = new long[6];
        try (JournalWriter writer = JournalFixture.writer(queue, settings, clock);
            JournalReader reader = new JournalReader(queue)) {
            for (int i = 0; i < 6; i++) {
                indexes[i] = append(writer, i + 1);
                clock.advance(MINUTE_NS);
            }
            final long nowNs = clock.nanoTime();
            final long minuteMs = MINUTE_NS / 1_000_000;
            final long firstMs = (nowNs / MINUTE_NS - 6) * minuteMs;
            assertEquals(firstMs, JournalDirectory.oldestTimeMs(queue));
            assertEquals(Long.MAX_VALUE, JournalDirectory.oldestTimeMs(Files.createDirectories(root.resolve("none"))));
            assertEquals(0, JournalDirectory.deleteExpired(queue, 0, nowNs, 0), "no snapshot yet");
            assertEquals(0, JournalDirectory.deleteExpired(queue, 7 * MINUTE_NS, nowNs, indexes[5]), "not old enough");
            assertEquals(0, JournalDirectory.deleteExpired(queue, 0, nowNs, indexes[0]), "still needed");
            assertEquals(2, JournalDirectory.deleteExpired(queue, 0, nowNs, indexes[2]));
            assertEquals(firstMs + 2 * minuteMs, JournalDirectory.oldestTimeMs(queue));
            assertEquals(1, JournalDirectory.deleteExpired(queue, 2 * MINUTE_NS + MINUTE_NS / 2, nowNs, indexes[5]));
            assertEquals(2, JournalDirectory.deleteExpired(queue, 0, nowNs, Long.MAX_VALUE), "never the newest");
            assertEquals(1, ChronicleQueues.files(queue).size());

            assertTrue(append(writer, 7) > 0, "the writer goes on");
            reader.moveToStart();
            assertTrue(reader.next());
            assertTrue(JournalFixture.isIntact(reader, 6));
            assertTrue(reader.next());
            assertTrue(JournalFixture.isIntact(reader, 7));
            assertFalse(reader.moveTo(indexes[0]));
        }
        try (JournalReader reader = new JournalReader(queue)) {
            assertEquals(indexes[5], reader.firstIndex());
            assertTrue(reader.next());
            assertEquals(indexes[5], reader.index());
        }
    }

    @Test
    void shouldReportTheDiskThatRecordsTake() {
        final JournalDirectory journal = new JournalDirectory(root);
        assertEquals(0, journal.bytesOnDisk());
        try (JournalWriter writer = JournalFixture.writer(journal.shardQueue(0), clock)) {
            for (int i = 1; i <= 10_000; i++) {
                writer.append(record, 0, JournalFixture.encode(record, i, 500));
            }
            final long bytes = journal.bytesOnDisk();
            assertTrue(bytes > 5_000_000 && bytes < 6_500_000, "10,000 records of 500 bytes take " + bytes);
        }
    }

    @Test
    void shouldTreatAQueueThatDoesNotExistAsEmpty() {
        final Path queue = root.resolve("later");
        try (JournalReader reader = new JournalReader(queue)) {
            assertFalse(reader.next());
            assertFalse(reader.moveTo(1));
            assertEquals(JournalReader.NO_INDEX, reader.lastIndex());
            assertEquals(JournalReader.NO_INDEX, reader.firstIndex());
            assertFalse(Files.exists(queue), "a reader makes nothing");
            try (JournalWriter writer = JournalFixture.writer(queue, clock)) {
                assertFalse(reader.next());
                assertEquals(JournalReader.NO_INDEX, reader.lastIndex());
                append(writer, 1);
                assertTrue(reader.next());
            }
        }
    }

    private long append(final JournalWriter writer, final long sequence) {
        return writer.append(record, 0, JournalFixture.encode(record, sequence, JournalFixture.lengthOf(sequence)));
    }
}
