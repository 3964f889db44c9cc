package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.ledger.LineTotals;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.EventCall;
import io.opportune.protocol.client.Offer;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.DiscountType;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Money of bids: reserved whole, spent at the price that is charged, given free when a bid is lost or never made. */
@Timeout(120)
class AuctionBudgetTest {
    private static final String BASE = "https://bid.example";
    /** What one impression of the milk is worth: 0.10 x 0.02. */
    private static final long WORTH = 2_000;
    private static final int BIDS = 10;

    private final ObjectMapper json = new ObjectMapper();
    private int requests;

    @TempDir
    private Path folder;

    private static String request(final int number, final String floor) {
        return """
            {"id": "r%d", "at": 2, "tmax": 900, "site": {"id": "s"}, "cur": ["USD"],
             "imp": [{"id": "1", "bidfloor": %s, "secure": 1, "banner": {"w": 300, "h": 250}}]}"""
            .formatted(number, floor);
    }

    private JsonNode bid(final BidServer server, final String floor) throws IOException {
        final BidServer.Answer answer = server.post("generic", request(requests++, floor));
        return answer.status() == 200 ? json.readTree(answer.text()).at("/seatbid/0/bid/0") : null;
    }

    private List<JsonNode> until(final BidServer server, final int count) throws IOException {
        final List<JsonNode> bids = new ArrayList<>();
        final long deadlineNs = System.nanoTime() + 20_000_000_000L;
        while (bids.size() < count && System.nanoTime() - deadlineNs < 0) {
            final JsonNode bid = bid(server, "0.5");
            if (bid != null) {
                bids.add(bid);
            }
        }
        assertEquals(count, bids.size());
        return bids;
    }

    private void never(final BidServer server) throws IOException {
        for (int i = 0; i < 200; i++) {
            assertEquals(null, bid(server, "0.5"), "there is nothing left");
        }
    }

    private static void notice(final BidServer server, final JsonNode bid, final String field, final String price)
        throws IOException {
        final String url = bid.get(field).asText().substring(BASE.length()).replace("${AUCTION_PRICE}", price)
            .replace("${AUCTION_LOSS}", "102").replace("${AUCTION_MIN_TO_WIN}", "");
        assertTrue(server.get(url).status() < 300, url);
    }

    private static LineTotals await(final BidServer server, final Predicate<LineTotals> wanted)
        throws InterruptedException {
        final int campaign =
            server.test.server().control().registry().find(NameKind.CAMPAIGN, "milk-online");
        final int budgetId = Budget.id(false, campaign, Budget.Unit.MONEY, false, Budget.Scope.ALL);
        LineTotals line = null;
        for (int i = 0; i < 100 && (line == null || !wanted.test(line)); i++) {
            Thread.sleep(50);
            line = server.test.server().ledger().totals().line(budgetId, 0, 0);
        }
        assertNotNull(line);
        assertTrue(wanted.test(line), line::toString);
        return line;
    }

    @Test
    void shouldReserveABidAndSpendWhatIsCharged() throws Exception {
        try (BidServer server = new BidServer(folder)) {
            Files.writeString(folder.resolve("catalogue/all.yaml"), BidServer.CATALOGUE.replaceFirst(
                "budget: \\{currency: USD}", "budget: {amount: \"0.02\", currency: USD}"));
            server.start();
            final List<JsonNode> bids = until(server, BIDS);
            never(server);
            await(server, line -> line.reserved() == BIDS * WORTH && line.spent() == 0);

            // A win is not yet charged where the exchange tells when it is billable.
            notice(server, bids.get(0), "nurl", "1.5");
            notice(server, bids.get(1), "burl", "1.5");
            notice(server, bids.get(1), "burl", "1.5");
            notice(server, bids.get(2), "burl", "0.7");
            notice(server, bids.get(3), "lurl", "1.5");
            LineTotals line = await(server, totals -> totals.spent() == 1_500 + 700);
            assertEquals((BIDS - 3) * WORTH, line.reserved());
            assertEquals(0, line.lateSpend());

            // 3 x 2,000 less 2,200 are free: one bid more.
            bids.addAll(until(server, 1));
            never(server);

            // What is charged after the loss was told is late, and honoured.
            notice(server, bids.get(3), "burl", "1.0");
            line = await(server, totals -> totals.lateSpend() == 1_000);
            assertEquals(2_200, line.spent());
            assertTrue(line.spent() + line.reserved() + line.lateSpend() <= 20_000, line::toString);
            server.assertNoErrors();
        }
    }

