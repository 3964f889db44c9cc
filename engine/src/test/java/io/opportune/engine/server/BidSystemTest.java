package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.Attribute;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.Consent;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bid requests and notices over a socket, decided by a whole server. */
@Timeout(60)
class BidSystemTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BANNER = "{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250}}";

    @TempDir
    Path folder;

    private BidServer bidder;

    @BeforeEach
    void make() throws IOException {
        bidder = new BidServer(folder);
    }

    @AfterEach
    void stop() {
        bidder.close();
    }

    private static String request(final String imps, final String more) {
        return "{\"id\":\"req-1\",\"tmax\":500,\"imp\":[" + imps + "]" + more + "}";
    }

    private JsonNode bid(final String imps, final String more) throws IOException {
        final BidServer.Answer answer = bidder.post("generic", request(imps, more));
        assertEquals(200, answer.status(), () -> imps + more);
        bidder.assertNoErrors();
        return JSON.readTree(answer.text());
    }

    private void assertNoBid(final CounterDescriptor reason, final String imps, final String more)
        throws IOException {
        final long before = bidder.count(reason);
        assertEquals(204, bidder.post("generic", request(imps, more)).status(), () -> imps + more);
        assertEquals(before + 1, bidder.count(reason), reason::toString);
        bidder.assertNoErrors();
    }

    private static String field(final JsonNode response, final String name) {
        return response.at("/seatbid/0/bid/0/" + name).asText();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldBidForABanner(final String threading) throws IOException {
        bidder.test.set("server.threading", threading).set("server.shards", threading.equals("ring") ? "2" : "1");
        bidder.start();
        for (int i = 0; i < 100; i++) {
            final JsonNode response = bid(BANNER, "");
            assertEquals("req-1", response.get("id").asText());
            assertEquals("USD", response.get("cur").asText());
            assertEquals("opportune", response.at("/seatbid/0/seat").asText());
            assertEquals(1, response.at("/seatbid/0/bid").size());
            assertEquals("1", field(response, "impid"));
            // 0.10 for each of the 2 of 100 who convert: 0.002 for one impression, 2 for a thousand.
            assertEquals(2.0, response.at("/seatbid/0/bid/0/price").asDouble());
            assertEquals("milk-300x250", field(response, "crid"));
            assertEquals("milk-online", field(response, "cid"));
            assertTrue(field(response, "adm").contains("https://cdn.dairy.example/milk.png"), response::toString);
            assertTrue(field(response, "burl").startsWith("https://bid.example/notice/bill?t="), response::toString);
        }
        assertEquals(100, bidder.count(CounterDescriptor.BIDS_RESPONSES));
        assertEquals(100, bidder.count(CounterDescriptor.BIDS_CONTEXTUAL), "nothing says whether GDPR applies");
    }
}
