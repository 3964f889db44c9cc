package io.opportune.engine.counters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.status.AtomicCounter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountersFileTest {
    private static final long START_MS = 1_700_000_000_000L;

    @TempDir
    private Path folder;
    private Path file;
    private long nowMs = START_MS;

    @BeforeEach
    void chooseFile() {
        file = folder.resolve("with space").resolve("counters.dat");
    }

    private CountersFile create() {
        return CountersFile.create(file, () -> nowMs);
    }

    @Test
    void shouldShowCountersToAReaderWhileTheyAreWritten() throws IOException {
        try (CountersFile counters = create(); CountersReader reader = CountersReader.open(file)) {
            final AtomicCounter first = counters.counter(CounterDescriptor.DECISIONS_FULL, 0);
            final AtomicCounter second = counters.counter(CounterDescriptor.DECISIONS_FULL, 1);
            first.getAndAdd(3);
            second.incrementPlain();
            assertEquals(4, reader.total(CounterDescriptor.DECISIONS_FULL));
            assertEquals(4, counters.total(CounterDescriptor.DECISIONS_FULL));
            second.incrementRelease();
            assertEquals(5, reader.total(CounterDescriptor.DECISIONS_FULL));
            final List<CounterReading> readings = reader.counters().stream()
                .filter(reading -> reading.id() == CounterDescriptor.DECISIONS_FULL.id()).toList();
            assertEquals(List.of(
                new CounterReading(200, "decisions_full", 0, 3), new CounterReading(200, "decisions_full", 1, 2)),
                readings);
        }
    }

    @Test
    void shouldHandOutTheSameCounterForTheSameInstance() {
        try (CountersFile counters = create()) {
            assertSame(counters.counter(CounterDescriptor.JOURNAL_RECORDS, 2),
                counters.counter(CounterDescriptor.JOURNAL_RECORDS, 2));
            assertTrue(counters.hasInstance(CounterDescriptor.JOURNAL_RECORDS));
            assertFalse(counters.hasInstance(CounterDescriptor.JOURNAL_BYTES));
        }
    }

    @Test
    void shouldRefuseASecondInstanceOfACounterThatHasOne() {
        try (CountersFile counters = create()) {
            final IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> counters.counter(CounterDescriptor.CATALOGUE_VERSION, 1));
            assertEquals("counter catalogue_version has no instance 1", thrown.getMessage());
        }
    }

    @Test
    void shouldHoldEveryCounterInEightyInstances() {
        try (CountersFile counters = create()) {
            int made = 0;
            for (final CounterDescriptor descriptor : CounterDescriptor.values()) {
                for (int instance = 0; instance < (descriptor.perThread() ? 80 : 1); instance++) {
                    counters.counter(descriptor, instance).set(1);
                    made++;
                }
            }
            long sum = 0;
            for (final CounterDescriptor descriptor : CounterDescriptor.values()) {
                sum += counters.total(descriptor);
            }
            assertEquals(made, sum);
        }
    }

    @Test
    void shouldTellARunningServerFromAStoppedOne() throws IOException {
        nowMs = System.currentTimeMillis();
        final CountersFile counters = create();
        try (CountersReader reader = CountersReader.open(file)) {
            assertEquals(ProcessHandle.current().pid(), reader.pid());
            assertEquals(nowMs, reader.startTimeMs());
            assertTrue(reader.isAlive());
            nowMs += 5;
            counters.close();
            assertFalse(reader.isAlive());
            assertEquals(nowMs, reader.stopTimeMs());
        }
    }

    @Test
    void shouldReadWhatAKilledProcessLeft() throws Exception {
        final Process writer = new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Xmx64m", "-cp", System.getProperty("java.class.path"), KilledWriter.class.getName(), file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
        try {
            assertEquals('r', writer.getInputStream().read(), "the writer did not start");
            try (CountersReader reader = CountersReader.open(file)) {
                assertEquals(writer.pid(), reader.pid());
                assertTrue(reader.isAlive());
            }
        } finally {
            writer.destroyForcibly();
        }
        assertTrue(writer.waitFor(10, TimeUnit.SECONDS));
        try (CountersReader reader = CountersReader.open(file)) {
            assertFalse(reader.isAlive());
            assertEquals(0, reader.stopTimeMs());
            assertEquals(42, reader.total(CounterDescriptor.EVENTS_ACCEPTED));
            assertEquals("java.lang.IllegalStateException: left behind", reader.errors().getFirst().summary());
        }
    }

    /** Writes and then waits to be killed. */
    static final class KilledWriter {
        private KilledWriter() {
        }

        public static void main(final String[] args) throws InterruptedException {
            final CountersFile counters = CountersFile.create(Path.of(args[0]));
            counters.counter(CounterDescriptor.EVENTS_ACCEPTED).set(42);
            counters.errors().record(new IllegalStateException("left behind"));
            System.out.print('r');
            System.out.flush();
            Thread.sleep(60_000);
        }
    }

    @Test
    void shouldReplaceAnOldFileWithoutDisturbingItsReaders() throws IOException {
        try (CountersFile old = create()) {
            old.counter(CounterDescriptor.MERGES).set(7);
            try (CountersReader reader = CountersReader.open(file); CountersFile fresh = create()) {
                assertEquals(7, reader.total(CounterDescriptor.MERGES));
                fresh.counter(CounterDescriptor.MERGES).set(1);
                try (CountersReader second = CountersReader.open(file)) {
                    assertEquals(1, second.total(CounterDescriptor.MERGES));
                }
            }
        }
    }

    @Test
    void shouldRefuseWhatIsNoCountersFile() throws IOException {
        final Path missing = folder.resolve("none");
        assertTrue(assertThrows(IOException.class, () -> CountersReader.open(missing)).getMessage()
            .startsWith("no counters file at "));
        final Path garbage = Files.write(folder.resolve("garbage"), new byte[4096]);
        assertTrue(assertThrows(IOException.class, () -> CountersReader.open(garbage)).getMessage()
            .endsWith("is not a counters file of Opportune"));
        final Path empty = Files.createFile(folder.resolve("empty"));
        assertThrows(IOException.class, () -> CountersReader.open(empty));
        create().close();
        final byte[] whole = Files.readAllBytes(file);
        final Path cut = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(whole, whole.length - 1));
        assertTrue(assertThrows(IOException.class, () -> CountersReader.open(cut)).getMessage()
            .endsWith("it was cut off"));
    }

    @Test
    void shouldCountAfterCloseWithoutHarm() {
        final CountersFile counters = create();
        final AtomicCounter counter = counters.counter(CounterDescriptor.EVENTS_ACCEPTED);
        counters.close();
        counters.close();
        counter.increment();
        counters.errors().record("gateway", "too late");
        assertEquals(1, counter.get());
    }
}
