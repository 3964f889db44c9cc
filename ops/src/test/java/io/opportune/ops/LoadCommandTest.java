package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing listens where these commands would go: whatever is refused is refused before a server is asked. */
@Timeout(60)
class LoadCommandTest {
    @TempDir
    private Path folder;

    private static void assertRefused(final CommandRun run, final String option, final String found) {
        assertEquals(ExitCode.USAGE, run.exitCode(), run.err());
        final String first = run.err().lines().findFirst().orElseThrow();
        assertTrue(first.contains(option) && first.contains("'" + found) && first.contains("allowed"), first);
    }

    @ParameterizedTest
    @CsvSource({
        "--rate, 0", "--rate, -5", "--rate, abc", "--rate, NaN", "--rate, Infinity", "--duration, 20", "--duration, 0s",
        "--duration, 25h", "--warmup, soon", "--time-budget, 2h", "--connections, 0", "--connections, many",
        "--in-flight, 70000", "--customers, 0", "--customers, 1e6", "--offers, 1000001", "--port, 0", "--port, 65536",
        "--world-seed, x"})
    void shouldRefuseALoadWithAWrongValueAtOnce(final String option, final String found) {
        final CommandRun run = CommandRun.of("load", option, found);
        final String shown = option.equals("--duration") || option.equals("--time-budget") ? "" : found;
        assertRefused(run, option, shown);
    }

    @Test
    void shouldNameTheObjectiveThatIsNone() {
        final CommandRun run = CommandRun.of("load", "--objective", "p98=5ms");
        assertEquals(ExitCode.USAGE, run.exitCode());
        assertTrue(run.err().contains("'--objective': objective 'p98=5ms'"), run.err());
        assertTrue(run.err().contains("allowed: p50"), run.err());
    }

    @ParameterizedTest
    @CsvSource({
        "--speed-up, abc", "--speed-up, 0", "--speed-up, -1", "--passes, 101", "--passes, two", "--time-budget, x",
        "--in-flight, 0", "--port, -1"})
    void shouldRefuseAReplayWithAWrongValueBeforeTheDataIsRead(final String option, final String found) {
        final String missing = folder.resolve("missing").toString();
        assertRefused(replay("completejourney", missing, option, found), option, found);
    }

    @ParameterizedTest
    @CsvSource({
        "--host, example.org, ''", "--key, secret-key, ''", "--data, folder, ''", "--keep, folder, --port=7700",
        "--port, 7700, --catalogue-out=folder", "--json, file, --catalogue-out=folder"})
    void shouldRefuseAReplayWithAnOptionThatWouldDoNothing(final String option, final String value, final String with) {
        final List<String> args = new ArrayList<>(List.of(
            "completejourney", folder.resolve("missing").toString(), option, value));
        if (!with.isEmpty()) {
            args.add(with);
        }
        final CommandRun run = replay(args.toArray(new String[0]));
        assertEquals(ExitCode.USAGE, run.exitCode(), run.err());
        assertTrue(
            run.err().startsWith("opportune: " + option + " has no effect here and is not allowed: "), run.err());
    }

    @Test
    void shouldRefuseAReplayOfAnotherDataSetOrObjective() {
        final String missing = folder.resolve("missing").toString();
        assertRefused(replay("instacart", missing), "DATASET", "instacart");
        final CommandRun run = replay("completejourney", missing, "--objective", "late");
        assertEquals(ExitCode.USAGE, run.exitCode());
        assertTrue(run.err().contains("expected name=limit"), run.err());
    }

    @Test
    void shouldTellMissingDataFromWrongUsage() {
        final CommandRun run = replay("completejourney", folder.resolve("missing").toString(), "--speed-up", "MAX");
        assertEquals(ExitCode.NOT_POSSIBLE, run.exitCode(), run.err());
    }

    @Test
    void shouldTellAMissingServerFromWrongUsage() throws Exception {
        final int freePort;
        try (ServerSocket socket = new ServerSocket(0)) {
            freePort = socket.getLocalPort();
        }
        final CommandRun run = CommandRun.of(
            "load", "--port", Integer.toString(freePort), "--customers", "10", "--offers", "5");
        assertEquals(ExitCode.NOT_POSSIBLE, run.exitCode(), run.err());
    }

    @Test
    void shouldWriteTheCatalogueWithoutAServer() {
        final Path catalogue = folder.resolve("catalogue");
        final CommandRun run = CommandRun.of(
            "load", "--customers", "10", "--offers", "5", "--catalogue-out", catalogue.toString());
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertTrue(Files.isDirectory(catalogue));
    }

    private static CommandRun replay(final String... args) {
        final String[] all = new String[args.length + 1];
        all[0] = "replay";
        System.arraycopy(args, 0, all, 1, args.length);
        return CommandRun.of(config -> {
            throw new AssertionError("no server is to be started");
        }, all);
    }
}
