package io.opportune.engine.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import net.openhft.chronicle.core.values.LongValue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader that looks at a queue while its files are being created sees its records as soon as they are there. */
class JournalReaderStartTest {
    private static final int BIRTHS = 40;
    private static final int RECORDS = 5;

    @TempDir
    private Path directory;

    @Test
    void shouldReadAQueueFromItsFirstRecordWhateverMomentOfItsBirthItMeets() throws Exception {
        for (int birth = 0; birth < BIRTHS; birth++) {
            final Path queue = directory.resolve("queue-" + birth);
            final Thread writing = Thread.ofPlatform().start(() -> write(queue));
            // The creation takes a few milliseconds; each turn begins to look at another moment of it.
            LockSupport.parkNanos(birth * TimeUnit.MICROSECONDS.toNanos(250));
            assertEquals(RECORDS, read(queue), "turn " + birth);
            writing.join();
        }
    }

    @Test
    void shouldNotTakeTheListOfFilesForReadyBeforeItNamesOne() throws Exception {
        final Path queue = directory.resolve("half-born");
        try (SingleChronicleQueue half = SingleChronicleQueueBuilder.binary(queue)
            .rollCycle(LargeRollCycles.LARGE_HOURLY).build()) {
            for (final String key : List.of("listing.highestCycle", "listing.lowestCycle")) {
                try (LongValue value = half.metaStore().acquireValueFor(key)) {
                    value.setVolatileValue(Long.MIN_VALUE);
                }
            }
        }
        try (JournalReader reader = new JournalReader(queue)) {
            assertFalse(reader.next());
            assertEquals(JournalReader.NO_INDEX, reader.firstIndex());
            assertEquals(JournalReader.NO_INDEX, reader.lastIndex());
            write(queue);
            assertTrue(reader.next());
            assertTrue(JournalFixture.isIntact(reader, 1));
        }
    }

    private static void write(final Path queue) {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[1024]);
        try (JournalWriter writer = JournalFixture.writer(queue, new SystemEpochNanoClock())) {
            for (long sequence = 1; sequence <= RECORDS; sequence++) {
                assertTrue(writer.append(record, 0, JournalFixture.encode(record, sequence,
                    JournalFixture.lengthOf(sequence))) != JournalWriter.NOT_WRITTEN);
            }
        }
    }

    private static long read(final Path queue) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        long count = 0;
        try (JournalReader reader = new JournalReader(queue)) {
            while (count < RECORDS && System.nanoTime() < deadlineNs) {
                if (reader.next()) {
                    assertTrue(JournalFixture.isIntact(reader, ++count), "record " + count);
                }
            }
        }
        return count;
    }
}
