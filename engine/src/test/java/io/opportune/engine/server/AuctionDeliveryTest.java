package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.admin.DeliveryReport;
import io.opportune.engine.admin.DeliveryReport.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The delivery report of campaigns that bid: wins, losses, floors, late spend. */
@Timeout(120)
class AuctionDeliveryTest {
    private static final String BASE = "https://bid.example";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BIDS = 10;

    @TempDir
    private Path folder;
    private int requests;

    private JsonNode bid(final BidServer server, final String floor, final String more) throws IOException {
        final BidServer.Answer answer = server.post("generic", """
            {"id": "r%d", "at": 2, "tmax": 900, "site": {"id": "s"}, "cur": ["USD"],
             "imp": [{"id": "1", "bidfloor": %s, "secure": 1, "banner": {"w": 300, "h": 250}}]%s}"""
            .formatted(requests++, floor, more));
        return answer.status() == 200 ? JSON.readTree(answer.text()).at("/seatbid/0/bid/0") : null;
    }

    private static void notice(final BidServer server, final JsonNode bid, final String field) throws IOException {
        final String url = bid.get(field).asText().substring(BASE.length()).replace("${AUCTION_PRICE}", "1.5")
            .replace("${AUCTION_LOSS}", "102").replace("${AUCTION_MIN_TO_WIN}", "");
        assertTrue(server.get(url).status() < 300, url);
    }

    private static DeliveryReport.Row row(final BidServer server, final String name) {
        return server.test.server().deliveryReport().campaigns().stream().filter(row -> row.name().equals(name))
            .findFirst().orElseThrow();
    }

    private static DeliveryReport.Row await(final BidServer server, final Predicate<DeliveryReport.Row> wanted)
        throws InterruptedException {
        DeliveryReport.Row row = row(server, "milk-online");
        for (int i = 0; i < 200 && !wanted.test(row); i++) {
            Thread.sleep(50);
            row = row(server, "milk-online");
        }
        assertTrue(wanted.test(row), row::toString);
        return row;
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldFollowBidsToTheirWins(final String threading) throws Exception {
        try (BidServer server = new BidServer(folder)) {
            Files.writeString(folder.resolve("catalogue/all.yaml"), BidServer.CATALOGUE.replaceFirst(
                "budget: \\{currency: USD}", "budget: {amount: \"0.10\", currency: USD}"));
            server.test.set("server.threading", threading).set("server.shards", threading.equals("ring") ? "2" : "1");
            server.start();
            final List<JsonNode> bids = new ArrayList<>();
            int early = 0;
            while (bids.size() < BIDS) {
                final JsonNode bid = bid(server, "0.5", "");
                if (bid == null) {
                    assertTrue(++early < 10_000, "no lease comes");
                } else {
                    bids.add(bid);
                }
            }
            for (int i = 0; i < 3; i++) {
                notice(server, bids.get(i), "nurl");
                notice(server, bids.get(i), "burl");
            }
            for (int i = 3; i < 8; i++) {
                notice(server, bids.get(i), "lurl");
            }
            // What is charged after the loss was told is late.
            notice(server, bids.get(3), "burl");
            final int beforeLease = early;
            final DeliveryReport.Row row = await(server, found -> found.budgets().getFirst().late() == 1_500);
            final DeliveryReport.BudgetLine line = row.budgets().getFirst();
            assertEquals(100_000, line.limit());
            assertEquals(3 * 1_500, line.spent());
            assertEquals(2 * 2_000, line.reserved(), "two are not told of");
            assertEquals(100_000 - 4 * 1_500 - 2 * 2_000, line.left());
            assertEquals(BIDS, row.auction().bids());
            assertEquals(4, row.auction().wins(), "a bill without a win is one");
            assertEquals(0.4, row.auction().winRate());
            assertEquals(Map.of("102", 5L), row.auction().losses());
            assertEquals(BIDS, row.counts().auctioned());
            assertEquals(0, row.counts().offered());
            assertEquals(BIDS + beforeLease, row.counts().candidateDecisions());
            assertEquals(beforeLease, row.counts().heldBackBy("budget_exhausted"));
            if (beforeLease < 5) {
                assertEquals(Why.AUCTIONS, row.verdict().why(), row.verdict().sentence());
                assertTrue(row.verdict().sentence().startsWith("6 of 10 bids were not won, most of those told were lost"
                    + " for reason 102; it fits in "), row.verdict().sentence());
            }
            final DeliveryReport.Row members = row(server, "members");
            assertEquals(Why.TARGETING, members.verdict().why(), members.verdict().sentence());
            assertTrue(members.verdict().sentence().contains("in none of " + (BIDS + beforeLease) + " decisions"),
                members.verdict().sentence());

            // What the lease does not cover for a moment is not below the floor.
            long below = 0;
            for (int i = 0; i < 20_000 && below < 20 + beforeLease; i++) {
                bid(server, "9.5", "");
                below = row(server, "milk-online").auction().noBids().getOrDefault("below_floor", 0L);
            }
            assertEquals(20 + beforeLease, below);
            final DeliveryReport.Row floor = row(server, "milk-online");
            assertEquals(Why.FLOOR, floor.verdict().why(), floor.verdict().sentence());
            assertEquals(BIDS, floor.auction().bids());
            final long others = 40 + 2L * floor.counts().heldBackBy("budget_exhausted");
            for (int i = 0; i < others; i++) {
                bid(server, "0", ",\"badv\":[\"dairy.example\"]");
            }
            final DeliveryReport.Row blocked = row(server, "milk-online");
            assertEquals(others, blocked.counts().heldBackBy("creative_advertiser"));
            assertEquals(Why.CREATIVES, blocked.verdict().why(), blocked.verdict().sentence());
            server.assertNoErrors();
        }
    }
}
