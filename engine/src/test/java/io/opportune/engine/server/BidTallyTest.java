package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.bidding.BidReport;
import io.opportune.engine.counters.CounterDescriptor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a whole server counts of bid requests by exchange and campaign. */
@Timeout(60)
class BidTallyTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String IMP = "{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250},\"bidfloor\":%s}";

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

    private BidServer.Answer post(final String exchange, final String floor, final String more) throws IOException {
        return bidder.post(exchange, "{\"id\":\"r\",\"tmax\":900,\"imp\":[" + IMP.formatted(floor) + "]" + more + "}");
    }

    private static BidReport.Row row(final Iterable<BidReport.Row> rows, final String name) {
        for (final BidReport.Row row : rows) {
            if (row.name().equals(name)) {
                return row;
            }
        }
        throw new AssertionError("no row " + name + " in " + rows);
    }

    @Test
    void shouldCountByExchangeAndCampaign() throws Exception {
        bidder.test.set("server.threading", "ring").set("server.shards", "2");
        bidder.start();
        JsonNode bid = null;
        for (int i = 0; i < 7; i++) {
            bid = JSON.readTree(post("generic", "0", "").text()).at("/seatbid/0/bid/0");
        }
        for (int i = 0; i < 5; i++) {
            assertEquals(200, post("openx", "1.5", "").status());
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(204, post("generic", "2.5", "").status());
        }
        assertEquals(204, post("generic", "0", ",\"badv\":[\"dairy.example\"]").status());
        assertEquals(204, post("generic", "0", ",\"wseat\":[\"other\"]").status());
        bidder.get(bid.get("burl").asText().replace("https://bid.example", "").replace("${AUCTION_PRICE}", "1.5"));
        bidder.get(bid.get("lurl").asText().replace("https://bid.example", "").replace("${AUCTION_LOSS}", "102"));
        bidder.assertNoErrors();

        final BidReport report = bidder.test.server().bidReport();
        final BidReport.Row generic = row(report.exchanges(), "generic");
        assertEquals(12, generic.requests());
        assertEquals(7, generic.responses());
        assertEquals(7, generic.bids());
        assertEquals(Map.of("below_floor", 3L, "no_offer", 1L, "seat", 1L), generic.noBids());
        assertEquals(Map.of("bill", 1L, "loss", 1L), generic.notices());
        assertEquals(Map.of("102", 1L), generic.losses());
        assertEquals(5, row(report.exchanges(), "openx").bids());
        long requests = 0;
        for (final BidReport.Row row : report.exchanges()) {
            requests += row.requests();
            assertEquals(row.requests(),
                row.responses() + row.noBids().values().stream().mapToLong(Long::longValue).sum(), row.name());
        }
        assertEquals(bidder.count(CounterDescriptor.BIDS_REQUESTS), requests);
        final BidReport.Row milk = row(report.campaigns(), "milk-online");
        assertEquals(12, milk.bids());
        assertEquals(Map.of("below_floor", 3L), milk.noBids());
        assertEquals(Map.of("creative_advertiser", 1L), milk.heldBack());
        assertEquals(Map.of("102", 1L), milk.losses());

        Files.writeString(folder.resolve("catalogue/all.yaml"),
            BidServer.CATALOGUE.replace("milk-online", "cheese-online"));
        bidder.test.server().reloadCatalogue();
        assertEquals(200, post("generic", "0", "").status());
        final BidReport after = bidder.test.server().bidReport();
        assertEquals(12, row(after.campaigns(), "milk-online").bids(), "kept although no catalogue has it any more");
        assertEquals(1, row(after.campaigns(), "cheese-online").bids());

        try (HttpClient client = HttpClient.newHttpClient()) {
            final String admin = "http://127.0.0.1:" + bidder.test.server().adminPort();
            final String metrics = client.send(HttpRequest.newBuilder(URI.create(admin + "/metrics")).build(),
                HttpResponse.BodyHandlers.ofString()).body();
            assertTrue(metrics.contains("opportune_campaign_bids_total{campaign=\"milk-online\"} 12.0"), metrics);
            assertTrue(metrics.contains(
                "opportune_exchange_no_bids_total{exchange=\"generic\",nbr=\"501\",reason=\"below_floor\"} 3.0"),
                metrics);
            final JsonNode page = JSON.readTree(client.send(HttpRequest.newBuilder(URI.create(admin + "/bids")).build(),
                HttpResponse.BodyHandlers.ofString()).body());
            assertEquals(2, page.get("campaigns").size());
        }
    }
}
