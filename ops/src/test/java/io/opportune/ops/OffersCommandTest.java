package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.config.Config;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changing offers of a real server from the command line. */
class OffersCommandTest {
    private static final String OFFER = """
        id: milk-10
        campaign: spring
        value: "1.50"
        propensity: 0.05
        discount: {type: percent_off, percent: 10}
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
