package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.replay.DecisionReplay;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.TillClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Budgets per customer in auctions: bids reserve them, notices spend and free them, whoever is not known gets none. */
@Timeout(120)
class CustomerBudgetAuctionTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BASE = "https://bid.example";
    private static final long PATIENCE_NS = 20_000_000_000L;
    private static final String KNOWN = "6d92078a-8246-4ba4-ae5b-000000000001";
    private static final String OTHER = "6d92078a-8246-4ba4-ae5b-000000000002";
    private static final String STRANGER = "6d92078a-8246-4ba4-ae5b-000000000003";

    @TempDir
    private Path folder;

    private BidServer server;
    private int requests;

    /** One impression of the milk is worth 0.002, and a customer gets 0.005 worth of it. */
    @BeforeEach
    void start() throws IOException {
        server = new BidServer(folder);
        Files.writeString(folder.resolve("catalogue/all.yaml"), BidServer.CATALOGUE.replaceFirst(
            "budget: \\{currency: USD}",
            "budget: {currency: USD}\n    budgets: [{amount: \"0.005\", per: [customer]}]"));
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode bid(final String ifa) throws IOException {
        final BidServer.Answer answer = server.post("generic", """
            {"id": "r%d", "at": 2, "tmax": 900, "cur": ["USD"], "regs": {"gdpr": 0}, "device": {"ifa": "%s"},
             "imp": [{"id": "1", "bidfloor": 0.5, "secure": 1, "banner": {"w": 300, "h": 250}}]}"""
            .formatted(requests++, ifa));
        return answer.status() == 200 ? JSON.readTree(answer.text()).at("/seatbid/0/bid/0") : null;
    }

    private JsonNode made(final String ifa) throws IOException {
        final JsonNode bid = bid(ifa);
        assertNotNull(bid, ifa);
        assertEquals("milk-300x250", bid.get("crid").asText());
        return bid;
    }

    private void never(final String ifa) throws IOException {
        for (int i = 0; i < 5; i++) {
            assertNull(bid(ifa), ifa);
        }
    }

    private void notice(final JsonNode bid, final String kind) throws Exception {
        final BidServer.Answer answer = server.get(bid.get(kind).asText().substring(BASE.length())
            .replace("${AUCTION_PRICE}", "1.5").replace("${AUCTION_LOSS}", "102"));
        assertTrue(answer.status() / 100 == 2, kind + ": " + answer.status());
        server.test.awaitQuiet();
    }

    @Test
    void shouldBidNoMoreThanACustomerMayReceive() throws Exception {
        try (TillClient client = server.test.client()) {
            for (final String ifa : List.of(KNOWN, OTHER)) {
                client.updateContext(ContextChange.of(new Customer(Namespaces.ADVERTISING_ID, ifa),
                    new ContextChange.GrantConsent(Consent.ALL)), PATIENCE_NS).get();
            }
        }
        final JsonNode first = made(KNOWN);
        final JsonNode second = made(KNOWN);
        never(KNOWN);
        made(OTHER);
        never(STRANGER);
        notice(second, "lurl");
        final JsonNode third = made(KNOWN);
        never(KNOWN);
        // 1.5 per thousand instead of 2: with 0.0015 spent twice there is room for one more.
        notice(first, "burl");
        notice(first, "burl");
        never(KNOWN);
        notice(third, "burl");
        final JsonNode fourth = made(KNOWN);
        never(KNOWN);
        server.test.stop();
        server.start();
        never(KNOWN);
        notice(fourth, "burl");
        // 0.0045 are spent.
        never(KNOWN);
        made(OTHER);
        server.assertNoErrors();
        server.test.awaitQuiet();
        server.test.stop();
        final DecisionReplay.Report replayed =
            DecisionReplay.verify(folder.resolve("data"), folder.resolve("work"));
        assertEquals(List.of(), replayed.firstDifferences());
        assertTrue(replayed.decisions() > 30 && replayed.allEqual(), replayed::toString);
    }
}
