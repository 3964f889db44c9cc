package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code models} against a running server. */
@Timeout(60)
class ModelsCommandTest {
    @TempDir
    private Path folder;

    private ServerStarter.Running start(final Map<String, String> more) throws Exception {
        Files.createDirectories(folder.resolve("catalogue"));
        Files.writeString(folder.resolve("catalogue/shop.yaml"), CatalogueCommandTest.GOOD);
        final Map<String, String> keys = new HashMap<>(Map.of("server.data-dir", folder.resolve("data").toString(),
            "catalogue.dir", folder.resolve("catalogue").toString(), "gateway.port", "0", "admin.port", "0",
            "catalogue.watch", "false", "store.max-profiles", "1000", "store.max-identities", "1000",
            "clients.till.key", "sesame-open"));
        keys.putAll(more);
        final Properties settings = new Properties();
        keys.forEach((key, value) -> settings.setProperty("opportune." + key, value));
        return EmbeddedServer.start(Config.load(null, settings, Map.of()));
    }

    @Test
    void shouldSayThatNothingLearns() throws Exception {
        try (ServerStarter.Running server = start(Map.of())) {
            final String admin = "127.0.0.1:" + server.adminPort();
            assertEquals("Nothing learns: learning.model is not set, the propensities of the catalogue count.\n",
                CommandRun.of("models", "show", "--admin", admin).out());
            final CommandRun promote = CommandRun.of("models", "promote", "fast:2", "--admin", admin);
            assertEquals(ExitCode.NOT_IN_ORDER, promote.exitCode());
            assertTrue(promote.err().contains("set learning.model and restart"), promote.err());
        }
    }

    @Test
    void shouldShowBothModelsAndPromoteTheShadowOverARestart() throws Exception {
        final Map<String, String> learning = Map.of(
            "learning.model", "house:1 bayes offer-rows=8 campaign-rows=6 advertiser-rows=6 linear-bits=12",
            "learning.shadow", "fast:2 ftrl alpha=0.1 offer-rows=8 campaign-rows=6 advertiser-rows=6 linear-bits=12");
        try (ServerStarter.Running server = start(learning)) {
            final String admin = "127.0.0.1:" + server.adminPort();
            final String shown = CommandRun.of("models", "show", "--admin", admin).out();
            assertTrue(shown.contains("house:1") && shown.contains("fast:2") && shown.contains("in the shadow"), shown);
            final CommandRun wrong = CommandRun.of("models", "promote", "fast:3", "--admin", admin);
            assertEquals(ExitCode.NOT_IN_ORDER, wrong.exitCode());
            assertTrue(wrong.err().contains("\"fast:2\" does"), wrong.err());
            final CommandRun right = CommandRun.of("models", "promote", "fast:2", "--admin", admin);
            assertTrue(right.out().matches("fast:2 decides from publication [0-9]+ on\\.\n"),
                right.out() + right.err());
        }
        try (ServerStarter.Running server = start(learning)) {
            final String report = CommandRun.of(
                "models", "show", "--json", "--admin", "127.0.0.1:" + server.adminPort()).out();
            assertEquals("fast:2", new ObjectMapper().readTree(report).at("/models/0/name").asText());
            assertEquals(1, new ObjectMapper().readTree(report).path("models").size());
        }
    }
}
