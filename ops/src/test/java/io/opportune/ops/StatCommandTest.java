package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.status.AtomicCounter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatCommandTest {
    @TempDir
    private Path folder;
    private CountersFile counters;

    @BeforeEach
    void write() {
        counters = CountersFile.create(folder.resolve(CountersFile.FILE_NAME));
        counters.counter(CounterDescriptor.DECISIONS_FULL, 0).set(1_234_567);
        counters.counter(CounterDescriptor.DECISIONS_FULL, 1).set(1);
        counters.counter(CounterDescriptor.PROFILES).set(7);
        counters.counter(CounterDescriptor.MERGES).set(0);
    }

    private CommandRun stat(final String... more) {
        final String[] args = new String[more.length + 3];
        args[0] = "stat";
        args[1] = "-d";
        args[2] = folder.toString();
        System.arraycopy(more, 0, args, 3, more.length);
        return CommandRun.of(args);
    }

    @Test
    void shouldShowValuesSummedOverThreads() {
        final CommandRun run = stat("--interval", "0");
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertTrue(run.out().startsWith("Server " + ProcessHandle.current().pid() + " runs since "), run.out());
        assertTrue(run.out().contains("decisions_full  1,234,568"), run.out());
        assertFalse(run.out().contains("merges"), "zeros are shown without --all");
        final String all = stat("--interval", "0", "--all", "--threads").out();
        assertTrue(all.contains("merges"), all);
        assertTrue(all.contains("  [1]"), all);
    }

    @Test
    void shouldMeasureRates() throws InterruptedException {
        final AtomicBoolean run = new AtomicBoolean(true);
        final AtomicCounter counter = counters.counter(CounterDescriptor.JOURNAL_RECORDS);
        final Thread writer = Thread.ofPlatform().daemon().start(() -> {
            while (run.get()) {
                counter.incrementRelease();
                Thread.onSpinWait();
            }
        });
        final CommandRun stat = stat("--interval", "0.05", "--watch", "--count", "2", "--json");
        run.set(false);
        writer.join();
        assertEquals(ExitCode.OK, stat.exitCode(), stat.err());
        assertEquals(2, stat.out().lines().count());
        stat.out().lines().forEach(line -> {
            final JsonNode journal = find(line, "journal_records");
            assertTrue(journal.get("perSecond").asDouble() > 0, line);
            assertTrue(find(line, "profiles").path("perSecond").isMissingNode(), "a rate of a gauge");
        });
    }

    private static JsonNode find(final String line, final String label) {
        try {
            for (final JsonNode counter : new ObjectMapper().readTree(line).get("counters")) {
                if (counter.get("label").asText().equals(label)) {
                    return counter;
                }
            }
        } catch (final IOException e) {
            throw new AssertionError(line, e);
        }
        throw new AssertionError("no " + label + " in " + line);
    }

    @Test
    void shouldShowTheLastValuesOfAStoppedServer() {
        counters.close();
        final CommandRun run = stat();
        assertEquals(ExitCode.OK, run.exitCode());
        assertTrue(run.out().contains(" and stopped at "), run.out());
        assertTrue(run.out().contains("1,234,568"), run.out());
    }

    @Test
    void shouldSayThatNoServerHasRun() {
        final CommandRun run = CommandRun.of("stat", "-d", folder.resolve("none").toString());
        assertEquals(ExitCode.NOT_POSSIBLE, run.exitCode());
        assertEquals("opportune: no counters file at " + folder.resolve("none").resolve("counters.dat")
            + ": no server has run with this data folder\n", run.err());
    }

    @Test
    void shouldRefuseAnIntervalOutsideTheRange() {
        assertEquals(ExitCode.USAGE, stat("--interval", "-1").exitCode());
        assertEquals(ExitCode.USAGE, stat("--interval", "0", "--watch").exitCode());
    }

    @Test
    void shouldListDistinctErrors() throws IOException {
        counters.errors().record(new IllegalStateException("broken"));
        counters.errors().record("gateway", "bad magic");
        counters.errors().record("gateway", "bad magic");
        final CommandRun run = CommandRun.of("errors", "-d", folder.toString());
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertTrue(run.out().contains("java.lang.IllegalStateException: broken"), run.out());
        assertTrue(run.out().contains("    2  "), run.out());
        assertFalse(run.out().contains("\tat "), run.out());
        assertTrue(CommandRun.of("errors", "-d", folder.toString(), "--stacks").out().contains("StatCommandTest"));
        final JsonNode json = new ObjectMapper().readTree(
            CommandRun.of("errors", "-d", folder.toString(), "--json").out());
        assertEquals(1, json.at("/errors/0/count").asInt());
        assertEquals("gateway: bad magic", json.at("/notes/0/text").asText());
    }

    @Test
    void shouldSayThatThereAreNoErrors() {
        assertEquals("No errors.\n", CommandRun.of("errors", "-d", folder.toString()).out());
    }
}
