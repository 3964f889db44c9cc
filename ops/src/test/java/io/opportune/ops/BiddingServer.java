package io.opportune.ops;

import io.opportune.engine.config.Config;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** A small server in the tests' process that takes bid requests. */
final class BiddingServer implements AutoCloseable {
    private final int httpPort;
    private final ServerStarter.Running server;
    private final HttpClient client = HttpClient.newHttpClient();

    BiddingServer(final Path data, final Path catalogue) throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            httpPort = free.getLocalPort();
        }
        final Properties settings = new Properties();
        Map.of("server.data-dir", data.toString(), "catalogue.dir", catalogue.toString(), "gateway.port", "0",
            "admin.port", "0", "catalogue.watch", "false", "store.max-profiles", "1000", "store.max-identities", "1000",
            "gateway.http.enabled", "true", "gateway.http.port", Integer.toString(httpPort))
            .forEach((key, value) -> settings.setProperty("opportune." + key, value));
        settings.setProperty("opportune.clients.till.key", "sesame-open");
        server = EmbeddedServer.start(Config.load(null, settings, Map.of()));
    }

    /** Where its admin port is, as commands take it. */
    String admin() {
        return "127.0.0.1:" + server.adminPort();
    }

    void bid(final String request) throws IOException, InterruptedException {
        client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/openrtb2/bid/generic"))
            .POST(HttpRequest.BodyPublishers.ofString(request)).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
    }
}
