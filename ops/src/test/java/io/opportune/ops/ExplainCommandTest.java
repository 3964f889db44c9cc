package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of bid requests, from the command line: of one without a server, of all of a server. */
@Timeout(60)
class ExplainCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CATALOGUE = """
        advertisers: [{id: dairy, name: Dairy & Sons, adomain: [dairy.example], cat: [IAB8-18], lang: en}]
        campaigns:
          - {id: milk, advertiser: dairy, flights: [{start: 2026-01-01, end: 2036-01-01}], budget: {currency: USD}}
        attributes: [{name: request.device_os, type: string}]
        offers:
          - id: milk
            campaign: milk
            category: dairy
            value: "0.10"
            propensity: 0.02
            channels: [ad_exchange]
            creatives:
              - id: milk-300x250
                title: Milk
                banner: {w: 300, h: 250, image: "https://cdn.dairy.example/milk.png", click: "https://dairy.example/"}
          - id: phones
            campaign: milk
            category: phones
            value: "0.20"
            propensity: 0.02
            targeting: 'request.device_os == "iOS"'
            channels: [ad_exchange]
            creatives:
              - id: phones-300x250
                title: Milk
                banner: {w: 300, h: 250, image: "https://cdn.dairy.example/p.png", click: "https://dairy.example/"}
        placements: [{id: ad_exchange, channels: [ad_exchange], offers: 1}]
        """;
    private static final String REQUEST =
        "{\"id\":\"r-1\",\"imp\":[{\"id\":\"1\",\"bidfloor\":%s,\"banner\":{\"w\":300,\"h\":250}}]}";

    @TempDir
    private Path folder;
    private Path catalogue;
    private Path request;

    @BeforeEach
    void write() throws IOException {
        catalogue = Files.createDirectory(folder.resolve("catalogue"));
        Files.writeString(catalogue.resolve("all.yaml"), CATALOGUE);
        request = Files.writeString(folder.resolve("request.json"), REQUEST.formatted("0"));
    }

    private CommandRun explain(final String... more) {
        final String[] args = new String[more.length + 7];
        args[0] = "explain";
        args[1] = "--request";
        args[2] = request.toString();
        args[3] = "--catalogue";
        args[4] = catalogue.toString();
        args[5] = "--at";
        args[6] = "2026-11-20T12:00:00Z";
        System.arraycopy(more, 0, args, 7, more.length);
        return CommandRun.of(args);
    }

    @Test
    void shouldSayWhatBecomesOfARequest() throws IOException {
        final CommandRun bid = explain();
        assertEquals(ExitCode.OK, bid.exitCode(), bid.err());
        for (final String line : new String[] {
            "request r-1 of generic (json): bid, HTTP status 200", "decided as of 2026-11-20T12:00:00Z",
            "customer: none, contextual because of GDPR_UNKNOWN", "GDPR (not in the request): no read_profile",
            "imp 1 (banner) at placement ad_exchange: bid", "worth 2.000 CPM, floor 0.000, price 2.000 USD, no shading",
            "offers: 1 chosen, 1 targeting_mismatch", "1. milk of milk: chosen; 0.100 USD x 0.02 = 2.000 USD CPM",
            "-  phones of milk: targeting_mismatch", "request.device_os == \"iOS\""}) {
            assertTrue(bid.out().contains(line), line + " is not in\n" + bid.out());
        }
        Files.writeString(request, REQUEST.formatted("2.5"));
        final CommandRun none = explain("--json", "--lines", "0", "--offer", "phones", "--exchange", "openx");
        assertEquals(ExitCode.OK, none.exitCode(), none.err());
        final JsonNode funnel = JSON.readTree(none.out());
        assertEquals(501, funnel.get("nbr").asInt());
        assertEquals("openx", funnel.get("exchange").asText());
        assertEquals("2026-11-20T12:00:00Z", funnel.get("businessTime").asText());
        assertEquals(2.5, funnel.at("/imps/0/pricing/floor").asDouble());
        assertEquals(1, funnel.at("/imps/0/decision/offers").size());
        assertEquals("phones", funnel.at("/imps/0/decision/offers/0/offer").asText());
    }

    @Test
    void shouldRefuseWhatItCannotRead() throws IOException {
        Files.writeString(request, "{\"id\":");
        final CommandRun broken = explain();
        assertEquals(ExitCode.NOT_IN_ORDER, broken.exitCode());
        assertTrue(broken.out().contains("HTTP status 400"), broken.out());
        assertEquals(ExitCode.NOT_POSSIBLE, explain("--customers", "-d", folder.resolve("none").toString()).exitCode());
        assertEquals(ExitCode.USAGE, explain("--at", "noon").exitCode());
        Files.delete(request);
        assertEquals(ExitCode.NOT_POSSIBLE, explain().exitCode());
        Files.writeString(request, REQUEST.formatted("0"));
        Files.writeString(catalogue.resolve("all.yaml"), CATALOGUE.replace("campaign: milk", "campaign: mlik"));
        final CommandRun wrong = explain();
        assertEquals(ExitCode.NOT_IN_ORDER, wrong.exitCode());
        assertTrue(wrong.err().contains("mlik"), wrong.err());
    }

    @Test
    void shouldShowWhatCameOfTheBidsOfAServer() throws Exception {
        try (BiddingServer server = new BiddingServer(folder.resolve("data"), catalogue)) {
            for (final String floor : new String[] {"0", "1.5", "2.5"}) {
                server.bid(REQUEST.formatted(floor));
            }
            final String admin = server.admin();
            final CommandRun tables = CommandRun.of("bids", "--admin", admin);
            assertEquals(ExitCode.OK, tables.exitCode(), tables.err());
            assertTrue(tables.out().matches(
                "(?s)exchange +requests +responses +bids .*generic +3 +2 +2 +- .*below_floor 1.*campaign +bids .*"
                    + "milk +2 +- .*below_floor 1.*"), tables.out());
            assertTrue(!tables.out().contains("openx"), tables.out());
            assertTrue(CommandRun.of("bids", "--all", "--admin", admin).out().contains("openx"));
            assertTrue(!CommandRun.of("bids", "--campaign", "milk", "--admin", admin).out().contains("generic"));
            assertEquals(2, JSON.readTree(CommandRun.of("bids", "--json", "--admin", admin).out())
                .at("/campaigns/0/bids").asInt());
        }
    }
}
