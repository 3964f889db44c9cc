package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.opportune.engine.config.Config;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changing offers of a real server from the command line. */
class OffersCommandTest {
    private static final String OFFER = """
        id: milk-10
        campaign: spring
        value: "1.50"
        propensity: 0.05
        discount: {type: percent_off, percent: 10}
        cost: "0"
        benefit: "10 % off milk"
        channels: [till]
        creatives:
          - {id: milk-10-till, title: "Milk 10 % off"}
        """;

    @TempDir
    private Path folder;

    @Test
    void shouldPauseResumeAndPut() throws Exception {
        Files.createDirectories(folder.resolve("catalogue"));
        Files.writeString(folder.resolve("catalogue/shop.yaml"), CatalogueCommandTest.GOOD);
        final Properties settings = new Properties();
        Map.of("server.data-dir", folder.resolve("data").toString(),
            "catalogue.dir", folder.resolve("catalogue").toString(), "gateway.port", "0", "admin.port", "0",
            "catalogue.watch", "false", "store.max-profiles", "1000", "store.max-identities", "1000",
            "clients.till.key", "sesame-open").forEach((key, value) -> settings.setProperty("opportune." + key, value));
        try (ServerStarter.Running server = EmbeddedServer.start(Config.load(null, settings, Map.of()))) {
            final String admin = "127.0.0.1:" + server.adminPort();
            assertEquals("Nothing is paused.\n", CommandRun.of("offers", "paused", "--admin", admin).out());
            assertEquals("The offer milk-10 is paused.\n",
                CommandRun.of("offers", "pause", "milk-10", "--admin", admin).out());
            assertEquals("The campaign spring is paused.\n",
                CommandRun.of("campaigns", "pause", "spring", "--admin", admin).out());
            assertEquals("campaign spring\noffer milk-10\n", CommandRun.of("offers", "paused", "--admin", admin).out());
            assertEquals("The offer milk-10 is no longer paused. It is still not made: its campaign \"spring\" is "
                + "paused.\n", CommandRun.of("offers", "resume", "milk-10", "--admin", admin).out());
            final CommandRun unknown = CommandRun.of("offers", "pause", "mlik-10", "--admin", admin);
            assertEquals(ExitCode.NOT_IN_ORDER, unknown.exitCode());
            assertTrue(unknown.err().contains("known: milk-10"), unknown.err());
            put(admin);
        }
    }

    private void put(final String admin) throws IOException {
        final Path file = folder.resolve("milk.yaml");
        Files.writeString(file, OFFER);
        final CommandRun run = CommandRun.of("offers", "put", file.toString(), "--admin", admin);
        assertTrue(run.out().matches("Catalogue 2-[0-9a-f]{16} with 1 offers decides.\n"), run.out() + run.err());
        assertEquals("offers:\n-\n  " + OFFER.strip().replace("\n", "\n  ") + "\n",
            Files.readString(folder.resolve("catalogue/overrides/milk-10.yaml")));
        Files.writeString(file, OFFER.replace("spring", "sprng"));
        final CommandRun wrong = CommandRun.of("offers", "put", file.toString(), "--admin", admin);
        assertEquals(ExitCode.NOT_IN_ORDER, wrong.exitCode());
        assertTrue(wrong.err().contains("offer:2:11"), wrong.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"folder", "latin", "large"})
    void shouldSayWhatItFoundInAFileThatIsNoOffer(final String kind) throws IOException {
        final Path file = folder.resolve(kind);
        switch (kind) {
            case "folder" -> Files.createDirectories(file);
            case "latin" -> Files.write(file, "benefit: 10 % auf K\u00e4se".getBytes(StandardCharsets.ISO_8859_1));
            default -> Files.write(file, new byte[(1 << 20) + 1]);
        }
        final String found = Map.of("folder", "no file, but a folder", "latin", "no UTF-8", "large", "1048577 bytes")
            .get(kind);
        final CommandRun run = CommandRun.of("offers", "put", file.toString(), "--admin", "127.0.0.1:1");
        assertEquals(ExitCode.NOT_POSSIBLE, run.exitCode());
        assertEquals("opportune: " + file + ": found " + found
            + ", allowed is a file of YAML in UTF-8, at most 1 MiB\n", run.err());
    }

    @Test
    void shouldPrintTheWarningsOfTheAdminPort() throws IOException {
        final HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/offers", exchange -> {
            final byte[] body = """
                {"accepted": true, "catalogueVersion": 2, "contentHash": "00", "offers": 1, "warnings": [
                  {"kind": "NEVER", "file": "overrides/milk-10.yaml", "line": 3, "column": 14,
                   "field": "offers[0].targeting", "offer": "milk-10", "text": "never matches"}]}
                """.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        try {
            final Path file = Files.writeString(folder.resolve("milk.yaml"), OFFER);
            final CommandRun run = CommandRun.of(
                "offers", "put", file.toString(), "--admin", "127.0.0.1:" + server.getAddress().getPort());
            assertEquals(ExitCode.OK, run.exitCode(), run.err());
            assertEquals("Catalogue 2-00 with 1 offers decides.\n"
                + "overrides/milk-10.yaml:3:14 offers[0].targeting: never matches\n", run.out());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void shouldSayThatNoServerAnswers() throws IOException {
        final int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        final CommandRun run = CommandRun.of("offers", "pause", "milk", "--admin", "127.0.0.1:" + free);
        assertEquals(ExitCode.NOT_POSSIBLE, run.exitCode());
        assertTrue(run.err().contains("no server answers at the admin port"), run.err());
    }
}
