package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opportune.engine.admission.CustomerKeys;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.identity.Pseudonymiser;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalFilter;
import io.opportune.engine.journal.JournalPrinter;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.profile.CapKey;
import io.opportune.engine.profile.CapScope;
import io.opportune.engine.profile.CapWindow;
import io.opportune.engine.profile.ExposureKind;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.privacy.TcStrings;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.Attribute;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.Receipt;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
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

    private void makeGold(final Customer customer) throws Exception {
        try (TillClient client = bidder.test.client()) {
            final int tier = TestServer.id(client, NameKind.ATTRIBUTE, "customer.tier");
            client.updateContext(ContextChange.of(customer, new ContextChange.GrantConsent(Consent.ALL),
                new ContextChange.SetAttribute(Attribute.text(tier, "gold"))), TimeUnit.SECONDS.toNanos(5)).get();
        }
    }

    @Test
    void shouldKnowTheCustomerOnlyWhereTheSignalsPermitIt() throws Exception {
        bidder.start();
        makeGold(new Customer(Namespaces.DEVICE, "dev-1"));
        final String user = ",\"user\":{\"buyeruid\":\"dev-1\"}";
        final JsonNode known = bid(BANNER, user + ",\"regs\":{\"gdpr\":0}");
        assertEquals("club-300x250", field(known, "crid"), "worth ten times as much");
        assertEquals(20.0, known.at("/seatbid/0/bid/0/price").asDouble());
        assertEquals(1, bidder.count(CounterDescriptor.BIDS_CUSTOMERS));
        assertEquals(0, bidder.count(CounterDescriptor.BIDS_CONTEXTUAL));
        final String[] forbidding = {
            user, user + ",\"regs\":{\"gdpr\":1}", user + ",\"regs\":{\"gdpr\":0,\"coppa\":1}",
            user + ",\"regs\":{\"gdpr\":0,\"us_privacy\":\"1YYN\"}",
            user + ",\"regs\":{\"gdpr\":0,\"ext\":{\"gpc\":\"1\"}}",
            user + ",\"regs\":{\"gdpr\":0},\"device\":{\"lmt\":1}",
            user + ",\"regs\":{\"gdpr\":0,\"ext\":{}},\"device\":{\"dnt\":\"1\"}",
        };
        for (int i = 0; i < forbidding.length; i++) {
            assertEquals("milk-300x250", field(bid(BANNER, forbidding[i]), "crid"), forbidding[i]);
            assertEquals(i + 1, bidder.count(CounterDescriptor.BIDS_CONTEXTUAL), forbidding[i]);
        }
        assertEquals("milk-300x250", JSON.readTree(bidder.post("generic",
            request(BANNER, user + ",\"regs\":{\"gdpr\":0}").getBytes(StandardCharsets.UTF_8),
            "application/json", "Sec-GPC: 1").text()).at("/seatbid/0/bid/0/crid").asText());
        assertEquals(1, bidder.count(CounterDescriptor.BIDS_CUSTOMERS));
    }

    /** An offer for those born in a year, which only a profile may be asked for, and worth most. */
    private void offerByYearOfBirth() throws IOException {
        Files.writeString(folder.resolve("catalogue/all.yaml"), BidServer.CATALOGUE.replace("  - id: phones\n", """
              - id: jubilee
                campaign: members
                category: jubilee
                value: "2.00"
                propensity: 0.02
                targeting: 'has(request.user_yob) && request.user_yob == 1970'
                channels: [ad_exchange]
                creatives:
                  - id: jubilee-300x250
                    title: "At your age"
                    banner: {w: 300, h: 250, image: https://cdn.club.example/j.png, click: "https://club.example/j"}
              - id: phones
            """));
    }

    @Test
    void shouldDoNothingPersonalUnlessAllThatADecisionNeedsIsConsentedTo() throws Exception {
        offerByYearOfBirth();
        bidder.test.set("bidding.vendor-id", String.valueOf(TcStrings.VENDOR));
        bidder.start();
        makeGold(new Customer(Namespaces.DEVICE, "dev-1"));
        final String more =
            ",\"user\":{\"buyeruid\":\"dev-1\",\"yob\":1970,\"consent\":\"%s\"},\"regs\":{\"gdpr\":1}";
        final String full = TcStrings.permissive().build();
        assertEquals("jubilee-300x250", field(bid(BANNER, more.formatted(full)), "crid"));
        assertEquals("club-300x250", field(bid(BANNER, more.formatted(full).replace("1970", "1971")), "crid"));
        assertEquals(2, bidder.count(CounterDescriptor.BIDS_CUSTOMERS));
        assertEquals(0, bidder.count(CounterDescriptor.BIDS_CONTEXTUAL));
        // Without 3 or 7 a profile might be read, but not what is decided be kept in it; without 4 the other way round.
        final List<TcStrings> lacking = List.of(TcStrings.permissive().consents(1, 2, 4, 7),
            TcStrings.permissive().consents(1, 2, 3, 4), TcStrings.permissive().consents(1, 2, 3, 7),
            TcStrings.permissive().consents(2, 3, 4, 7), TcStrings.permissive().consents());
        for (int i = 0; i < lacking.size(); i++) {
            final String string = lacking.get(i).build();
            assertEquals("milk-300x250", field(bid(BANNER, more.formatted(string)), "crid"), string);
            assertEquals(i + 1, bidder.count(CounterDescriptor.BIDS_CONTEXTUAL), string);
        }
        assertEquals("milk-300x250", field(bid(BANNER, more.formatted(full.substring(1))), "crid"), "broken");
        assertEquals(2, bidder.count(CounterDescriptor.BIDS_CUSTOMERS));
    }

    @Test
    void shouldAskForThePurposesThatAreConfigured() throws Exception {
        offerByYearOfBirth();
        bidder.test.set("bidding.vendor-id", String.valueOf(TcStrings.VENDOR))
            .set("bidding.purposes.profile", "9").set("bidding.purposes.events", "7")
            .set("bidding.legitimate-interests", "7,9").set("bidding.global-scope", "true")
            .set("bidding.consent-cache", "0");
        bidder.start();
        final String more = ",\"user\":{\"yob\":1970,\"consent\":\"%s\"},\"regs\":{\"gdpr\":1}";
        final TcStrings global = TcStrings.permissive().consents(9).interests(7)
            .vendorInterests(TcStrings.VENDOR).serviceSpecific(false);
        assertEquals("jubilee-300x250", field(bid(BANNER, more.formatted(global.build())), "crid"));
        final String without9 = global.consents(1, 2, 3, 4, 5, 6, 7, 8, 10).build();
        assertEquals("milk-300x250", field(bid(BANNER, more.formatted(without9)), "crid"));
        assertEquals(1, bidder.count(CounterDescriptor.BIDS_CONTEXTUAL));
    }

    @Test
    void shouldFindTheCustomerByTheIdThatIsLinked() throws Exception {
        bidder.start();
        final Customer member = new Customer(Namespaces.LOYALTY, "4711");
        final String ifa = "6d92078a-8246-4ba4-ae5b-76104861e7dc";
        makeGold(member);
        try (TillClient client = bidder.test.client()) {
            final Outcome<Receipt> linked = client.link(
                member, new Customer(Namespaces.ADVERTISING_ID, ifa), TimeUnit.SECONDS.toNanos(5)).get();
            assertTrue(linked instanceof Outcome.Answered<Receipt> answer && answer.answer().recorded());
        }
        final String more =
            ",\"regs\":{\"gdpr\":0},\"user\":{\"buyeruid\":\"never-seen\"},\"device\":{\"ifa\":\"%s\"}";
        assertEquals("club-300x250", field(bid(BANNER, more.formatted(ifa)), "crid"), "behind one that is not linked");
        assertEquals("club-300x250", field(bid(BANNER, more.formatted(ifa.toUpperCase(Locale.ROOT))), "crid"));
        assertEquals("milk-300x250", field(bid(BANNER, more.formatted(ifa.replace('d', 'c'))), "crid"));
        assertEquals(3, bidder.count(CounterDescriptor.BIDS_CUSTOMERS));
        bidder.assertNoErrors();
    }

    @Test
    void shouldFindTheCustomerBehindAnAdvertisingId() throws Exception {
        bidder.start();
        final String ifa = "6D92078A-8246-4BA4-AE5B-76104861E7DC";
        makeGold(new Customer(Namespaces.ADVERTISING_ID, ifa));
        final String regs = ",\"regs\":{\"gdpr\":0}";
        assertEquals("club-300x250", field(bid(BANNER, regs + ",\"device\":{\"ifa\":\"" + ifa + "\"}"), "crid"));
        assertEquals("milk-300x250", field(
            bid(BANNER, regs + ",\"device\":{\"ifa\":\"00000000-0000-0000-0000-000000000000\"}"), "crid"));
        assertEquals(1, bidder.count(CounterDescriptor.BIDS_CUSTOMERS));
    }

    @Test
    void shouldTargetWhatTheRequestSays() throws Exception {
        bidder.start();
        final String imp = "{\"id\":\"1\",\"banner\":{\"format\":[{\"w\":320,\"h\":50}]}}";
        final String device = ",\"device\":{\"os\":\"%s\",\"geo\":{\"country\":\"%s\"}}";
        final JsonNode phone = bid(imp, device.formatted("iOS", "USA"));
        assertEquals("phones-320x50", field(phone, "crid"));
        assertEquals(10.0, phone.at("/seatbid/0/bid/0/price").asDouble());
        assertNoBid(CounterDescriptor.BIDS_NONE_NO_OFFER, imp, device.formatted("Android", "USA"));
        assertNoBid(CounterDescriptor.BIDS_NONE_NO_OFFER, imp, device.formatted("iOS", "FRA"));
        assertNoBid(CounterDescriptor.BIDS_NONE_NO_OFFER, imp, "");
    }

    @Test
    void shouldBidForEachImpressionOnce() throws Exception {
        bidder.start();
        final JsonNode response = bid(BANNER
            + ",{\"id\":\"2\",\"video\":{\"mimes\":[\"video/mp4\"],\"minduration\":5,\"maxduration\":30,"
            + "\"protocols\":[3,7]}}"
            + ",{\"id\":\"3\"},{\"banner\":{}},{\"id\":\"4\",\"banner\":{\"w\":1,\"h\":2}}"
            + ",{\"id\":\"5\",\"native\":{\"request\":\"{\\\"ver\\\":\\\"1.2\\\",\\\"assets\\\":[{\\\"id\\\":1,"
            + "\\\"required\\\":1,\\\"title\\\":{\\\"len\\\":25}}]}\"}}", "");
        final List<String> bids = new ArrayList<>();
        response.at("/seatbid/0/bid").forEach(
            each -> bids.add(each.get("impid").asText() + " " + each.get("crid").asText() + " " + each.get("mtype")));
        assertEquals(List.of("1 milk-300x250 1", "2 milk-video 2", "5 milk-native 4"), bids);
        final String vast = response.at("/seatbid/0/bid/1/adm").asText();
        assertTrue(vast.contains("<VAST version=\"4.0\"") && vast.contains("film-720.mp4"), vast);
        assertEquals(7, response.at("/seatbid/0/bid/1/protocol").asInt());
        final JsonNode ad = JSON.readTree(response.at("/seatbid/0/bid/2/adm").asText());
        assertEquals("Fresh milk", ad.at("/assets/0/title/text").asText(), ad::toString);
        assertEquals(3, bidder.count(CounterDescriptor.BIDS_MADE));
    }

    @Test
    void shouldReachFloorsOrNotBid() throws Exception {
        bidder.start();
        final String imp = "{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250},\"bidfloor\":%s}";
        assertEquals(2.0, bid(imp.formatted("2.0"), "").at("/seatbid/0/bid/0/price").asDouble());
        assertNoBid(CounterDescriptor.BIDS_NONE_BELOW_FLOOR, imp.formatted("2.000001"), "");
        assertNoBid(CounterDescriptor.BIDS_NONE_BELOW_FLOOR, imp.formatted("1e300"), "");
        assertNoBid(CounterDescriptor.BIDS_NONE_CURRENCY, imp.formatted("0.1,\"bidfloorcur\":\"EUR\""), "");
        assertNoBid(CounterDescriptor.BIDS_NONE_CURRENCY, BANNER, ",\"cur\":[\"EUR\",\"XYZ\"]");
        assertEquals("USD", bid(BANNER, ",\"cur\":[\"EUR\",\"USD\"]").get("cur").asText());
    }

    @Test
    void shouldConvertPricesAndFloors() throws Exception {
        final Path rates = folder.resolve("rates.yaml");
        Files.writeString(rates, "base: USD\ndate: " + LocalDate.now(ZoneOffset.UTC)
            + "\nrates:\n  EUR: \"0.5\"\n");
        bidder.test.set("bidding.currency-rates-file", rates.toString());
        bidder.start();
        final JsonNode response = bid(
            "{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250},\"bidfloor\":2}", ",\"cur\":[\"EUR\"]");
        assertEquals("EUR", response.get("cur").asText());
        assertEquals(1.0, response.at("/seatbid/0/bid/0/price").asDouble());
        assertNoBid(CounterDescriptor.BIDS_NONE_BELOW_FLOOR,
            "{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250},\"bidfloor\":1.01,\"bidfloorcur\":\"EUR\"}", "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // private | floor | deals | deal of the bid, or why not | CPM
        "0 | 0 | {'id':'d1','bidfloor':1} | open | 2.0",
        "0 | 3 | {'id':'d1','bidfloor':1} | d1 | 2.0",
        "0 | 3 | {'id':'d1','bidfloor':4},{'id':'d2','bidfloor':2} | d2 | 2.0",
        "0 | 3 | {'id':'d1','bidfloor':4} | BELOW_FLOOR | 0",
        "1 | 0 | {'id':'d1','bidfloor':4} | NO_DEAL | 0",
        "1 | 0 | {'id':'d1','bidfloor':1.25,'at':3} | d1 | 1.25",
        "1 | 0 | {'id':'d1','bidfloor':1.2504,'at':3} | d1 | 1.251",
        "1 | 0 | {'id':'d1','wseat':['others']},{'id':'d2','wseat':['x','opportune']} | d2 | 2.0",
        "1 | 0 | {'id':'d1','wadomain':['other.example']},{'id':'d2','wadomain':['dairy.example']} | d2 | 2.0",
        "1 | 0 | {'id':'d1','bidfloor':1,'bidfloorcur':'JPY'} | NO_DEAL | 0",
        "1 | 0 | {'bidfloor':1} | NO_DEAL | 0"})
    void shouldBidForDeals(
        final int closed, final String floor, final String deals, final String expected, final double price)
        throws Exception {
        bidder.start();
        final String imp = ("{'id':'1','banner':{'w':300,'h':250},'bidfloor':%s,"
            + "'pmp':{'private_auction':%d,'deals':[%s]}}").formatted(floor, closed, deals).replace('\'', '"');
        if (price == 0) {
            assertNoBid(CounterDescriptor.valueOf("BIDS_NONE_" + expected), imp, "");
        } else {
            final JsonNode bid = bid(imp, "").at("/seatbid/0/bid/0");
            assertEquals(expected, bid.path("dealid").asText("open"));
            assertEquals(price, bid.get("price").asDouble());
        }
    }

    @Test
    void shouldTakeDealsFirstWhereTheProfileSaysSo() throws Exception {
        final Path exchanges = Files.createDirectory(folder.resolve("exchanges"));
        Files.writeString(exchanges.resolve("corner.yaml"), """
            exchange: corner
            number: 1000
            name: Corner Exchange
            auction: {default_type: 1, deals_first: true}
            limits: {requests_per_second: 0, request_bytes: 65536, response_bytes: 4096, markup_bytes: 500}
            wire:
              versions: ["2.6"]
              formats: [json]
              request_encodings: [gzip]
              answer_encodings: [gzip]
              no_bid: nbr_200
              test: no_bid
            sources: {"auction.deals_first": "contract"}
            """);
        bidder.test.set("bidding.exchanges-dir", exchanges.toString());
        bidder.start();
        final String imp =
            "{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250},\"pmp\":{\"deals\":[{\"id\":\"d1\",\"bidfloor\":1}]}}";
        final BidServer.Answer tooLong = bidder.post("corner", request(imp, ""));
        assertEquals("{\"id\":\"req-1\",\"nbr\":510}", tooLong.text(), "markup over 500 bytes");
        Files.writeString(exchanges.resolve("corner.yaml"), Files.readString(
            exchanges.resolve("corner.yaml")).replace("markup_bytes: 500", "markup_bytes: 3000"));
        bidder.close();
        bidder.start();
        final JsonNode response = JSON.readTree(bidder.post("corner", request(imp, "")).text());
        assertEquals("d1", field(response, "dealid"), response::toString);
        assertEquals("{\"id\":\"req-1\",\"nbr\":506}", bidder.post("corner", request(imp, ",\"test\":1")).text());
        assertEquals("{\"id\":\"req-1\",\"nbr\":2}",
            bidder.post("corner", "{\"id\":\"req-1\",\"imp\":[{\"id\":\"1\"}]}").text());
        assertEquals(204, bidder.post("corner", "{\"imp\":[]}").status(), "without an id there is nothing to say");
        assertEquals(415, bidder.post("corner", new byte[] {1}, "application/x-protobuf").status());
        bidder.assertNoErrors();
    }

    @Test
    void shouldRespectSeatsAndBlockLists() throws Exception {
        bidder.start();
        assertNoBid(CounterDescriptor.BIDS_NONE_SEAT, BANNER, ",\"wseat\":[\"a\",\"b\"]");
        assertNoBid(CounterDescriptor.BIDS_NONE_SEAT, BANNER, ",\"bseat\":[\"opportune\"]");
        bid(BANNER, ",\"wseat\":[\"a\",\"opportune\"]");
        assertNoBid(CounterDescriptor.BIDS_NONE_NO_OFFER, BANNER, ",\"badv\":[\"DAIRY.example\"]");
        assertNoBid(CounterDescriptor.BIDS_NONE_NO_OFFER, BANNER, ",\"bcat\":[\"IAB8\"]");
        assertNoBid(CounterDescriptor.BIDS_NONE_NO_OFFER, BANNER, ",\"wlang\":[\"de\"]");
        bid(BANNER, ",\"bcat\":[\"IAB9\"],\"badv\":[\"club.example\"],\"wlang\":[\"en\"]");
        assertNoBid(CounterDescriptor.BIDS_NONE_NO_OFFER,
            "{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250,\"btype\":[2]}}", "");
    }

    @Test
    void shouldAnswerEachStatus() throws Exception {
        bidder.start();
        assertEquals(404, bidder.post("nobody", request(BANNER, "")).status());
        assertEquals(400, bidder.post("generic", "{\"id\":").status());
        assertEquals(400, bidder.post("generic", "").status());
        assertEquals(204, bidder.post("generic", "[]").status());
        assertEquals(204, bidder.post("generic", "{}").status());
        assertEquals(204, bidder.post("generic", "{\"id\":\"1\",\"imp\":[]}").status());
        assertEquals(413, bidder.post("generic", " ".repeat(262_145)).status());
        assertEquals(415, bidder.post("generic", new byte[] {1}, "image/png").status());
        assertEquals(404, bidder.get("/openrtb2").status());
        assertEquals(405, bidder.get("/openrtb2/bid/generic").status());
        assertEquals(400, bidder.get("/notice/win").status());
        assertEquals(200, bidder.post("generic", request(BANNER, "")).status(), "the server goes on");
        assertEquals(2, bidder.count(CounterDescriptor.BIDS_MALFORMED));
        assertEquals(3, bidder.count(CounterDescriptor.BIDS_NONE_INVALID_REQUEST));
        bidder.assertNoErrors();
    }

    @Test
    void shouldBidInTimeOrNotAtAll() throws Exception {
        bidder.test.set("server.threading", "ring").set("server.shards", "1");
        bidder.start();
        bid(BANNER, "");
        final CountDownLatch held = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final var busy = ServerFixture.meanwhile(() -> {
            bidder.test.server().shards().call(0, () -> {
                held.countDown();
                try {
                    release.await();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            return null;
        });
        assertTrue(held.await(10, TimeUnit.SECONDS), "the shard stands still");
        long leastMs = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5 && leastMs >= 60; attempt++) { // this machine may pause too
            final long before = bidder.count(CounterDescriptor.BIDS_NONE_INSUFFICIENT_TIME);
            final long startNs = System.nanoTime();
            assertEquals(204, bidder.post("generic", request(BANNER, "").replace("500", "60")).status());
            leastMs = Math.min(leastMs, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs));
            assertEquals(before + 1, bidder.count(CounterDescriptor.BIDS_NONE_INSUFFICIENT_TIME));
        }
        assertTrue(leastMs < 60, leastMs + " ms");
        release.countDown();
        busy.get(10, TimeUnit.SECONDS);
        bid(BANNER, "");
    }

    private int registered(final NameKind kind, final String name) throws Exception {
        try (TillClient client = bidder.test.client()) {
            return TestServer.id(client, kind, name);
        }
    }

    /** The profile as it is while nothing happens. */
    private ProfileFlyweight profile(final Customer customer) {
        final ServerState state = bidder.test.server().state();
        final byte[] id = customer.id().getBytes(StandardCharsets.UTF_8);
        final Pseudonymiser pseudonymiser = new Pseudonymiser(state.key());
        pseudonymiser.hash(CustomerKeys.TENANT, customer.namespace(), new UnsafeBuffer(id), 0, id.length);
        final ProfileFlyweight profile = new ProfileFlyweight();
        assertTrue(state.profiles().find(
            state.partitioner().partitionOf(pseudonymiser.high(), pseudonymiser.low()),
            pseudonymiser.high(), pseudonymiser.low(), profile));
        return profile;
    }

    /** What the journals of a stopped server hold. */
    private List<JsonNode> records(final int templateId) throws IOException {
        final List<JsonNode> found = new ArrayList<>();
        final JournalPrinter printer = new JournalPrinter(JournalFilter.all());
        final RecordHeaderFlyweight record = new RecordHeaderFlyweight();
        final JournalDirectory journals = new JournalDirectory(DataDirectory.journal(folder.resolve("data")));
        for (final Path queue : journals.queues()) {
            if (queue.equals(journals.registryQueue())) {
                continue;
            }
            try (JournalReader reader = new JournalReader(queue)) {
                while (reader.next()) {
                    if (record.wrap(reader.buffer(), reader.offset()).templateId() == templateId) {
                        found.add(JSON.readTree(
                            printer.line(reader.index(), reader.buffer(), reader.offset(), reader.length())));
                    }
                }
            }
        }
        return found;
    }

    /** Sends a notice twice: it is taken both times and counts once. */
    private BidServer.Answer twice(final String target, final int events) throws IOException, InterruptedException {
        final BidServer.Answer first = bidder.get(target);
        bidder.test.awaitQuiet();
        assertEquals(events, bidder.count(CounterDescriptor.EVENTS_ACCEPTED), target);
        assertEquals(events - 1, bidder.count(CounterDescriptor.NOTICES_DUPLICATE), target);
        final BidServer.Answer second = bidder.get(target);
        assertEquals(first.status(), second.status());
        bidder.test.awaitQuiet();
        assertEquals(events, bidder.count(CounterDescriptor.EVENTS_ACCEPTED), "counts once: " + target);
        assertEquals(events, bidder.count(CounterDescriptor.NOTICES_DUPLICATE), target);
        assertEquals(events, bidder.count(CounterDescriptor.EVENTS_DUPLICATE), target);
        return first;
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldTakeNoticesOfItsBids(final String threading) throws Exception {
        bidder.test.set("server.threading", threading).set("server.shards", threading.equals("ring") ? "2" : "1");
        bidder.start();
        final Customer customer = new Customer(Namespaces.DEVICE, "dev-1");
        makeGold(customer);
        final JsonNode bid =
            bid(BANNER, ",\"user\":{\"buyeruid\":\"dev-1\"},\"regs\":{\"gdpr\":0}").at("/seatbid/0/bid/0");
        final String base = "https://bid.example";
        final String price = bid.get("burl").asText().substring(base.length()).replace("${AUCTION_PRICE}", "1.5");
        assertEquals(204, twice(price, 1).status());
        assertEquals(204, twice(bid.get("lurl").asText().substring(base.length())
            .replace("${AUCTION_LOSS}", "2").replace("${AUCTION_MIN_TO_WIN}", ""), 2).status());
        final String adm = bid.get("adm").asText();
        final int imp = adm.indexOf(base + "/notice/imp");
        final String pixel = adm.substring(imp + base.length(), adm.indexOf('"', imp)).replace("&amp;", "&");
        final BidServer.Answer picture = twice(pixel.replace("${AUCTION_PRICE}", "1.5"), 3);
        assertEquals(200, picture.status());
        assertEquals("image/gif", picture.fields().get("content-type"));
        assertEquals(43, picture.body().length);
        final int click = adm.indexOf(base + "/notice/click");
        final String link = adm.substring(click + base.length(), adm.indexOf('"', click)).replace("&amp;", "&");
        final BidServer.Answer moved = twice(link.replaceAll("&r=.*", "&r=https%3A%2F%2Fevil.example"), 4);
        assertEquals(302, moved.status());
        assertEquals("https://club.example/", moved.fields().get("location"));
        assertEquals(403, bidder.get(pixel.replace("imp?", "win?")).status(), "made for markup only");
        final char last = price.charAt(price.indexOf("t=") + 60);
        final String forged = price.substring(0, price.indexOf("t=") + 60) + (last == 'A' ? 'B' : 'A')
            + price.substring(price.indexOf("t=") + 61);
        assertEquals(403, bidder.get(forged).status());
        assertEquals(1, bidder.count(CounterDescriptor.NOTICES_FORGED));
        assertEquals(1, bidder.count(CounterDescriptor.NOTICES_WRONG_KIND));
        assertEquals(8, bidder.count(CounterDescriptor.NOTICES_ACCEPTED));
        assertEquals(0, bidder.count(CounterDescriptor.NOTICES_REFUSED));
        bidder.assertNoErrors();
        final ProfileFlyweight profile = profile(customer);
        final int offerId = registered(NameKind.OFFER, "gold-club");
        assertEquals(1, profile.counted(
            CapKey.of(CapScope.OFFER, offerId, ExposureKind.IMPRESSION, CapWindow.LIFETIME, false),
            CapWindow.LIFETIME, 0, 0, 0, 0));
        assertEquals(1, profile.clicks(profile.findAnswers(offerId)));
        bidder.test.stop();
        final List<JsonNode> events = records(EventRecordDecoder.TEMPLATE_ID);
        assertEquals(List.of("BILLING", "LOSS", "IMPRESSION", "CLICK"),
            events.stream().map(each -> each.at("/report/eventType").asText()).toList());
        for (final JsonNode event : events) {
            assertEquals(1, event.get("clientIndex").asInt(), "of none of the configured clients: " + event);
        }
        assertEquals(1_500, events.getFirst().at("/report/amountMicros").asLong());
    }

    /** Auctions are no contacts: with a cap of one decision and one impression all bids are made until one is shown. */
    @Test
    void shouldBidAgainAfterALostBid() throws Exception {
        bidder.start();
        makeGold(new Customer(Namespaces.DEVICE, "dev-1"));
        Files.writeString(folder.resolve("catalogue/all.yaml"), BidServer.CATALOGUE.replace(
            "caps: [{count: impression, limit: 9, window: lifetime}]",
            "caps: [{event: decision, limit: 1, window: lifetime}, {event: impression, limit: 1, window: lifetime}]"));
        final var loaded = bidder.test.server().catalogues().reload();
        assertTrue(loaded.isGood(), loaded.errors()::toString);
        assertEquals(List.of("UNCOUNTED"), loaded.warnings().stream().map(each -> each.kind().name()).toList());
        final String user = ",\"user\":{\"buyeruid\":\"dev-1\"},\"regs\":{\"gdpr\":0}";
        JsonNode won = null;
        for (int i = 0; i < 5; i++) {
            won = bid(BANNER, user).at("/seatbid/0/bid/0");
            assertEquals("club-300x250", won.get("crid").asText(), "bid " + i + ": nothing was shown yet");
            bidder.get(won.get("lurl").asText().substring("https://bid.example".length())
                .replace("${AUCTION_LOSS}", "102"));
        }
        final String adm = won.get("adm").asText();
        final int imp = adm.indexOf("/notice/imp");
        assertEquals(200, bidder.get(adm.substring(imp, adm.indexOf('"', imp)).replace("&amp;", "&")).status());
        bidder.test.awaitQuiet();
        assertEquals("milk-300x250", field(bid(BANNER, user), "crid"), "the impression counts");
    }

    /** With test: 1 the whole way is gone, and nothing of it counts. */
    @Test
    void shouldCountNothingOfATest() throws Exception {
        bidder.start();
        final Customer customer = new Customer(Namespaces.DEVICE, "dev-1");
        makeGold(customer);
        final JsonNode bid = bid(BANNER, ",\"test\":1,\"user\":{\"buyeruid\":\"dev-1\"},\"regs\":{\"gdpr\":0}")
            .at("/seatbid/0/bid/0");
        assertEquals("club-300x250", bid.get("crid").asText(), "decided as always");
        final String adm = bid.get("adm").asText();
        final int imp = adm.indexOf("/notice/imp");
        assertEquals(200, bidder.get(adm.substring(imp, adm.indexOf('"', imp)).replace("&amp;", "&")).status());
        assertEquals(204, bidder.get(bid.get("burl").asText().substring("https://bid.example".length())).status());
        bidder.test.awaitQuiet();
        assertEquals(2, bidder.count(CounterDescriptor.NOTICES_TEST));
        assertEquals(0, bidder.count(CounterDescriptor.NOTICES_ACCEPTED));
        assertEquals(0, bidder.count(CounterDescriptor.EVENTS_ACCEPTED));
        final ProfileFlyweight profile = profile(customer);
        assertEquals(-1, profile.firstCounter(), "neither impressions nor clicks");
        assertEquals(0, profile.visitCount());
        bidder.test.stop();
        final List<JsonNode> decisions = records(DecisionRecordDecoder.TEMPLATE_ID);
        assertTrue(decisions.getFirst().at("/request/test").asBoolean(), () -> decisions.getFirst().toString());
    }

    private static UnknownFieldSet.Field field(final ByteString bytes) {
        return UnknownFieldSet.Field.newBuilder().addLengthDelimited(bytes).build();
    }

    private static UnknownFieldSet.Field field(final long number) {
        return UnknownFieldSet.Field.newBuilder().addVarint(number).build();
    }

    private static UnknownFieldSet inner(final UnknownFieldSet message, final int number) throws IOException {
        return UnknownFieldSet.parseFrom(message.getField(number).getLengthDelimitedList().getFirst());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-protobuf", "application/octet-stream"})
    void shouldAnswerProtobufWithProtobuf(final String contentType) throws Exception {
        bidder.start();
        final UnknownFieldSet banner =
            UnknownFieldSet.newBuilder().addField(1, field(300)).addField(2, field(250)).build();
        final UnknownFieldSet imp = UnknownFieldSet.newBuilder().addField(1, field(ByteString.copyFromUtf8("i-1")))
            .addField(2, field(banner.toByteString())).build();
        final UnknownFieldSet request = UnknownFieldSet.newBuilder()
            .addField(1, field(ByteString.copyFromUtf8("req-1"))).addField(2, field(imp.toByteString()))
            .addField(8, field(500)).build();
        final BidServer.Answer answer = bidder.post("generic", request.toByteArray(), contentType);
        assertEquals(200, answer.status());
        assertEquals("application/x-protobuf", answer.fields().get("content-type"));
        final UnknownFieldSet response = UnknownFieldSet.parseFrom(answer.body());
        assertEquals("req-1", response.getField(1).getLengthDelimitedList().getFirst().toStringUtf8());
        final UnknownFieldSet bid = inner(inner(response, 2), 1);
        assertEquals("i-1", bid.getField(2).getLengthDelimitedList().getFirst().toStringUtf8());
        assertEquals(2.0, Double.longBitsToDouble(bid.getField(3).getFixed64List().getFirst()));
        assertTrue(bid.getField(6).getLengthDelimitedList().getFirst().toStringUtf8().contains("milk.png"));
        bidder.assertNoErrors();
    }

    /** The catalogue and the request of README.md, section "Bid with it". */
    @Test
    void shouldBidAsTheReadmeShows() throws Exception {
        final String readme = Files.readString(Path.of(System.getenv("OPPORTUNE_ROOT"), "README.md"));
        final int catalogue = readme.indexOf("ads/milk.yaml <<'END'\n") + "ads/milk.yaml <<'END'\n".length();
        final int body = readme.indexOf("-d '", catalogue) + "-d '".length();
        Files.writeString(folder.resolve("catalogue/all.yaml"),
            readme.substring(catalogue, readme.indexOf("END\n", catalogue)));
        bidder.start();
        final BidServer.Answer answer = bidder.post("generic", readme.substring(body, readme.indexOf('\'', body)));
        assertEquals(200, answer.status());
        assertEquals("milk-300x250", field(JSON.readTree(answer.text()), "crid"));
    }

    @Test
    void shouldBidWithTheCatalogueInService() throws Exception {
        bidder.start();
        assertEquals("milk-300x250", field(bid(BANNER, ""), "crid"));
        Files.writeString(folder.resolve("catalogue/all.yaml"),
            BidServer.CATALOGUE.replace("id: milk-300x250", "id: cream-300x250").replace("\"0.10\"", "\"0.20\""));
        assertTrue(bidder.test.server().catalogues().reload().isGood());
        // There is markup for each creative as soon as decisions may name it.
        final JsonNode response = bid(BANNER, "");
        assertEquals("cream-300x250", field(response, "crid"));
        assertEquals(4.0, response.at("/seatbid/0/bid/0/price").asDouble());
        bidder.assertNoErrors();
    }
}
