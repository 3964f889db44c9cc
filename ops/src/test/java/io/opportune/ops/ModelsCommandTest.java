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

    private static final String WEIGHTS = """
        # Of a logistic regression.
        version house:%d
        predicts conversion
        bias -3.5
        0.25 moment.channel is till
        -0.01 moment.hour number missing 12
        %s offer.id is milk-10
        """;

    private Path house(final int version, final String weight) throws Exception {
        final Path list = folder.resolve("weights.txt");
        Files.writeString(list, WEIGHTS.formatted(version, weight));
        final Path model = folder.resolve("house.onnx");
        final CommandRun linear = CommandRun.of("models", "linear", list.toString(), model.toString());
        assertEquals(model + ": 3 columns; its manifest is " + model + ".manifest.\n", linear.out(), linear.err());
        return model;
    }

    @Test
    void shouldImportAModelMadeFromWeights() throws Exception {
        final CommandRun bad = CommandRun.of("models", "linear", Files.writeString(
            folder.resolve("bad.txt"), "bias x\n1.5\n").toString(), folder.resolve("bad.onnx").toString());
        assertEquals(ExitCode.NOT_IN_ORDER, bad.exitCode());
        assertTrue(bad.err().contains("bad.txt:1: \"bias x\"; allowed: ") && bad.err().contains("bad.txt:2: \"1.5\"")
            && bad.err().contains("no bias"), bad.err());
        final Map<String, String> keys = Map.of("learning.onnx", house(1, "2.5").toString());
        try (ServerStarter.Running server = start(keys)) {
            final String admin = "127.0.0.1:" + server.adminPort();
            final String shown = CommandRun.of("models", "show", "--admin", admin).out();
            assertTrue(shown.matches("(?s)Nothing learns: .*\\nImported: house:1 \\([0-9a-f]{16}\\) predicts"
                + " conversions from 3 columns\\. Since the start: 0 decisions predicted anew, 0 skipped .*, 0 failed"
                + "\\.\\n"), shown);
            assertTrue(CommandRun.of("models", "import", "--admin", admin).out().endsWith(
                "predicts already: the file is the same.\n"));
            house(2, "3.5");
            assertTrue(CommandRun.of("models", "import", "--check", "--admin", admin).out().matches(
                "house:2 \\([0-9a-f]{16}\\) is good; import it without --check\\.\n"));
            assertTrue(CommandRun.of("models", "show", "--admin", admin).out().contains("Imported: house:1 "));
            Files.writeString(folder.resolve("house.onnx.manifest"), "version house:2\n");
            final CommandRun wrong = CommandRun.of("models", "import", "--admin", admin);
            assertEquals(ExitCode.NOT_IN_ORDER, wrong.exitCode());
            assertTrue(wrong.err().contains("no \"predicts\"") && wrong.err().contains("no \"input\""), wrong.err());
            house(2, "3.5");
            assertTrue(CommandRun.of("models", "import", "--admin", admin).out().endsWith(" predicts from now on.\n"));
            assertTrue(CommandRun.of("models", "show", "--admin", admin).out().contains("Imported: house:2 "));
        }
        try (ServerStarter.Running server = start(Map.of())) {
            final CommandRun none =
                CommandRun.of("models", "import", "--admin", "127.0.0.1:" + server.adminPort());
            assertEquals(ExitCode.NOT_IN_ORDER, none.exitCode());
            assertTrue(none.err().contains("set learning.onnx"), none.err());
        }
    }

    private CommandRun examples(final String manifest) throws Exception {
        Files.writeString(folder.resolve("rows.manifest"), manifest);
        return CommandRun.of("models", "examples", "-d", folder.resolve("data").toString(),
            "-s", "catalogue.dir=" + folder.resolve("catalogue"), folder.resolve("rows.manifest").toString(),
            folder.resolve("rows.csv").toString());
    }

    @Test
    void shouldWriteExamplesByTheColumnsOfAManifest() throws Exception {
        final String manifest = """
            version house:1
            predicts click
            output score logit
            input features
            column moment.hour number missing 12
            column offer.id is milk-10
            """;
        final CommandRun none = examples(manifest);
        assertEquals(ExitCode.NOT_POSSIBLE, none.exitCode());
        assertTrue(none.err().contains("no journal"), none.err());
        start(Map.of()).close();
        assertEquals("0 offers made, 0 of them with a click: " + folder.resolve("rows.csv") + "\n",
            examples(manifest).out());
        assertEquals("outcome,probability,\"moment.hour number missing 12\",\"offer.id is milk-10\"\n",
            Files.readString(folder.resolve("rows.csv")));
        final CommandRun bad = examples(manifest + "column first.logit number\n");
        assertEquals(ExitCode.NOT_IN_ORDER, bad.exitCode());
        assertTrue(bad.err().contains("first.logit is in no record"), bad.err());
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
