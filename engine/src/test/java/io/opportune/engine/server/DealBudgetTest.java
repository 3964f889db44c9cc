package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.ledger.LineTotals;
import io.opportune.engine.replay.DecisionReplay;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Budgets kept by deals: each deal spends its own, and what it limits is bid nowhere else. */
@Timeout(120)
class DealBudgetTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BASE = "https://bid.example";
    /** What one impression of the milk is worth: 0.10 x 0.02. */
    private static final long WORTH = 2_000;
    private static final long PATIENCE_NS = 20_000_000_000L;

    @TempDir
    private Path folder;

    private BidServer server;
    private int requests;

    @BeforeEach
    void start() throws IOException {
        server = new BidServer(folder);
        Files.writeString(folder.resolve("catalogue/all.yaml"),
            "deals: [{id: alpha}, {id: beta}]\n" + BidServer.CATALOGUE.replaceFirst("budget: \\{currency: USD}",
                "budget: {currency: USD}\n    budgets: [{amount: \"0.01\", per: [deal]}]"));
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode bid(final String deals, final boolean closed) throws IOException {
        final String pmp = deals == null ? ""
            : ", \"pmp\": {\"private_auction\": %d, \"deals\": [%s]}".formatted(closed ? 1 : 0, deals);
        final BidServer.Answer answer = server.post("generic", """
            {"id": "r%d", "at": 2, "tmax": 900, "site": {"id": "s"}, "cur": ["USD"],
             "imp": [{"id": "1", "bidfloor": 0.5, "secure": 1, "banner": {"w": 300, "h": 250}%s}]}"""
            .formatted(requests++, pmp));
        return answer.status() == 200 ? JSON.readTree(answer.text()).at("/seatbid/0/bid/0") : null;
    }

    private static String deal(final String id, final String more) {
        return "{\"id\": \"%s\"%s}".formatted(id, more);
    }

    /** Bids until a deal has nothing left; the ledger may need a moment to lend. */
    private JsonNode spend(final String id, final int times) throws IOException {
        JsonNode last = null;
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        for (int made = 0; made < times;) {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "no more bids for " + id);
            final JsonNode bid = bid(deal(id, ""), false);
            if (bid != null) {
                assertEquals(id, bid.get("dealid").asText());
                last = bid;
                made++;
            }
        }
        for (int i = 0; i < 100; i++) {
            assertNull(bid(deal(id, ""), false), "nothing is left for " + id);
        }
        return last;
    }

    private LineTotals await(final String deal, final Predicate<LineTotals> wanted) throws InterruptedException {
        final var registry = server.test.server().control().registry();
        final int budgetId = Budget.id(false, registry.find(NameKind.CAMPAIGN, "milk-online"), Budget.Unit.MONEY,
            false, Budget.Scope.DEAL);
        final int dealId = registry.find(NameKind.DEAL, deal);
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        LineTotals line = null;
        while (line == null || !wanted.test(line)) {
            final LineTotals found = line;
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> deal + ": " + found);
            Thread.sleep(10);
            line = server.test.server().ledger().totalsNow().line(budgetId, dealId, 0);
        }
        return line;
    }

    @Test
    void shouldSpendEachDealsOwnMoney() throws Exception {
        final JsonNode last = spend("alpha", 5);
        await("alpha", line -> line.reserved() == 5 * WORTH);
        await("beta", line -> line.reserved() == 0);
        spend("beta", 5);
        // Of two deals the first that is known decides, and it alone is spent from.
        assertNull(bid(deal("alpha", "") + "," + deal("beta", ""), false));
        assertEquals(204, server.get(last.get("burl").asText().substring(BASE.length())
            .replace("${AUCTION_PRICE}", "1.5")).status());
        final LineTotals alpha = await("alpha", line -> line.spent() == 1_500);
        assertEquals(0, alpha.lateSpend());
        assertEquals(4 * WORTH, alpha.reserved());
        await("beta", line -> line.spent() == 0 && line.reserved() == 5 * WORTH);

        server.test.stop();
        server.start();
        await("alpha", line -> line.spent() == 1_500 && line.reserved() == 4 * WORTH);
        await("beta", line -> line.spent() == 0 && line.reserved() == 5 * WORTH);
        assertNull(bid(deal("beta", ""), false));
        server.assertNoErrors();
        server.test.stop();
        final DecisionReplay.Report replayed =
            DecisionReplay.verify(folder.resolve("data"), folder.resolve("work"));
        assertEquals(List.of(), replayed.firstDifferences());
        assertTrue(replayed.decisions() > 200 && replayed.allEqual(), replayed::toString);
    }

    /** Beside the catalogue's deals, for other seats or below the floor there is no bid, and nothing stays reserved. */
    @Test
    void shouldBidForTheDealAndNothingElse() throws Exception {
        JsonNode first = null;
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (first == null) {
            assertTrue(System.nanoTime() - deadlineNs < 0);
            first = bid(deal("gamma", "") + "," + deal("alpha", ""), false);
        }
        assertEquals("alpha", first.get("dealid").asText(), "the catalogue does not know gamma");
        assertNull(bid(null, false));
        assertNull(bid(deal("gamma", ""), false));
        assertNull(bid(deal("beta", ", \"wseat\": [\"somebody\"]"), false));
        final long before = server.count(CounterDescriptor.BIDS_NONE_NO_DEAL);
        while (server.count(CounterDescriptor.BIDS_NONE_NO_DEAL) < before + 20) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "what was not bid does not come back");
            assertNull(bid(deal("beta", ", \"bidfloor\": 9.0"), false));
        }
        await("beta", line -> line.releases() == 20 && line.reserved() == 0);
        final JsonNode fixed = bid(deal("beta", ", \"bidfloor\": 1.25, \"at\": 3"), true);
        assertNotNull(fixed);
        assertEquals(1.25, fixed.get("price").asDouble());
        await("beta", line -> line.reserved() == WORTH);
        assertFalse(server.test.server().deliveryReport().campaigns().isEmpty());
        server.assertNoErrors();
    }
}
