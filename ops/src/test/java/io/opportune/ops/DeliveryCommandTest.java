package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DeliveryCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WIDTH = 120;
    private static final String CATALOGUE = """
        advertisers: [{id: dairy, name: Dairy & Sons, adomain: [dairy.example]}]
        campaigns:
          - id: milk
            advertiser: dairy
            flights: [{start: %1$s, end: %2$s}]
            budget: {amount: "12345.50", currency: USD}
            budgets: [{amount: "200.00", per: [day]}, {count: 5000}]
            pacing: {mode: even}
          - {id: rest, advertiser: dairy, flights: [{start: %1$s, end: %2$s}], budget: {currency: USD}}
        offers:
          - id: milk
            campaign: milk
            value: "0.10"
            propensity: 0.02
            channels: [ad_exchange]
            budgets: [{count: 77}]
            creatives: [{id: m, title: M, banner: {w: 300, h: 250, image: "https://a.example/i.png",
              click: "https://a.example/"}}]
          - id: rest
            campaign: rest
            value: "0.05"
            propensity: 0.02
            channels: [ad_exchange]
            creatives: [{id: r, title: R, banner: {w: 300, h: 250, image: "https://a.example/i.png",
              click: "https://a.example/"}}]
        placements:
          - {id: ad_exchange, channels: [ad_exchange], offers: 1, time_budget: 50ms}
        """;
    private static final String REQUEST = "{\"id\":\"r\",\"tmax\":900,\"imp\":[{\"id\":\"1\",\"banner\":{\"w\":300,"
        + "\"h\":250},\"bidfloor\":%s}]}";

    @TempDir
    private Path folder;

    private static void assertNarrow(final CommandRun run) {
        run.out().lines().forEach(line -> assertTrue(line.length() <= WIDTH, line));
    }

    @Test
    void shouldShowTheDeliveryOfAServer() throws Exception {
        final Path catalogue = Files.createDirectory(folder.resolve("catalogue"));
        final LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Files.writeString(
            catalogue.resolve("all.yaml"), CATALOGUE.formatted(today.minusDays(1), today.plusDays(300)));
        try (BiddingServer server = new BiddingServer(folder.resolve("data"), catalogue)) {
            for (final String floor : new String[] {"0", "0.5", "2.5"}) {
                server.bid(REQUEST.formatted(floor));
            }
            final String admin = server.admin();
            final CommandRun table = CommandRun.of("delivery", "--admin", admin);
            assertEquals(ExitCode.OK, table.exitCode(), table.err());
            assertNarrow(table);
            assertTrue(table.out().matches(
                "(?s)campaign +budget +spent +limit +plan +error +made +caps +won +shade +why\\R"
                + ".*milk +USD in all +0\\.00 +12,345\\.50 .*USD a day +0\\.00 +200\\.00 .*count in all +0 +5,000 .*"
                + "rest +no limit .*"), table.out());

            final CommandRun detail = CommandRun.of("delivery", "--campaign", "milk", "--admin", admin);
            assertNarrow(detail);
            assertTrue(detail.out().matches("(?s)milk: .*of +budget +limit .*campaign +USD in all .*"
                + "milk +count in all +77 .*since the start +count .*decisions in its placements +3.*"), detail.out());
            final JsonNode report = JSON.readTree(CommandRun.of("delivery", "--json", "--admin", admin).out());
            assertEquals(2, report.get("campaigns").size());
            assertEquals(4, report.at("/campaigns/0/budgets").size());
            assertEquals(12_345_500_000L, report.at("/campaigns/0/budgets/0/limit").asLong());
            assertEquals(3, report.at("/campaigns/1/funnel/decisions").asInt());
            assertEquals("rest", JSON.readTree(CommandRun.of("delivery", "--json", "--campaign", "rest", "--admin",
                admin).out()).at("/campaigns/0/name").asText());

            final CommandRun under = CommandRun.of("delivery", "--under", "--admin", admin);
            assertEquals(ExitCode.OK, under.exitCode());
            assertTrue(under.out().contains("No campaign is behind its plan"), under.out());
            final CommandRun unknown = CommandRun.of("delivery", "--campaign", "mlik", "--admin", admin);
            assertEquals(ExitCode.NOT_IN_ORDER, unknown.exitCode());
            assertTrue(unknown.err().contains("no campaign mlik"), unknown.err());
        }
        assertEquals(ExitCode.NOT_POSSIBLE, CommandRun.of("delivery", "--admin", "127.0.0.1:1").exitCode());
    }

    private static String budget(final String period, final long limit, final long spent, final String planned) {
        return """
            {"owner": "campaign", "offer": null, "unit": "micros", "currency": "EUR", "period": "%s", "day": null,
             "store": null, "limit": %d, "spent": %d, "late": 250000, "reserved": 5, "outstanding": 6, "refunds": 7,
             "left": 8, "lateBefore": 0, "planned": %s, "paceError": %s, "exhausted": false, "broken": false}"""
            .formatted(period, limit, spent, planned, planned.equals("null") ? "null" : "-0.123");
    }

    private static String campaign(final String name, final boolean behind, final String budgets) {
        return """
            {"name": "%s", "id": 1, "state": "running", "offers": 1, "why": "just bought", "sentence": "%s",
             "narrowest": "caps", "behind": %s,
             "pace": {"error": -0.123, "participation": 1, "multiplier": 0.5, "limitedBy": "supply"},
             "budgets": [%s],
             "funnel": {"decisions": 1234567890, "searches": 1234567880, "seen": 2000000, "candidateDecisions": 1500000,
              "candidates": 1600000, "heldBack": {"cap_reached": 654321, "creative_size": 12}, "eligible": 900000,
              "offered": 700000, "auctioned": 150000, "redeemed": 600, "redemptionsExpected": 6999.6},
             "auction": {"bids": 98765, "wins": 4321, "winRate": 0.0437, "meanShade": 0.8123,
              "noBids": {"below_floor": 51000}, "losses": {"102": 90000, "3": 12}}}"""
            .formatted(name, "a long reason ".repeat(15).strip(), behind, budgets);
    }

    /** Large figures and long names too fit the screen; those behind come with a sentence. */
    @Test
    void shouldFitTheScreenAndTellWhoIsBehind() throws IOException {
        final String page = "{\"timeMs\": 1, \"campaigns\": [" + String.join(",",
            campaign("a-campaign-with-a-rather-long-name", true, budget("total", 123_456_789_000_000L,
                98_765_432_000_000L, "111222333000000") + "," + budget("day", 99_999_990_000L, 20_000_000, "30000000")),
            campaign("short", false, budget("day", 99_999_990_000L, 1_230_000, "null"))) + "]}";
        final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/delivery", exchange -> {
            final byte[] body = page.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            final String admin = "127.0.0.1:" + server.getAddress().getPort();
            final CommandRun table = CommandRun.of("delivery", "--admin", admin);
            assertNarrow(table);
            final List<String> lines = table.out().lines().toList();
            assertTrue(lines.get(1).matches(
                "a-campaign-with-a-rathe… +EUR in all +98\\.77M +123\\.46M +111\\.22M +-12\\.3% "
                + "+798,765 +654,321 +4\\.4% +0\\.81 +just bought"), lines.get(1));
            assertTrue(lines.get(2).matches(" +EUR a day +20\\.25 +99,999\\.99 +30\\.00 +-12\\.3%"), lines.get(2));
            assertTrue(lines.get(3).matches("short +EUR a day +1\\.48 +99,999\\.99 +798,765 .*"), lines.get(3));
            assertTrue(
                table.out().contains("a-campaign-with-a-rather-long-name is behind: a long reason"), table.out());
            assertTrue(!table.out().contains("short is behind"), table.out());

            final CommandRun under = CommandRun.of("delivery", "--under", "--admin", admin);
            assertTrue(under.out().contains("a-campaign") && !under.out().contains("short"), under.out());
            assertEquals(1, JSON.readTree(CommandRun.of("delivery", "--under", "--json", "--admin", admin).out())
                .get("campaigns").size());
            final CommandRun detail = CommandRun.of(
                "delivery", "--campaign", "a-campaign-with-a-rather-long-name", "--admin", admin);
            assertNarrow(detail);
            assertTrue(detail.out().matches("(?s).*held back: cap_reached +654,321 +40\\.9%.*"
                + "redeemed +600 +0\\.1% +expected 7,000.*"
                + "wins +4,321 +4\\.4% +lost: 102 90,000, 3 12.*"), detail.out());
        } finally {
            server.stop(0);
        }
    }
}