    /** A till that quotes the decision of a test spends nothing, however much it says. */
    @Test
    void shouldSpendNothingForADecisionThatWasATest() throws Exception {
        try (BidServer server = new BidServer(folder)) {
            Files.writeString(folder.resolve("catalogue/all.yaml"), BidServer.CATALOGUE.replaceFirst(
                "budget: \\{currency: USD}", "budget: {amount: \"0.02\", currency: USD}"));
            server.start();
            until(server, 1);
            assertEquals(200, server.post("generic",
                request(requests++, "0.5").replace("\"at\": 2", "\"at\": 2, \"test\": 1")).status());
            until(server, 1);
            final List<UUID> decisions = decisions(folder.resolve("data"));
            final List<UUID> tests =
                decisions.stream().filter(id -> DecisionIds.isTest(id.getMostSignificantBits())).toList();
            assertEquals(1, tests.size(), decisions.toString());
            final int offerId =
                server.test.server().control().registry().find(NameKind.OFFER, "milk-online");
            try (TillClient client = server.test.client()) {
                redeem(client, tests.getFirst(), offerId);
                final UUID live = decisions.getLast();
                assertTrue(!DecisionIds.isTest(live.getMostSignificantBits()), live.toString());
                redeem(client, live, offerId);
            }
            final LineTotals line = await(server, totals -> totals.spent() + totals.lateSpend() > 0);
            assertEquals(5_000, line.spent() + line.lateSpend(), "of the live one: " + line);
            server.assertNoErrors();
        }
    }

    private static long belowFloor(final BidServer server) {
        return server.count(CounterDescriptor.BIDS_NONE_BELOW_FLOOR);
    }

    private static void redeem(final TillClient client, final UUID decision, final int offerId) throws Exception {
        final Offer offer = new Offer(offerId, 0, 0, 840, DiscountType.NONE, 0, 0, 0, 0, 0, Map.of());
        final Decision about =
            new Decision(decision, DecisionStatus.OFFERS, 0, 1, 1, 0, List.of(offer), List.of(), null);
        assertInstanceOf(Outcome.Answered.class, client.report(
            EventCall.of(EventType.REDEMPTION, new Customer(Namespaces.LOYALTY, "c-1"), Channel.TILL)
                .about(about, offer).amount(5_000, 840).build(), 10_000_000_000L).get());
    }

    private static List<UUID> decisions(final Path data) {
        final List<UUID> found = new ArrayList<>();
        final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
        final DecisionRecordDecoder record = new DecisionRecordDecoder();
        final DecisionResponseDecoder response = new DecisionResponseDecoder();
        final UnsafeBuffer answer = new UnsafeBuffer(0, 0);
        final Path queue = new JournalDirectory(DataDirectory.journal(data)).shardQueue(0);
        try (JournalReader reader = new JournalReader(queue)) {
            while (reader.next()) {
                if (header.wrap(reader.buffer(), reader.offset()).templateId() == DecisionRecordDecoder.TEMPLATE_ID) {
                    record.wrapAndApplyHeader(reader.buffer(), reader.offset(),
                        new io.opportune.engine.journal.codec.MessageHeaderDecoder());
                    record.skipRequest();
                    record.wrapResponse(answer);
                    response.wrapAndApplyHeader(answer, 0, new MessageHeaderDecoder());
                    found.add(new UUID(response.decisionId().high(), response.decisionId().low()));
                }
            }
        }
        return found;
    }

    @Test
    void shouldGiveFreeWhatIsNotBid() throws Exception {
        try (BidServer server = new BidServer(folder)) {
            Files.writeString(folder.resolve("catalogue/all.yaml"), BidServer.CATALOGUE.replaceFirst(
                "budget: \\{currency: USD}", "budget: {amount: \"0.02\", currency: USD}"));
            server.start();
            until(server, 1);
            // What the lease does not cover is not even decided for, and the ledger needs a moment to lend again.
            final long before = belowFloor(server);
            final long deadlineNs = System.nanoTime() + 20_000_000_000L;
            while (belowFloor(server) < before + 10 * BIDS) {
                assertTrue(System.nanoTime() - deadlineNs < 0, "what was not bid does not come back");
                assertEquals(null, bid(server, "9.0"), "below the floor");
            }
            final LineTotals line = await(server, totals -> totals.releases() == 10 * BIDS);
            assertEquals(WORTH, await(server, totals -> totals.reserved() == WORTH).reserved(), line::toString);
            until(server, BIDS - 1);
            never(server);
            server.assertNoErrors();
        }
    }
}
