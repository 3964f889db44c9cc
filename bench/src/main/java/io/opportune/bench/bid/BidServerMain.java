package io.opportune.bench.bid;

import io.opportune.engine.config.Config;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.server.OpportuneServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * The real server in a process of its own. Prints its port, answers the questions {@link #HTTP_PORT} and
 * {@link #COUNTERS} on standard input, and ends when that does.
 */
final class BidServerMain {
    /** Asks for the port of HTTP. */
    static final String HTTP_PORT = "http";
    /** Asks for all counters by name, and the number of profiles. */
    static final String COUNTERS = "counters";
    /** Stands between a question and its answer. */
    static final String EQUALS = "=";
    /** Name of the number of profiles among the counters. */
    static final String PROFILES = "profiles";

    private BidServerMain() {
    }

    /**
     * Starts the server.
     *
     * @param args configuration file.
     * @throws IOException when files or ports cannot be had.
     */
    public static void main(final String[] args) throws IOException {
        final OpportuneServer server = OpportuneServer.start(Config.load(Path.of(args[0]), new Properties(), Map.of()));
        System.out.println("port=" + server.port());
        final BufferedReader questions =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String question = questions.readLine(); question != null; question = questions.readLine()) {
            System.out.println(question + EQUALS + answer(server, question));
        }
        // No snapshot at the end: the data is deleted.
        Runtime.getRuntime().halt(0);
    }

    /** The answer to one question; nothing to one that is unknown. */
    static String answer(final OpportuneServer server, final String question) {
        return switch (question) {
            case HTTP_PORT -> Integer.toString(server.httpPort());
            case COUNTERS -> {
                final StringBuilder text = new StringBuilder();
                for (final CounterDescriptor counter : CounterDescriptor.values()) {
                    text.append(counter.name().toLowerCase(Locale.ROOT)).append(EQUALS)
                        .append(server.counters().total(counter)).append(' ');
                }
                yield text.append(PROFILES).append(EQUALS).append(server.state().profiles().size()).toString();
            }
            default -> "";
        };
    }
}
