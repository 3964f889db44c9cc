package io.opportune.engine.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills real writers with SIGKILL while they append at full speed. */
class JournalKillTest {
    /** Far below the ten and fifteen seconds after which Chronicle's own waiting would end. */
    private static final long RECOVERY_LIMIT_NS = TimeUnit.SECONDS.toNanos(3);

    @TempDir
    private Path directory;

    @Test
    void shouldLoseNoAcknowledgedRecordWhenKilledThreeTimes() throws Exception {
        killAndRecover(3, System.nanoTime());
    }

    @Test
    @Tag("slow")
    void shouldLoseNoAcknowledgedRecordWhenKilledThirtyTimes() throws Exception {
        killAndRecover(30, System.nanoTime());
    }

    @Test
    void shouldFollowAWriterInAnotherProcess() throws Exception {
        final Path queue = directory.resolve("followed");
        final Path ackFile = directory.resolve("acknowledged");
        final KilledWriter child = KilledWriter.start(queue, ackFile, 1);
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        try (JournalReader reader = new JournalReader(queue)) {
            long sequence = 0;
            while (sequence < 50_000 && System.nanoTime() < deadlineNs) {
                if (reader.next()) {
                    sequence++;
                    assertTrue(JournalFixture.isIntact(reader, sequence), "record " + sequence);
                }
            }
            assertEquals(50_000, sequence, child::output);
            assertEquals(0, reader.damagedCount());
        } finally {
            child.killNow();
        }
    }

    private void killAndRecover(final int kills, final long seed) throws Exception {
        final Random random = new Random(seed);
        final Path queue = directory.resolve("killed");
        final Path ackFile = directory.resolve("acknowledged");
        final UnsafeBuffer record = new UnsafeBuffer(new byte[1024]);
        JournalFixture.writer(directory.resolve("warm-up"), new SystemEpochNanoClock()).close();
        long last = 0;
        for (int kill = 1; kill <= kills; kill++) {
            final KilledWriter child = KilledWriter.start(queue, ackFile, last + 1);
            final long acknowledged = child.killAfter(last + 1 + random.nextInt(60_000));
            final long beginNs = System.nanoTime();
            try (JournalWriter writer = JournalFixture.writer(queue, new SystemEpochNanoClock());
                JournalReader reader = new JournalReader(queue)) {
                assertFalse(writer.wasClosedCleanly());
                final long found = readAll(reader, seed);
                final long readNs = System.nanoTime();
                assertTrue(found == acknowledged || found == acknowledged + 1,
                    () -> "acknowledged " + acknowledged + ", found " + found + ", seed " + seed);
                last = found + 1;
                final long index = writer.append(record, 0,
                    JournalFixture.encode(record, last, JournalFixture.lengthOf(last)));
                final long recoveredNs = System.nanoTime() - readNs;
                assertTrue(reader.next());
                assertEquals(index, reader.index());
                assertTrue(JournalFixture.isIntact(reader, last));
                assertTrue(reader.moveTo(index) && reader.next() && JournalFixture.isIntact(reader, last));
                final long totalNs = System.nanoTime() - beginNs;
                assertTrue(totalNs - (readNs - beginNs) < RECOVERY_LIMIT_NS, "recovery " + totalNs + " ns");
                System.out.printf("kill %d: %d records kept; open and read all %d ms, first append %d us%n",
                    kill, found, TimeUnit.NANOSECONDS.toMillis(readNs - beginNs),
                    TimeUnit.NANOSECONDS.toMicros(recoveredNs));
            }
        }
    }

    private static long readAll(final JournalReader reader, final long seed) {
        long sequence = 0;
        while (reader.next()) {
            sequence++;
            assertTrue(JournalFixture.isIntact(reader, sequence), "record " + sequence + ", seed " + seed);
        }
        assertEquals(0, reader.damagedCount());
        return sequence;
    }
}
