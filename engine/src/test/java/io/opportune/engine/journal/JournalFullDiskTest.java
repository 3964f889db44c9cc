package io.opportune.engine.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.opportune.engine.journal.JournalFixture.SettableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFullDiskTest {
    private static final long MIB = 1L << 20;

    private final SettableClock clock = new SettableClock();
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[4096]);
    private final JournalCounters counters = JournalCounters.detached();

    @TempDir
    private Path directory;

    @Test
    void shouldRefuseBelowTheFloorAndGoOnWhenSpaceReturns() {
        final AtomicLong usable = new AtomicLong(100 * MIB);
        final JournalSettings settings = JournalFixture.settings().withMinFreeBytes(50 * MIB);
        try (JournalWriter writer = new JournalWriter(directory, settings, clock, counters, usable::get,
            JournalFixture::unexpected); JournalReader reader = new JournalReader(directory)) {
            assertTrue(append(writer, 1) > 0);
            usable.set(50 * MIB - 1);
            assertTrue(append(writer, 2) > 0, "asked again only after a while");
            clock.advance(TimeUnit.MILLISECONDS.toNanos(250));
            assertEquals(JournalWriter.NOT_WRITTEN, append(writer, 3));
            assertFalse(writer.healthy());
            usable.set(100 * MIB);
            assertEquals(JournalWriter.NOT_WRITTEN, append(writer, 3), "not asked for every record");
            clock.advance(TimeUnit.MILLISECONDS.toNanos(250));
            assertTrue(append(writer, 3) > 0);
            assertTrue(writer.healthy());
            assertEquals(2, counters.failures().get());
            for (int sequence = 1; sequence <= 3; sequence++) {
                assertTrue(reader.next());
                assertTrue(JournalFixture.isIntact(reader, sequence));
            }
        }
    }

    @Test
    void shouldNotBeginAFileThatCannotBeReserved() throws IOException {
        final AtomicLong usable = new AtomicLong(100 * MIB);
        final JournalSettings settings =
            JournalFixture.settings().withMinFreeBytes(50 * MIB).withRoll(RollCadence.MINUTELY);
        try (JournalWriter writer = new JournalWriter(directory, settings, clock, counters, usable::get,
            JournalFixture::unexpected)) {
            append(writer, 1);
            usable.set(50 * MIB);
            clock.advance(JournalFixture.MINUTE_NS);
            assertEquals(JournalWriter.NOT_WRITTEN, append(writer, 2));
            assertEquals(1, ChronicleQueues.files(directory).size());
            usable.set(100 * MIB);
            clock.advance(TimeUnit.SECONDS.toNanos(1));
            assertTrue(append(writer, 2) > 0);
            assertEquals(2, ChronicleQueues.files(directory).size());
        }
    }

    @Test
    void shouldSayWhyAQueueCannotBeOpenedOnAFullDisk() {
        final UncheckedIOException refused = assertThrows(UncheckedIOException.class, () -> new JournalWriter(
            directory, JournalFixture.settings(), clock, counters, () -> 1000, JournalFixture::unexpected));
        assertTrue(refused.getMessage().contains("1000 usable bytes"), refused.getMessage());
    }

    /** The real thing: without reserved blocks the mapped store into the full file system would be a SIGBUS. */
    @Test
    void shouldSurviveAFileSystemThatIsReallyFull() throws Exception {
        final Path mount = directory.resolve("mount");
        Files.createDirectory(mount);
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", mount.toString()) == 0,
            "needs the right to mount a file system");
        try {
            fillAndRecover(mount);
        } finally {
            assertEquals(0, run("umount", "-l", mount.toString()));
        }
    }

    private void fillAndRecover(final Path mount) throws IOException {
        final List<Throwable> errors = new ArrayList<>();
        final Path ballast = mount.resolve("ballast");
        Files.write(ballast, new byte[(int) (8 * MIB)]);
        // No floor: what holds is the reservation alone.
        final JournalSettings settings = JournalFixture.settings().withMinFreeBytes(0);
        final Path queue = mount.resolve("queue");
        long sequence = 1;
        try (JournalWriter writer =
            new JournalWriter(queue, settings, clock, counters, () -> Long.MAX_VALUE / 2, errors::add)) {
            while (append(writer, sequence) > 0) {
                sequence++;
                assertTrue(sequence < 100_000, "24 MiB never get full");
            }
            assertTrue(sequence > 10_000, "full after " + sequence + " records");
            for (int i = 0; i < 1000; i++) {
                clock.advance(TimeUnit.MILLISECONDS.toNanos(10));
                assertEquals(JournalWriter.NOT_WRITTEN, append(writer, sequence));
            }
            assertFalse(writer.healthy());
            Files.delete(ballast);
            clock.advance(TimeUnit.SECONDS.toNanos(1));
            for (int i = 0; i < 1000; i++) {
                assertTrue(append(writer, sequence) > 0);
                sequence++;
            }
            assertTrue(writer.healthy());
        }
        try (JournalReader reader = new JournalReader(queue)) {
            for (long expected = 1; expected < sequence; expected++) {
                assertTrue(reader.next());
                assertTrue(JournalFixture.isIntact(reader, expected), "record " + expected);
            }
            assertFalse(reader.next());
        }
        assertEquals(List.of(), errors);
    }

    private long append(final JournalWriter writer, final long sequence) {
        return writer.append(record, 0, JournalFixture.encode(record, sequence, JournalFixture.lengthOf(sequence)));
    }

    private static int run(final String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        } catch (final IOException absent) {
            return -1;
        }
    }
}
