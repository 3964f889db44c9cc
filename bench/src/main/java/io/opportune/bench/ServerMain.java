package io.opportune.bench;

import io.opportune.engine.config.Config;
import io.opportune.engine.server.OpportuneServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** The real server in a process of its own: prints its port, and ends when its standard input does. */
final class ServerMain {
    /** Precedes the port on standard output. */
    static final String PORT = "port=";

    private ServerMain() {
    }

    /**
     * Starts the server.
     *
     * @param args configuration file.
     * @throws IOException when files or ports cannot be had.
     */
    public static void main(final String[] args) throws IOException {
        final OpportuneServer server =
            OpportuneServer.start(Config.load(Path.of(args[0]), new Properties(), Map.of()));
        System.out.println(PORT + server.port());
        awaitEndOfInput();
        // No snapshot at the end: the data is deleted.
        Runtime.getRuntime().halt(0);
    }

    static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
    }
}
