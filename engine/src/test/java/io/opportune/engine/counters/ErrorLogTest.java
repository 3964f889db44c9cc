package io.opportune.engine.counters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorLogTest {
    @TempDir
    private Path folder;
    private long nowMs = 1000;
    private CountersFile counters;
    private CountersReader reader;

    @BeforeEach
    void open() throws IOException {
        final Path file = folder.resolve("counters.dat");
        counters = CountersFile.create(file, () -> nowMs);
        reader = CountersReader.open(file);
    }

    @AfterEach
    void close() {
        reader.close();
        counters.close();
    }

    @Test
    void shouldKeepADistinctErrorOnceWithCountAndTimes() {
        for (int i = 0; i < 3; i++) {
            nowMs = 1000 + i;
            counters.errors().record(new IllegalStateException("broken"));
        }
        counters.errors().onError(new IllegalArgumentException("other"));
        final List<ErrorReading> errors = reader.errors();
        assertEquals(2, errors.size());
        assertEquals(3, errors.get(0).count());
        assertEquals(1000, errors.get(0).firstTimeMs());
        assertEquals(1002, errors.get(0).lastTimeMs());
        assertEquals("java.lang.IllegalStateException: broken", errors.get(0).summary());
        assertTrue(errors.get(0).text().contains("ErrorLogTest"), "no stack trace kept");
        assertEquals(4, reader.total(CounterDescriptor.ERRORS));
        assertEquals(0, reader.total(CounterDescriptor.ERROR_NOTES));
    }

    @Test
    void shouldCountErrorsThatNoLongerFit() {
        final int distinct = 2000;
        for (int i = 0; i < distinct; i++) {
            counters.errors().record(new IllegalStateException("number " + i));
        }
        final long kept = reader.errors().size();
        assertTrue(kept > 20 && kept < distinct, "kept " + kept);
        assertEquals(distinct, reader.total(CounterDescriptor.ERRORS));
        assertEquals(distinct - kept, reader.total(CounterDescriptor.ERRORS_NOT_KEPT));
    }

    @Test
    void shouldKeepNotesApartFromUnexpectedErrors() {
        counters.errors().record("gateway", "frame too long");
        nowMs = 1005;
        counters.errors().record("gateway", new String("frame too long"));
        counters.errors().record("gateway", "bad magic");
        assertEquals(
            List.of(new ErrorReading(2, 1000, 1005, "gateway: frame too long"),
                new ErrorReading(1, 1005, 1005, "gateway: bad magic")),
            reader.notes());
        assertEquals(3, reader.total(CounterDescriptor.ERROR_NOTES));
        assertEquals(0, reader.total(CounterDescriptor.ERRORS));
        assertTrue(reader.errors().isEmpty());
    }

    @Test
    void shouldBoundTheDistinctNotesAndTheirLength() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < ErrorLog.MAX_NOTES + 50; i++) {
                counters.errors().record("client", i + "x".repeat(1000));
            }
        }
        final List<ErrorReading> notes = reader.notes();
        assertEquals(ErrorLog.MAX_NOTES, notes.size());
        assertEquals(ErrorLog.MAX_NOTE_LENGTH, notes.getFirst().text().length());
        assertEquals(2, notes.getFirst().count());
        assertTrue(notes.getLast().text().startsWith("errors: more distinct notes"), notes.getLast().text());
        assertEquals(102, notes.getLast().count());
    }

    @Test
    void shouldAllocateNothingForANoteSeenBefore() {
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 100_000; i++) {
                counters.errors().record("gateway", "bad magic");
            }
        }));
    }

    @Test
    void shouldCountEachNoteOnceWhenThreadsMeet() throws InterruptedException {
        final List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 5_000; i++) {
                    counters.errors().record("component", "note " + i % 50);
                }
            }));
        }
        for (final Thread thread : threads) {
            thread.join();
        }
        final List<ErrorReading> notes = reader.notes();
        assertEquals(50, notes.size());
        notes.forEach(note -> assertEquals(400, note.count(), note.text()));
        assertEquals(20_000, reader.total(CounterDescriptor.ERROR_NOTES));
    }
}
