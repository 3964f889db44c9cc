package io.opportune.bench;

import io.opportune.engine.gateway.GatewayTransport;
import java.io.IOException;

/** The echo in a process of its own: prints its port, and ends when its standard input does. */
final class EchoMain {
    private EchoMain() {
    }

    /**
     * Starts the echo.
     *
     * @param args length of its answers in bytes, busy time before each in nanoseconds.
     * @throws IOException when standard input cannot be read.
     */
    public static void main(final String[] args) throws IOException {
        try (EchoServer server = new EchoServer(
            GatewayTransport.AUTO, EchoAnswer.of(Integer.parseInt(args[0])), Long.parseLong(args[1]))) {
            System.out.println(ServerMain.PORT + server.port());
            ServerMain.awaitEndOfInput();
        }
    }
}
