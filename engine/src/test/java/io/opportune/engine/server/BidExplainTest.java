package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opportune.engine.admin.PauseOutcome;
import io.opportune.engine.bidding.BidExplanations;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.explain.FunnelJson;
import io.opportune.engine.explain.FunnelText;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.Attribute;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bid requests that ask why they get no bid, over a socket, and the same without a server. */
@Timeout(60)
class BidExplainTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKEN = "admins-own-token-0";
    private static final String KEY = "key-for-tests-0123";
    private static final String BEARER = "Authorization: Bearer " + TOKEN;
    private static final String BANNER = "{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250}}";

    @TempDir
    Path folder;

    private BidServer bidder;

    @BeforeEach
    void make() throws IOException {
        bidder = new BidServer(folder);
        bidder.test
            .set("bidding.explain-token-file", Files.writeString(folder.resolve("token"), TOKEN + "\n").toString())
            .set("bidding.test-key-file", Files.writeString(folder.resolve("key"), KEY).toString());
    }

    @AfterEach
    void stop() {
        bidder.close();
    }

    private static String request(final String imps, final String more) {
        return "{\"id\":\"req-1\",\"tmax\":500,\"imp\":[" + imps + "]" + more + "}";
    }

    private BidServer.Answer ask(final String query, final String body, final String... fields) throws IOException {
        return bidder.post("generic" + query, body.getBytes(StandardCharsets.UTF_8), "application/json", fields);
    }

    private JsonNode explain(final String imps, final String more) throws IOException {
        final BidServer.Answer answer = ask("?explain=1&lines=100", request(imps, more), BEARER);
        assertEquals(200, answer.status(), () -> imps + more);
        bidder.assertNoErrors();
        return JSON.readTree(answer.body());
    }

    private static JsonNode offer(final JsonNode funnel, final String name) {
        for (final JsonNode offer : funnel.at("/imps/0/decision/offers")) {
            if (offer.get("offer").asText().equals(name)) {
                return offer;
            }
        }
        throw new AssertionError("no offer " + name + " in " + funnel);
    }

    private void makeGold(final Customer customer) throws Exception {
        try (TillClient client = bidder.test.client()) {
            final int tier = TestServer.id(client, NameKind.ATTRIBUTE, "customer.tier");
            client.updateContext(ContextChange.of(customer, new ContextChange.GrantConsent(Consent.ALL),
                new ContextChange.SetAttribute(Attribute.text(tier, "gold"))), TimeUnit.SECONDS.toNanos(5)).get();
        }
    }

    /** Worth, shade and price of a first-price auction; a second-price one and a test have no shade. */
    @Test
    void shouldTellTheShade() throws Exception {
        bidder.start();
        for (final String more : new String[] {",\"at\":2", ",\"at\":1,\"test\":1"}) {
            final JsonNode pricing = explain(BANNER, more).at("/imps/0/pricing");
            assertEquals(0, pricing.get("shade").asDouble(), pricing::toString);
            assertEquals(pricing.get("cpm").asDouble(), pricing.get("price").asDouble(), pricing::toString);
        }
        for (int i = 0; i < 20; i++) {
            final JsonNode pricing = explain(BANNER, ",\"at\":1").at("/imps/0/pricing");
            final double shade = pricing.get("shade").asDouble();
            assertEquals(pricing.get("cpm").asDouble(), pricing.get("value").asDouble());
            assertEquals(pricing.get("value").asDouble() * shade, pricing.get("price").asDouble(), 0.001);
            assertTrue(pricing.get("explored").asBoolean() ? shade > 0.3 : Math.abs(shade - 0.8) < 0.01,
                pricing::toString);
        }
        assertEquals(0, bidder.count(CounterDescriptor.BIDS_SHADED), "explanations count nothing");
        assertEquals(0, bidder.count(CounterDescriptor.SHADES_OBSERVED));
    }

    /** What must be found again in the funnel: the bid of the same request, or its absence. */
    private void assertAgrees(final String imps, final String more) throws IOException {
        final JsonNode funnel = explain(imps, more);
        final BidServer.Answer answer = ask("", request(imps, more));
        assertEquals(answer.status(), funnel.get("status").asInt(), funnel::toString);
        final JsonNode bids =
            answer.status() == 200 ? JSON.readTree(answer.body()).at("/seatbid/0/bid") : JSON.createArrayNode();
        int found = 0;
        for (final JsonNode imp : funnel.get("imps")) {
            JsonNode bid = null;
            for (final JsonNode each : bids) {
                bid = each.get("impid").asText().equals(imp.get("id").asText()) ? each : bid;
            }
            assertEquals(bid == null, imp.hasNonNull("nbr"), imp::toString);
            if (bid != null) {
                found++;
                assertEquals(bid.get("price").asDouble(), imp.at("/pricing/price").asDouble(), 1e-9);
                assertEquals(bid.path("dealid").asText(null), imp.at("/pricing/deal").asText("null").equals("null")
                    ? null : imp.at("/pricing/deal").asText());
                final JsonNode winner = imp.at("/decision/offers/0");
                assertEquals("chosen", winner.get("outcome").asText());
                assertEquals(1, winner.get("rank").asInt());
                assertEquals(bid.get("cid").asText(), winner.get("campaign").asText());
            }
        }
        assertEquals(bids.size(), found);
        bidder.assertNoErrors();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldAgreeWithWhatIsBid(final String threading) throws Exception {
        bidder.test.set("server.threading", threading).set("server.shards", threading.equals("ring") ? "2" : "1");
        bidder.start();
        makeGold(new Customer(Namespaces.DEVICE, "dev-1"));
        final String known = ",\"user\":{\"buyeruid\":\"dev-1\"},\"regs\":{\"gdpr\":0}";
        final String iphone = ",\"device\":{\"os\":\"iOS\",\"geo\":{\"country\":\"USA\"}}";
        for (final String more : List.of("", known, iphone, known + ",\"bcat\":[\"IAB9\"]",
            ",\"badv\":[\"dairy.example\"]", ",\"cur\":[\"EUR\"]", ",\"wseat\":[\"other\"]",
            ",\"test\":1", known + ",\"tmax\":30")) {
            assertAgrees(BANNER, more);
            assertAgrees("{\"id\":\"1\",\"bidfloor\":5,\"banner\":{\"w\":300,\"h\":250}}", more);
            assertAgrees("{\"id\":\"1\",\"banner\":{\"w\":320,\"h\":50}},{\"id\":\"x\"},{\"id\":\"2\",\"video\":"
                + "{\"mimes\":[\"video/mp4\"],\"protocols\":[3,7]}}", more);
            assertAgrees("{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250},\"bidfloor\":99,\"pmp\":{\"deals\":["
                + "{\"id\":\"d1\",\"bidfloor\":50},{\"id\":\"d2\",\"wseat\":[\"other\"]},{\"id\":\"d3\","
                + "\"bidfloor\":1.5,\"at\":3}]}}", more);
        }
    }

    @Test
    void shouldCountAndRecordNothing() throws Exception {
        bidder.start();
        makeGold(new Customer(Namespaces.DEVICE, "dev-1"));
        final CounterDescriptor[] unchanged = {
            CounterDescriptor.BIDS_REQUESTS, CounterDescriptor.BIDS_MADE, CounterDescriptor.BIDS_CUSTOMERS,
            CounterDescriptor.BIDS_NONE_NO_OFFER, CounterDescriptor.DECISIONS_FULL,
            CounterDescriptor.DECISIONS_NO_OFFER, CounterDescriptor.JOURNAL_RECORDS,
            CounterDescriptor.PROFILES_REFUSED_FULL,
        };
        final long[] before = new long[unchanged.length];
        for (int i = 0; i < before.length; i++) {
            before[i] = bidder.count(unchanged[i]);
        }
        for (int i = 0; i < 20; i++) {
            explain(BANNER, ",\"user\":{\"buyeruid\":\"dev-1\"},\"regs\":{\"gdpr\":0}");
            explain("{\"id\":\"1\",\"banner\":{\"w\":1,\"h\":1}}", "");
        }
        for (int i = 0; i < before.length; i++) {
            assertEquals(before[i], bidder.count(unchanged[i]), unchanged[i]::toString);
        }
        assertEquals(40, bidder.count(CounterDescriptor.BIDS_EXPLAINED));
        assertTrue(bidder.test.server().bidReport().campaigns().isEmpty());
        assertEquals(0, bidder.test.server().bidReport().exchanges().stream().mapToLong(row -> row.requests()).sum());
    }

    @ParameterizedTest
    @CsvSource({
        "?explain=1, , false, 403", "?explain, , false, 403", "?explain=1, Bearer wrong-token-0000000, false, 403",
        "?explain=1, Basic admins-own-token-0, false, 403", "?explain=1, Bearer admins-own-token-0, false, 200",
        "?a=b&explain=1, bearer admins-own-token-0, false, 403",
        "?explain=admins-own-token-0, , false, 403", "?explain=key-for-tests-0123, , false, 403",
        "?explain=key-for-tests-0123, , true, 200", "?explain=1, Bearer key-for-tests-0123, true, 200",
        "?explain=1, Bearer key-for-tests-0123, false, 403"})
    void shouldExplainToThoseWhoMayAsk(
        final String query, final String authorization, final boolean test, final int status) throws IOException {
        bidder.start();
        final String body = request(BANNER, test ? ",\"test\":1" : "");
        final BidServer.Answer answer = authorization == null
            ? ask(query, body) : ask(query, body, "Authorization: " + authorization);
        assertEquals(status, answer.status());
        assertEquals(status == 200, answer.body().length > 0);
        assertEquals(0, bidder.count(CounterDescriptor.BIDS_REQUESTS), "nobody bids by mistake");
        assertEquals(200, ask("?key=1&explained=0", body).status(), "other parameters mean nothing");
        assertEquals(1, bidder.count(CounterDescriptor.BIDS_REQUESTS));
        bidder.assertNoErrors();
    }

    @Test
    void shouldExplainToNobodyWithoutKeys() throws IOException {
        bidder.test.set("bidding.explain-token-file", "").set("bidding.test-key-file", "");
        bidder.start();
        assertEquals(403, ask("?explain=", request(BANNER, ",\"test\":1"), "Authorization: Bearer ").status());
        assertEquals(1, bidder.count(CounterDescriptor.BIDS_EXPLAIN_REFUSED));
    }

    @Test
    void shouldNameWhatStoodInTheWayOfEachOffer() throws Exception {
        Files.writeString(folder.resolve("catalogue/more.yaml"), """
            campaigns:
              - id: over
                advertiser: club
                flights: [{start: 2017-01-01, end: 2018-01-01}]
                budget: {currency: USD}
            offers:
              - {id: past, campaign: over, category: past, value: "9.00", propensity: 0.5, channels: [ad_exchange],
                 creatives: [{id: past-1, title: P, banner: {w: 300, h: 250, image: "https://c.example/p.png",
                 click: "https://c.example/"}}]}
              - {id: shop-only, campaign: members, category: shop, value: "9.00", propensity: 0.5, channels: [till],
                 creatives: [{id: shop-1, channels: [till], title: S, body: S}]}
              - {id: second, campaign: members, category: second, value: "0.05", propensity: 0.02,
                 channels: [ad_exchange],
                 creatives: [{id: second-1, title: P, banner: {w: 300, h: 250, image: "https://c.example/p.png",
                 click: "https://c.example/"}}]}
            """);
        bidder.start();
        JsonNode funnel = explain(BANNER, ",\"device\":{\"os\":\"Android\"}");
        assertEquals("chosen", offer(funnel, "milk-online").get("outcome").asText());
        assertEquals(2.0, offer(funnel, "milk-online").get("cpm").asDouble());
        assertEquals(0.002, offer(funnel, "milk-online").get("score").asDouble(), 1e-12);
        final JsonNode second = offer(funnel, "second");
        assertEquals("outranked", second.get("outcome").asText());
        assertEquals(2, second.get("rank").asInt());
        assertTrue(second.toString().contains("place 1: milk-online counts 0.0020"), second::toString);
        assertEquals("flight_not_active", offer(funnel, "past").get("outcome").asText());
        assertEquals("channel_mismatch", offer(funnel, "shop-only").get("outcome").asText());
        final JsonNode phones = offer(funnel, "phones");
        assertEquals("targeting_mismatch", phones.get("outcome").asText());
        assertTrue(phones.at("/obstacles/0/lines").toString().contains("request.device_os == \\\"iOS\\\""),
            phones::toString);
        assertEquals("creative_size", phones.at("/obstacles/1/reason").asText(), "all is told, not only the first");
        int outcomes = 0;
        for (final JsonNode count : funnel.at("/imps/0/decision/outcomes")) {
            outcomes += count.asInt();
        }
        assertEquals(6, outcomes);
        assertEquals("GDPR_UNKNOWN", funnel.at("/customer/why").asText());

        funnel = explain(BANNER, ",\"bcat\":[\"IAB8-18\"],\"badv\":[\"club.example\"]");
        assertEquals(500, funnel.get("nbr").asInt());
        assertEquals("creative_category", offer(funnel, "milk-online").get("outcome").asText());
        assertEquals("creative_advertiser", offer(funnel, "second").get("outcome").asText());

        funnel = explain("{\"id\":\"1\",\"bidfloor\":3,\"banner\":{\"w\":300,\"h\":250},\"pmp\":{\"deals\":["
            + "{\"id\":\"a\",\"wseat\":[\"x\"]},{\"id\":\"b\",\"bidfloor\":4},{\"id\":\"c\",\"wadomain\":"
            + "[\"x.example\"]},{\"id\":\"d\",\"bidfloor\":1,\"bidfloorcur\":\"EUR\"}]}}", "");
        assertEquals(501, funnel.get("nbr").asInt());
        assertEquals(501, funnel.at("/imps/0/nbr").asInt());
        assertEquals(3.0, funnel.at("/imps/0/pricing/floor").asDouble());
        assertEquals(2.0, funnel.at("/imps/0/pricing/cpm").asDouble());
        assertEquals(List.of("SEAT", "BELOW_FLOOR", "ADVERTISER", "CURRENCY"),
            texts(funnel.at("/imps/0/pricing/deals"), "verdict"));

        final PauseOutcome paused = new ServerAdmin(bidder.test.server(), new Pauses(
            bidder.test.server().catalogues(), bidder.test.server().control().registry())).pause(
                false, "milk-online", true);
        assertTrue(paused.changed());
        funnel = explain(BANNER, "");
        assertEquals("paused", offer(funnel, "milk-online").get("outcome").asText());
        assertEquals("chosen", offer(funnel, "second").get("outcome").asText());
        assertAgrees(BANNER, "");
    }

    private static List<String> texts(final JsonNode array, final String field) {
        final List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.get(field).asText()));
        return texts;
    }

    @Test
    void shouldSayWhatEachRegulationPermits() throws Exception {
        bidder.start();
        makeGold(new Customer(Namespaces.DEVICE, "dev-1"));
        final String user = ",\"user\":{\"buyeruid\":\"dev-1\"}";
        JsonNode funnel = explain(BANNER, user + ",\"regs\":{\"gdpr\":0,\"us_privacy\":\"1YYN\",\"coppa\":1}");
        assertEquals("COPPA", funnel.at("/customer/why").asText());
        assertTrue(funnel.at("/customer/contextual").asBoolean());
        assertEquals("not_looked_for", funnel.at("/customer/profile").asText());
        final List<String> verdicts = new ArrayList<>();
        funnel.at("/consent/regulations").forEach(each -> verdicts.add(each.get("regulation").asText() + " "
            + each.get("signalled").asBoolean() + " " + each.at("/actions/read_profile").asText()));
        assertEquals(List.of("COPPA true COPPA", "GPC false PERMITTED", "LMT false PERMITTED", "DNT false PERMITTED",
            "GDPR true PERMITTED", "GPP false PERMITTED", "US_PRIVACY true US_SALE_OPT_OUT"), verdicts);
        funnel = explain(BANNER, user + ",\"regs\":{\"gdpr\":0}");
        assertEquals("device", funnel.at("/customer/id").asText());
        assertEquals("read", funnel.at("/customer/profile").asText());
        assertEquals("chosen", offer(funnel, "gold-club").get("outcome").asText());
        funnel = explain(BANNER, ",\"user\":{\"buyeruid\":\"dev-2\"},\"regs\":{\"gdpr\":0}");
        assertEquals("none", funnel.at("/customer/profile").asText());
        final BidServer.Answer gpc = ask("?explain=1", request(BANNER, user + ",\"regs\":{\"gdpr\":0}"), BEARER,
            "Sec-GPC: 1");
        assertEquals("GPC", JSON.readTree(gpc.body()).at("/customer/why").asText());
    }

    @Test
    void shouldTellWhatWouldBeBidWhereTestsGetNoBid() throws Exception {
        final Path profiles = Files.createDirectory(folder.resolve("exchanges"));
        Files.writeString(profiles.resolve("corner.yaml"), "exchange: corner\nnumber: 1000\nname: Corner\n"
            + "wire: {test: no_bid}\nsources: {wire.test: own choice}\n");
        bidder.test.set("bidding.exchanges-dir", profiles.toString());
        bidder.start();
        final byte[] test = request(BANNER, ",\"test\":1").getBytes(StandardCharsets.UTF_8);
        assertEquals(204, bidder.post("corner", test, "application/json").status());
        assertEquals(1, bidder.count(CounterDescriptor.BIDS_NONE_TEST));
        final JsonNode funnel = JSON.readTree(bidder.post("corner?explain=" + KEY, test, "application/json").body());
        assertEquals(204, funnel.get("status").asInt());
        assertEquals(506, funnel.get("nbr").asInt());
        assertEquals("chosen", offer(funnel, "milk-online").get("outcome").asText());
        assertEquals(1, bidder.count(CounterDescriptor.BIDS_NONE_TEST));
    }

    @Test
    void shouldTellWhatCannotBeRead() throws Exception {
        bidder.start();
        final String[][] cases = {{"{\"id\":", "400"}, {"[1]", "400 204"}, {"{\"id\":\"1\"}", "204"}};
        for (final String[] each : cases) {
            final BidServer.Answer answer = ask("?explain=1", each[0], BEARER);
            assertEquals(200, answer.status());
            assertTrue(each[1].contains(JSON.readTree(answer.body()).get("status").asText()), answer::text);
        }
        assertEquals(2, JSON.readTree(ask("?explain=1", "{\"id\":\"1\"}", BEARER).body()).get("nbr").asInt());
        final BidServer.Answer unknown = bidder.post("nobody?explain=1",
            request(BANNER, "").getBytes(StandardCharsets.UTF_8), "application/json", BEARER);
        assertEquals(404, JSON.readTree(unknown.body()).get("status").asInt());
        bidder.assertNoErrors();
    }

    @Test
    void shouldBoundTheLengthOfAnExplanation() throws Exception {
        final StringBuilder offers = new StringBuilder("offers:\n");
        final String rule = "request.device_os == 'x' && " + "request.device_geo_country != 'ABCDEFGH' && ".repeat(12)
            + "true";
        for (int i = 0; i < 1_500; i++) {
            offers.append("  - {id: extra-").append(i).append(", campaign: members, category: c").append(i)
                .append(", value: \"1.00\", propensity: 0.5, channels: [ad_exchange], targeting: \"").append(rule)
                .append("\", creatives: [{id: extra-").append(i).append("-c, title: T, banner: {w: 300, h: 250,")
                .append(" image: \"https://c.example/p.png\", click: \"https://c.example/\"}}]}\n");
        }
        Files.writeString(folder.resolve("catalogue/many.yaml"), offers);
        bidder.test.set("server.threading", "ring");
        bidder.start();
        final StringBuilder imps = new StringBuilder(BANNER);
        for (int i = 0; i < 30; i++) {
            imps.append(',').append(BANNER.replace("\"1\"", "\"i" + i + "\""));
        }
        final BidServer.Answer answer =
            ask("?explain=1&lines=1000&offer=extra-1499&offer=nothing", request(imps.toString(), ""), BEARER);
        assertEquals(200, answer.status());
        assertTrue(answer.body().length <= 256 * 1024, () -> answer.body().length + " bytes");
        final JsonNode funnel = JSON.readTree(answer.body());
        assertEquals(31, funnel.get("imps").size());
        for (int i = 0; i < 16; i++) {
            final JsonNode decision = funnel.get("imps").get(i).get("decision");
            assertEquals(1_502, decision.at("/outcomes/targeting_mismatch").asInt());
            assertEquals(1_503, decision.get("offers").size() + decision.get("moreOffers").asInt());
            assertEquals("nothing", decision.at("/unknownOffers/0").asText());
        }
        assertFalse(funnel.get("imps").get(16).has("decision"));
        assertEquals(0, JSON.readTree(ask("?explain=1&lines=0", request(BANNER, ""), BEARER).body())
            .at("/imps/0/decision/offers").size());
        assertEquals("extra-7", JSON.readTree(ask("?explain=1&lines=0&offer=extra-7", request(BANNER, ""), BEARER)
            .body()).at("/imps/0/decision/offers/0/offer").asText());
        bidder.assertNoErrors();
    }

    /** Without what differs from one moment to the next. */
    private static JsonNode timeless(final JsonNode funnel) {
        ((ObjectNode) funnel).remove(List.of("time", "businessTime"));
        for (final JsonNode imp : (ArrayNode) funnel.get("imps")) {
            if (imp.has("decision")) {
                ((ObjectNode) imp.get("decision")).remove("decidedUs");
            }
        }
        return funnel;
    }

    @Test
    void shouldExplainTheSameWithoutAServer() throws Exception {
        bidder.start();
        makeGold(new Customer(Namespaces.DEVICE, "dev-1"));
        new ServerAdmin(bidder.test.server(), new Pauses(bidder.test.server().catalogues(),
            bidder.test.server().control().registry())).pause(true, "milk-online", true);
        final String[] more = {"", ",\"user\":{\"buyeruid\":\"dev-1\"},\"regs\":{\"gdpr\":0}",
            ",\"device\":{\"os\":\"iOS\",\"geo\":{\"country\":\"USA\"}},\"badv\":[\"club.example\"]"};
        final List<JsonNode> online = new ArrayList<>();
        for (final String each : more) {
            online.add(timeless(explain(BANNER, each)));
        }
        assertEquals("gold-club", online.get(1).at("/imps/0/decision/offers/0/offer").asText());
        bidder.test.server().close();
        try (OfflineExplainer offline = OfflineExplainer.open(bidder.test.config(), true,
            Files.createDirectory(folder.resolve("work")), SystemEpochNanoClock.INSTANCE)) {
            for (int i = 0; i < more.length; i++) {
                final var funnel = offline.explain(new BidExplanations.Question("generic",
                    request(BANNER, more[i]).getBytes(StandardCharsets.UTF_8), false, false, 100, List.of(), null));
                assertEquals(online.get(i), timeless(JSON.readTree(FunnelJson.text(funnel))));
                final String text = String.join("\n", FunnelText.lines(funnel));
                assertTrue(text.contains(i == 1 ? "gold-club of members: chosen" : "nbr 500 no_offer"), text);
            }
        }
        try (OfflineExplainer nobody = OfflineExplainer.open(bidder.test.config(), false,
            Files.createDirectory(folder.resolve("nobody")), SystemEpochNanoClock.INSTANCE)) {
            final var funnel = nobody.explain(new BidExplanations.Question("generic",
                request(BANNER, more[1]).getBytes(StandardCharsets.UTF_8), false, false, 100, List.of(), null));
            assertEquals("milk-online", JSON.readTree(FunnelJson.text(funnel))
                .at("/imps/0/decision/offers/0/offer").asText(), "nobody is known and nothing is paused");
        }
    }
}
