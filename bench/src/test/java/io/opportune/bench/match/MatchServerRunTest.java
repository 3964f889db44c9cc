package io.opportune.bench.match;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.bench.fixture.RunningServer;
import io.opportune.engine.config.Config;
import io.opportune.engine.server.OpportuneServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole run on a small workload, with the server in this process. */
@Timeout(60)
class MatchServerRunTest {
    private static final int RULES = 150;
    private static final int EVENTS = 25;

    @TempDir
    private Path workload;

    @BeforeEach
    void makeUp() throws IOException {
        new MadeUpWorkload(7).write(workload, RULES, EVENTS);
    }

    @Test
    void shouldGetTheWinnersOfTheScanForEveryEvent() throws IOException {
        final MatchServerRun.Result result = MatchServerRun.run(workload, EVENTS, MatchServerRunTest::start);
        assertEquals(EVENTS, result.events());
        assertTrue(result.matches() > 2 * result.winners(), () -> "rivals must lose: " + result);
        assertTrue(result.winners() > EVENTS * 5L, () -> "most places must be taken: " + result);
        assertTrue(result.ties() > 0, () -> "some scores must be equal: " + result);
    }

    @Test
    void shouldNameTheFirstDifference() {
        final IllegalStateException different = assertThrows(IllegalStateException.class, () ->
            MatchServerRun.run(workload, EVENTS, config -> {
                alwaysMake(config.resolveSibling("catalogue").resolve("offers-0000.yaml"), RULES - 1);
                return start(config);
            }));
        assertTrue(different.getMessage().matches("event \\d+: expected \\[rule-.*], found \\[rule-.*"
            + " \\(OFFERS, NONE\\): at place \\d+ rule-\\d+ with the score .*, of which the server says .*"),
            different::getMessage);
        assertTrue(different.getMessage().contains("found [rule-149, "), different::getMessage);
    }

    /** What a rule that the compiler got wrong would do: the offer is made to everybody, and worth more than all. */
    private static void alwaysMake(final Path file, final int rule) throws IOException {
        final List<String> lines = Files.readAllLines(file);
        final int at = lines.indexOf("  - id: \"rule-" + rule + "\"");
        for (int i = at; i < lines.size(); i++) {
            if (lines.get(i).startsWith("    targeting:")) {
                lines.set(i, "    targeting: \"true\"");
            } else if (lines.get(i).startsWith("    value:")) {
                lines.set(i, "    value: \"1000000\"");
            }
        }
        Files.write(file, lines);
    }

    private static RunningServer start(final Path config) throws IOException {
        final OpportuneServer server = OpportuneServer.start(Config.load(config, new Properties(), Map.of()));
        return new RunningServer() {
            @Override
            public int port() {
                return server.port();
            }

            @Override
            public void close() throws IOException {
                server.close();
            }
        };
    }
}
