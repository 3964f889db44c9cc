package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.loadtest.generator.StubServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The steps of the demonstration against the generator's stub, which answers but decides nothing. */
@Timeout(60)
class DemoCommandTest {
    @TempDir
    private Path folder;

    @Test
    void shouldWriteAWorldDriveTheServerAndExplainThreeDecisions() {
        final List<Config> configs = new ArrayList<>();
        final CommandRun run = CommandRun.of(config -> {
            configs.add(config);
            assertTrue(Files.isDirectory(config.path(ConfigKey.CATALOGUE_DIR)), "no catalogue was written");
            return new StubRunning(new StubServer(StubServer.Faults.none()));
        }, "demo", "--seconds", "1", "--rate", "100", "--customers", "100", "--offers", "20");
        assertTrue(run.exitCode() == ExitCode.OK || run.exitCode() == ExitCode.NOT_IN_ORDER, run.err());
        assertEquals("", run.err());
        for (final String step : List.of("1. A retail world", "2. The server is ready", "3. Its customers are known",
            "4. 100 messages a second", "5. Three decisions", "How to go on")) {
            assertTrue(run.out().contains(step), () -> "missing: " + step + " in\n" + run.out());
        }
        assertEquals(3, run.out().lines().filter(line -> line.startsWith("   Decided in ")).count(), run.out());
        final Config config = configs.getFirst();
        assertEquals(0, config.integer(ConfigKey.GATEWAY_PORT));
        assertFalse(Files.exists(config.path(ConfigKey.CATALOGUE_DIR)), "the demonstration left files behind");
    }

    @Test
    void shouldNotTouchAFolderThatExists() {
        final CommandRun run = CommandRun.of(config -> null, "demo", "--keep", folder.toString());
        assertEquals(ExitCode.NOT_POSSIBLE, run.exitCode());
        assertEquals("opportune: " + folder + " exists already; --keep takes a new folder\n", run.err());
    }

    private record StubRunning(StubServer server) implements ServerStarter.Running {
        @Override
        public String startSummary() {
            return "state restored";
        }

        @Override
        public void reloadCatalogue() {
            throw new UnsupportedOperationException("nothing to reload");
        }

        @Override
        public int port() {
            return server.port();
        }

        @Override
        public int adminPort() {
            return 1;
        }

        @Override
        public void awaitStop() {
            throw new AssertionError("the demonstration does not wait for a stop");
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
