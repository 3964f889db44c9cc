package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.protocol.ReasonCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command against the real server. */
class DemoServerTest {
    @TempDir
    Path folder;

    @Test
    void shouldIntroduceDecideAndExplain() throws IOException {
        final Path kept = folder.resolve("demo");
        final CommandRun run = CommandRun.of(EmbeddedServer::start, "demo", "--seconds", "1", "--rate", "200",
            "--customers", "2000", "--offers", "60", "--keep", kept.toString());
        // A busy machine may break the generator's schedule (1), but nothing else may go wrong.
        assertTrue(run.exitCode() == ExitCode.OK || run.exitCode() == ExitCode.NOT_IN_ORDER, run.out() + run.err());
        assertTrue(run.out().contains("0 refused"), run.out());
        assertTrue(run.out().contains("met     rejected=0"), run.out());
        assertTrue(run.out().contains("met     unanswered=0"), run.out());
        assertTrue(run.out().contains("Offered:"), run.out());
        assertEquals(3, run.out().split("Decided in ", -1).length - 1, run.out());
        assertTrue(Files.isDirectory(kept.resolve("data/journal")), "the journal was kept");
        final CommandRun verified = CommandRun.of(EmbeddedServer::start,
            "journal", "verify", "-d", kept.resolve("data").toString());
        assertEquals(ExitCode.OK, verified.exitCode(), verified.out() + verified.err());
        assertTrue(verified.out().contains(" 0 different, 0 cannot be made again"), verified.out());
        explainOneDecision(kept);
        evaluateTheSameCatalogue(kept);
    }

    /** The catalogue in service as its own candidate changes nothing. */
    private static void evaluateTheSameCatalogue(final Path kept) throws IOException {
        final String[] arguments = {"evaluate", "--journal", kept.resolve("data").toString(), "--catalogue",
            kept.resolve("catalogue").toString(), "--window", "1ms", "--json"};
        final JsonNode json = new ObjectMapper().readTree(CommandRun.of(arguments).out());
        assertTrue(json.get("decisions").asInt() > 100, json.toString());
        assertEquals(json.get("decisions").asInt(),
            json.get("compared").asInt() + json.get("leftOut").path("TRUNCATED").asInt(), json.toString());
        assertEquals(0, json.get("changed").asInt(), json.toString());
        assertEquals(1, json.at("/weights/max").asDouble(), json.toString());
        arguments[arguments.length - 1] = "--verbose";
        final CommandRun text = CommandRun.of(arguments);
        assertTrue(text.out().contains("changed    0 of "), text.out() + text.err());
        assertTrue(text.out().contains("those that change brought nothing (there are none)"), text.out());
        for (final JsonNode campaign : json.get("campaigns")) {
            assertEquals(campaign.get("offersBefore"), campaign.get("offersAfter"), campaign.toString());
            assertEquals(campaign.get("valueBefore"), campaign.get("valueAfter"), campaign.toString());
        }
    }

    /** Of the last decision each offer of the catalogue: what was answered is made, all others have their reasons. */
    private static void explainOneDecision(final Path kept) throws IOException {
        final String data = kept.resolve("data").toString();
        final JsonNode record = new ObjectMapper().readTree(CommandRun.of(
            "journal", "cat", "-d", data, "--type", "decision").out().lines().toList().getLast());
        final String id = record.at("/response/decisionId").asText();
        final List<String> arguments = new ArrayList<>(List.of("journal", "explain", "-d", data, "--decision", id));
        CommandRun.of("catalogue", "show", "--offers", kept.resolve("catalogue").toString()).out().lines()
            .dropWhile(line -> !line.startsWith("offer ")).skip(1)
            .forEach(line -> arguments.addAll(List.of("--offer", line.substring(0, line.indexOf(' ')))));
        final CommandRun text = CommandRun.of(arguments.toArray(new String[0]));
        assertEquals(ExitCode.OK, text.exitCode(), text.out() + text.err());
        assertTrue(text.out().contains("\n  404 the targeting rule does not hold\n      "), text.out());
        arguments.add("--json");
        final JsonNode json = new ObjectMapper().readTree(CommandRun.of(arguments.toArray(new String[0])).out());
        assertTrue(json.get("same").asBoolean(), json.toString());
        int made = 0;
        for (final JsonNode offer : json.get("offers")) {
            made += offer.get("place").asInt() > 0 ? 1 : 0;
            assertEquals(offer.get("place").asInt() == 0, !offer.get("obstacles").isEmpty(), offer.toString());
            for (final JsonNode obstacle : offer.get("obstacles")) {
                assertTrue(obstacle.get("code").asInt() != ReasonCode.TARGETING_MISMATCH.code()
                    || !obstacle.get("lines").isEmpty(), offer.toString());
            }
        }
        assertTrue(json.get("offers").size() >= 60, json.toString());
        assertEquals(record.at("/response/offers").size(), made, json.toString());
    }
}
