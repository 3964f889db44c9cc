package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueCommandTest {
    static final String GOOD = """
        advertisers:
          - {id: acme, name: Acme Foods, category: grocery}
        campaigns:
          - id: spring
            advertiser: acme
            objective: conversions
            zone: America/New_York
            flights: [{start: 2017-01-01, end: 2017-02-01}]
            budget: {amount: "1000.00", currency: USD}
        offers:
          - id: milk-10
            campaign: spring
            value: "1.20"
            propensity: 0.05
            benefit: "10 % off milk"
            targeting: 'moment.channel == "till"'
            channels: [till]
            creatives:
              - {id: milk-10-till, title: "Milk 10 % off"}
        placements:
          - {id: checkout, channels: [till], offers: 2, fallback: milk-10}
        """;

    @TempDir
    private Path folder;

    private void write(final String yaml) throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), yaml);
    }

    @Test
    void shouldFindAGoodCatalogueInOrder() throws IOException {
        write(GOOD);
        final CommandRun run = CommandRun.of("catalogue", "validate", folder.toString());
        assertEquals(folder + ": in order, 1 offer in 1 campaign.\n", run.out(), run.err());
        assertEquals(ExitCode.OK, run.exitCode());
    }

    @Test
    void shouldListEveryMistakeWithFileAndLine() throws IOException {
        write(GOOD.replace("\"1.20\"", "much").replace("fallback: milk-10", "fallback: milk-11"));
        final CommandRun run = CommandRun.of("catalogue", "validate", folder.toString());
        assertEquals(ExitCode.NOT_IN_ORDER, run.exitCode());
        assertTrue(run.out().contains(folder.resolve("shop.yaml") + ":13:"), run.out());
        assertTrue(run.out().contains(folder.resolve("shop.yaml") + ":21:"), run.out());
        assertTrue(run.out().endsWith(": 2 mistakes.\n"), run.out());
        final JsonNode json = new ObjectMapper().readTree(
            CommandRun.of("catalogue", "validate", "--json", "-s", "catalogue.dir=" + folder).out());
        assertEquals(2, json.get("errors").size());
        assertEquals(13, json.at("/errors/0/line").asInt());
    }

    @Test
    void shouldWarnOfARuleThatNeverMatches() throws IOException {
        write(GOOD.replace("'moment.channel == \"till\"'", "'customer.known && moment.channel == \"web\"'"));
        final CommandRun run = CommandRun.of("catalogue", "validate", folder.toString());
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertEquals(folder.resolve("shop.yaml") + ":16:35 offers[0].targeting: warning: the rule never matches, so"
            + " that it is made only as a fallback: moment.channel == \"web\" never holds: moment.channel is \"till\""
            + " only where the offer is made\n" + folder + ": in order, 1 offer in 1 campaign, 1 warning.\n",
            run.out());
        assertEquals(ExitCode.NOT_IN_ORDER,
            CommandRun.of("catalogue", "validate", "--strict", folder.toString()).exitCode());
        final JsonNode json = new ObjectMapper().readTree(
            CommandRun.of("catalogue", "validate", "--json", folder.toString()).out());
        assertTrue(json.get("inOrder").asBoolean(), json.toString());
        assertEquals("NEVER", json.at("/warnings/0/kind").asText(), json.toString());
        assertEquals(16, json.at("/warnings/0/line").asInt(), json.toString());
    }

    @Test
    void shouldNoteARuleThatAlwaysMatches() throws IOException {
        write(GOOD.replace("'moment.channel == \"till\"'", "'moment.hour < 24'"));
        final CommandRun run = CommandRun.of("catalogue", "validate", "--strict", folder.toString());
        assertEquals(ExitCode.OK, run.exitCode(), run.out());
        assertTrue(run.out().endsWith(": in order, 1 offer in 1 campaign, 1 note.\n"), run.out());
    }

    @Test
    void shouldShowCampaignsAndOffers() throws IOException {
        write(GOOD);
        final CommandRun run = CommandRun.of("catalogue", "show", folder.toString(), "--offers");
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertTrue(run.out().contains("spring"), run.out());
        assertTrue(run.out().contains("milk-10  spring      1.2        0.05         moment.channel == \"till\""),
            run.out());
    }

    @Test
    void shouldShowWhatRulesOutMost() throws IOException {
        write(GOOD);
        final CommandRun run = CommandRun.of("catalogue", "targeting", folder.toString());
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertTrue(run.out().contains("\nmoment.channel       1          11     9.1 %     90.9 %\n"), run.out());
        assertTrue(run.out().contains("\nmoment.channel == \"till\"       1     9.1 %     90.9 %\n"), run.out());
        final JsonNode json = new ObjectMapper().readTree(
            CommandRun.of("catalogue", "targeting", "--json", folder.toString()).out());
        assertEquals("moment.channel", json.at("/attributes/0/attribute").asText());
        assertEquals(0.909091, json.at("/conditions/0/rulesOut").asDouble());
        assertEquals(ExitCode.USAGE, CommandRun.of("catalogue", "targeting", "--top", "-1").exitCode());
    }

    @Test
    void shouldPointToValidateWhenThereIsNothingToShow() throws IOException {
        write("offers: 5\n");
        final CommandRun run = CommandRun.of("catalogue", "show", folder.toString());
        assertEquals(ExitCode.NOT_IN_ORDER, run.exitCode());
        assertTrue(run.err().contains("opportune catalogue validate " + folder), run.err());
    }

    @Test
    void shouldSayThatThereIsNoFolder() {
        final CommandRun run = CommandRun.of("catalogue", "validate", folder.resolve("none").toString());
        assertEquals(ExitCode.NOT_POSSIBLE, run.exitCode());
        assertEquals("opportune: there is no catalogue folder " + folder.resolve("none") + "\n", run.err());
    }
}
