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
    private static final int RULES = 500;
    private static final int EVENTS = 25;

    @TempDir
    private Path workload;

    @BeforeEach
    void makeUp() throws IOException {
        new SmallWorkload(7).write(workload, RULES, EVENTS);
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
        final String message = differenceAfter(RULES - 1, "true", "1000000");
        assertTrue(message.matches("event \\d+: expected \\[rule-.*], found \\[rule-" + (RULES - 1)
            + ", .* \\(OFFERS, NONE\\): at place 1 rule-\\d+ with the score .*, which the server puts at place 2"),
            message);
    }

    @Test
    void shouldSayWhyAWinnerIsMissing() throws IOException {
        final MatchWorkload read = new MatchWorkload(new WorkloadFiles(workload), true);
        final int best = new NaiveWinners(read.rules(), new OfferPrices(RULES), 1).of(read.situations().getFirst())[0];
        final String message = differenceAfter(best, "customer.age < 0", "0.10");
        assertTrue(message.matches("event 0: expected \\[rule-" + best + ", .*], found .* \\(OFFERS, NONE\\): "
            + "at place 1 rule-" + best + " with the score .*, of which the server says TARGETING_MISMATCH"), message);
    }

    /** What is thrown when an offer's targeting and value are others than the scan believes. */
    private String differenceAfter(final int offer, final String targeting, final String value) {
        return assertThrows(IllegalStateException.class, () ->
            MatchServerRun.run(workload, EVENTS, config -> {
                change(config.resolveSibling("catalogue").resolve("offers-0000.yaml"), offer, targeting, value);
                return start(config);
            })).getMessage();
    }

    private static void change(final Path file, final int offer, final String targeting, final String value)
        throws IOException {
        final List<String> lines = Files.readAllLines(file);
        boolean meant = false;
        for (int i = 0; i < lines.size(); i++) {
            final String line = lines.get(i);
            meant = line.startsWith("  - id:") ? line.equals("  - id: \"rule-" + offer + "\"") : meant;
            if (meant && line.startsWith("    targeting:")) {
                lines.set(i, "    targeting: \"" + targeting + "\"");
            } else if (meant && line.startsWith("    value:")) {
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
