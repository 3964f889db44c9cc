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
        // What a rule that the compiler got wrong would do: the offer is made to everybody, and worth more than all.
        final String message = differenceAfter("true", "1000000");
        assertTrue(message.matches("event \\d+: expected \\[rule-.*], found \\[rule-149, .* \\(OFFERS, NONE\\): "
            + "at place 1 rule-\\d+ with the score .*, which the server puts at place 2"), message);
    }

    @Test
    void shouldSayWhyAWinnerIsMissing() {
        final String message = differenceAfter("customer.age < 0", "0.10");
        assertTrue(message.matches("event \\d+: expected \\[.*rule-149.*], found .* \\(OFFERS, NONE\\): "
            + "at place \\d+ rule-149 with the score .*, of which the server says TARGETING_MISMATCH"), message);
    }

    /** What is thrown when the last offer's targeting and value are others than the scan believes. */
    private String differenceAfter(final String targeting, final String value) {
        return assertThrows(IllegalStateException.class, () ->
            MatchServerRun.run(workload, EVENTS, config -> {
                changeLast(config.resolveSibling("catalogue").resolve("offers-0000.yaml"), targeting, value);
                return start(config);
            })).getMessage();
    }

    private static void changeLast(final Path file, final String targeting, final String value) throws IOException {
        final List<String> lines = Files.readAllLines(file);
        for (int i = lines.indexOf("  - id: \"rule-" + (RULES - 1) + "\""); i < lines.size(); i++) {
            if (lines.get(i).startsWith("    targeting:")) {
                lines.set(i, "    targeting: \"" + targeting + "\"");
            } else if (lines.get(i).startsWith("    value:")) {
                lines.set(i, "    value: \"" + value + "\"");
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
