package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LintCommandTest {
    private static final String EXCEPTION =
        "lint: [{allow: [health], values: [diabetics], reason: \"members of their own club\"}]\n";

    @TempDir
    private Path folder;

    private Path shop(final String yaml) throws IOException {
        final Path shop = Files.createDirectories(folder.resolve("shop"));
        Files.writeString(shop.resolve("shop.yaml"), yaml);
        return shop;
    }

    @Test
    void shouldFindNothingInAGoodCatalogue() throws IOException {
        final CommandRun run = CommandRun.of("lint", shop(CatalogueCommandTest.GOOD).toString());
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertEquals("11 texts in 1 file, 23 rules: 0 errors, 0 warnings, 0 allowed by an exception.\n", run.out());
    }

    @Test
    void shouldWarnOfPlacementsThatWantAModelThatIsNotConfigured() throws IOException {
        final String learning = CatalogueCommandTest.GOOD.replace(
            "offers: 2, fallback", "offers: 2, choice: {policy: thompson, learned: true, second_stage: 8}, fallback");
        final String shop = shop(learning).toString();
        final String first = ": warning: placement checkout says learned: true, but learning.model is none: nothing is"
            + " learned, the priors of the catalogue decide, and thompson tries nothing out\n";
        final String second = ": warning: placement checkout says second_stage: 8, but learning.onnx names no model:"
            + " nothing is predicted anew\n";
        CommandRun run = CommandRun.of("lint", shop, "-s", "learning.model=none");
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertTrue(run.out().contains(first) && run.out().contains(second), run.out());
        assertTrue(run.out().endsWith("0 errors, 2 warnings, 0 allowed by an exception.\n"), run.out());
        assertEquals(ExitCode.NOT_IN_ORDER,
            CommandRun.of("lint", shop, "-s", "learning.model=none", "--strict").exitCode());
        run = CommandRun.of("catalogue", "validate", shop, "-s", "learning.model=house:1 bayes");
        assertFalse(run.out().contains("learned: true"), run.out());
        assertTrue(run.out().contains(second), run.out());
        run = CommandRun.of("lint", shop);
        assertFalse(run.out().contains("warning:"), "of a server that nothing is known of: " + run.out());
    }

    @Test
    void shouldSayWhereWhatWhyAndWhatToDo() throws IOException {
        final Path shop = shop("segments: [gold, diabetics]\n" + CatalogueCommandTest.GOOD);
        final CommandRun run = CommandRun.of("lint", shop.toString());
        assertEquals(ExitCode.NOT_IN_ORDER, run.exitCode());
        assertTrue(run.out().startsWith(shop.resolve("shop.yaml") + ":1:18 segments[1]: error: [health] \"diabetics\""
            + " looks like a customer's health: a special category of personal data (GDPR article 9); name what is"
            + " bought"), run.out());
        assertEquals(ExitCode.NOT_IN_ORDER, CommandRun.of("catalogue", "validate", shop.toString()).exitCode(),
            "what the linter refuses is no catalogue for a server");
    }

    @Test
    void shouldPrintExceptionsWithTheirReasons() throws IOException {
        final Path shop = shop(EXCEPTION + "segments: [gold, diabetics]\n" + CatalogueCommandTest.GOOD);
        final CommandRun run = CommandRun.of("lint", shop.toString(), "--strict");
        assertEquals(ExitCode.OK, run.exitCode(), run.out());
        assertTrue(run.out().contains("segments[1]: allowed: [health] \"diabetics\""), run.out());
        assertTrue(run.out().contains("; reason: members of their own club\n"), run.out());
        assertTrue(run.out().endsWith("0 errors, 0 warnings, 1 allowed by an exception.\n"), run.out());
    }

    @Test
    void shouldMindExceptionsThatAllowNothingWhenStrict() throws IOException {
        final Path shop = shop(EXCEPTION + "segments: [gold]\n" + CatalogueCommandTest.GOOD);
        final CommandRun run = CommandRun.of("lint", shop.toString());
        assertEquals(ExitCode.OK, run.exitCode());
        assertTrue(run.out().contains(":1:8 lint[0]: this exception allows nothing; it may be taken away"), run.out());
        assertEquals(ExitCode.NOT_IN_ORDER, CommandRun.of("lint", shop.toString(), "--strict").exitCode());
    }

    @Test
    void shouldLookAtListsOfFeaturesToo() throws IOException {
        final Path shop = shop(CatalogueCommandTest.GOOD);
        final Path model = Files.writeString(folder.resolve("model.yaml"),
            "features:\n  - {name: moment.hour}\n  - {name: customer.email}\n  - {name: momnt.hour}\n");
        final CommandRun run = CommandRun.of("lint", shop.toString(), "--features", model.toString());
        assertEquals(ExitCode.NOT_IN_ORDER, run.exitCode());
        assertTrue(run.out().contains(model + ":3:12 features[1].name: error: [email]"), run.out());
        assertTrue(run.out().contains("\"momnt.hour\" is no feature"), run.out());
        assertFalse(run.out().contains("\"moment.hour\""), run.out());
        final CommandRun json = CommandRun.of("lint", shop.toString(), "--features", model.toString(), "--json");
        final JsonNode tree = new ObjectMapper().readTree(json.out());
        assertEquals("email", tree.get("findings").get(0).get("rule").asText());
        assertEquals(3, tree.get("findings").get(0).get("line").asInt());
        assertEquals(1, tree.get("errors").size());
        Files.writeString(model, "features: [{name: moment.hour}, request.weather]\n");
        assertEquals(ExitCode.OK,
            CommandRun.of("lint", shop.toString(), "--features", model.toString()).exitCode());
        assertEquals(ExitCode.NOT_POSSIBLE,
            CommandRun.of("lint", shop.toString(), "--features", folder.resolve("none.yaml").toString()).exitCode());
    }
}
