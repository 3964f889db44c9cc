package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import io.opportune.engine.bidding.BidReport;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.journal.JournalFilter;
import io.opportune.engine.journal.JournalPrinter;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.notice.NoticeKeys;
import io.opportune.engine.notice.NoticeOutcome;
import io.opportune.engine.notice.NoticeSeal;
import io.opportune.engine.notice.NoticeToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Forms that bids take beyond the usual one: markup on the win notice, pods, floors by duration. */
@Timeout(60)
class BidFormsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BASE = "https://bid.example";
    private static final String BANNER = "{\"id\":\"imp/1\",\"banner\":{\"w\":300,\"h\":250}}";
    private static final String VIDEO = "\"mimes\":[\"video/mp4\"],\"protocols\":[2,3,7]";
    private static final String CORNER = """
        exchange: corner
        number: 1000
        name: Corner Exchange
        notices:
          fired: [win, bill, loss, imp, click]
          macros: [AUCTION_ID, AUCTION_BID_ID, AUCTION_IMP_ID, AUCTION_PRICE, AUCTION_LOSS, AUCTION_MIN_TO_WIN]
          markup: [nurl]
        limits: {requests_per_second: 0, request_bytes: 65536, response_bytes: 4096, markup_bytes: 3000}
        sources: {notices.markup: "contract"}
        """;

    @TempDir
    Path folder;

    private BidServer bidder;
    private ResponseSchema schema;

    @BeforeEach
    void make() throws IOException {
        schema = new ResponseSchema();
        bidder = new BidServer(folder);
    }

    @AfterEach
    void stop() {
        if (bidder != null) {
            bidder.close();
        }
    }

    private void useCorner(final String profile) throws IOException {
        final Path exchanges = Files.createDirectories(folder.resolve("exchanges"));
        Files.writeString(exchanges.resolve("corner.yaml"), profile);
        bidder.test.set("bidding.exchanges-dir", exchanges.toString());
    }

    private JsonNode bids(final String exchange, final String imps, final String more) throws IOException {
        final String request = "{\"id\":\"req \\\"1\\\"\",\"tmax\":900,\"imp\":[" + imps + "]" + more + "}";
        final BidServer.Answer answer = bidder.post(exchange, request);
        bidder.assertNoErrors();
        if (answer.status() == 204) {
            return JSON.createArrayNode();
        }
        assertEquals(200, answer.status(), request);
        schema.check(JSON.readTree(request), answer.text());
        return JSON.readTree(answer.text()).at("/seatbid/0/bid");
    }

    private static String won(final JsonNode bid, final String price) {
        return bid.get("nurl").asText().substring(BASE.length()).replace("${AUCTION_PRICE}", price)
            .replace("${AUCTION_MIN_TO_WIN}", "0.5").replace("${AUCTION_ID}", "req%20%221%22")
            .replace("${AUCTION_BID_ID}", "bid-7").replace("${AUCTION_IMP_ID}", "imp%2F1");
    }

    private static Document xml(final String text) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder()
            .parse(new InputSource(new StringReader(text)));
    }

    @Test
    void shouldGiveTheMarkupAsAnswerToTheWin() throws Exception {
        useCorner(CORNER);
        Files.writeString(folder.resolve("catalogue/all.yaml"), BidServer.CATALOGUE.replace(
            "click: \"https://dairy.example/milk?from=ad&x=1\"",
            "click: \"https://dairy.example/milk?a=${AUCTION_ID}&i=${AUCTION_IMP_ID:B64}&s=${AUCTION_SEAT_ID}"
                + "&c=${AUCTION_CURRENCY}&l=${AUCTION_LOSS}&d=${AUCTION_DISCOUNT_CPM}\""));
        bidder.start();
        final JsonNode bid = bids("corner", BANNER, "").get(0);
        assertFalse(bid.has("adm"), bid::toString);
        assertEquals("milk-300x250", bid.get("crid").asText());
        final String target = won(bid, "1.25");
        assertTrue(target.length() < 600, target);
        final BidServer.Answer markup = bidder.get(target);
        assertEquals(200, markup.status());
        assertEquals("text/html; charset=utf-8", markup.fields().get("content-type"));
        final String html = markup.text();
        assertTrue(html.contains("https://cdn.dairy.example/milk.png"), html);
        assertTrue(html.contains("&amp;p=1.25\""), html);
        assertEquals(List.of("${AUCTION_LOSS}"), macros(html), "the notice has none: the exchange's business");
        assertTrue(html.contains(
            "&amp;a=req%20%221%22&amp;b=aW1wLzE%3D&amp;d=opportune&amp;e=USD&amp;f=${AUCTION_LOSS}"), html);
        // What stands in the markup counts like what stands in a bid.
        final String pixel = html.substring(html.indexOf(BASE + "/notice/imp") + BASE.length());
        assertEquals(200, bidder.get(pixel.substring(0, pixel.indexOf('"')).replace("&amp;", "&")).status());
        final String click = html.substring(html.indexOf(BASE + "/notice/click") + BASE.length());
        final BidServer.Answer moved = bidder.get(
            click.substring(0, click.indexOf('"')).replace("&amp;", "&").replace("${AUCTION_LOSS}", "2"));
        assertEquals(302, moved.status());
        assertEquals("https://dairy.example/milk?a=req%20%221%22&i=aW1wLzE%3D&s=opportune&c=USD&l=2&d=",
            moved.fields().get("location"), "what the link carries");
        assertEquals(3, bidder.count(CounterDescriptor.NOTICES_ACCEPTED));
        // A repeated win gets the same; one with a form that makes no sense gets nothing, one that is forged an error.
        assertEquals(html, bidder.get(target).text());
        assertEquals(2, bidder.count(CounterDescriptor.NOTICES_MARKUP_SERVED));
        assertEquals(204, bidder.get(target.replaceFirst("&f=.*", "&f=AAAA")).status());
        assertEquals(204, bidder.get(target.replaceFirst("&f=.*", "")).status());
        assertEquals(2, bidder.count(CounterDescriptor.NOTICES_MARKUP_MISSING));
        assertEquals(403, bidder.get(target.replaceFirst("t=....", "t=AgfQ")).status());
        bidder.assertNoErrors();
    }

    /** The link of a banner, as the browser sees it. */
    private static String href(final JsonNode bid) {
        final String adm = bid.get("adm").asText();
        final int start = adm.indexOf("href=\"") + 6;
        return adm.substring(start, adm.indexOf('"', start)).replace("&amp;", "&");
    }

    @Test
    void shouldLetExchangesCountClicks() throws Exception {
        bidder.start();
        final String google = href(bids("google-authorized-buyers", BANNER, "").get(0));
        assertTrue(google.startsWith("%%CLICK_URL_UNESC%%https%3A%2F%2Fbid.example%2Fnotice%2Fclick%3Ft%3D"), google);
        final BidServer.Answer ours = bidder.get(URLDecoder.decode(
            google.substring("%%CLICK_URL_UNESC%%".length()), StandardCharsets.UTF_8).substring(BASE.length()));
        assertEquals(302, ours.status());
        assertEquals("https://dairy.example/milk?from=ad&x=1", ours.fields().get("location"));
        // PubMatic is called by our click, with the page behind its URL.
        final String link = href(bids("pubmatic", BANNER, "").get(0)).substring(BASE.length());
        assertTrue(link.endsWith("&r=1&u=${AUCTION_CLICKTRACK_URL}"), link);
        final String page = "https%3A%2F%2Fdairy.example%2Fmilk%3Ffrom%3Dad%26x%3D1";
        assertEquals("http://track.pubmatic.com/AdServer/T?clickData=AB_url=" + page, followed(link,
            "http%3A%2F%2Ftrack.pubmatic.com%2FAdServer%2FT%3FclickData%3DAB_url%3D"));
        for (final String elsewhere : List.of("", "${AUCTION_CLICKTRACK_URL}", "https%3A%2F%2Fevil.example%2F",
            "https%3A%2F%2Fpubmatic.com.evil.example%2F", "https%3A%2F%2Fnotpubmatic.com%2F", "javascript%3Aalert(1)",
            "https%3A%2F%2Fpubmatic.com%40evil.example%2F", "https%3A%2F%2Fevil.example%5C.pubmatic.com%2F",
            "https%3A%2F%2Fpubmatic.com%0D%0AX%3A%2F", "https%3A%2F%2Fpubmatic.com")) {
            assertEquals("https://dairy.example/milk?from=ad&x=1", followed(link, elsewhere), elsewhere);
        }
        bidder.assertNoErrors();
    }

    private String followed(final String link, final String counting) throws IOException {
        final BidServer.Answer moved = bidder.get(link.replace("${AUCTION_CLICKTRACK_URL}", counting));
        assertEquals(302, moved.status());
        return moved.fields().get("location");
    }

    /** Not all browsers would understand others, and no field of HTTP has them. */
    @Test
    void shouldLeadToPagesWithOtherLetters() throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), BidServer.CATALOGUE.replace(
            "https://dairy.example/milk?from=ad&x=1",
            "https://k\u00e4se.example/milch/s\u00fc\u00df?x=\ud83e\udd5b&y=%20"));
        bidder.start();
        final BidServer.Answer moved = bidder.get(href(bids("generic", BANNER, "").get(0)).substring(BASE.length()));
        assertEquals(302, moved.status());
        assertEquals("https://xn--kse-qla.example/milch/s%C3%BC%C3%9F?x=%F0%9F%A5%9B&y=%20",
            moved.fields().get("location"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // 0.5 EUR and 0.25 GBP are a dollar; there is no rate for CHF.
        "EUR, GBP   | ''                     | EUR",
        "EUR, GBP   | ',\"cur\":[\"USD\",\"GBP\",\"EUR\"]' | GBP",
        "EUR, GBP   | ',\"cur\":[\"USD\"]'     | ''",
        "CHF, GBP   | ''                     | GBP",
        "CHF        | ''                     | ''",
        "CHF, '*'   | ''                     | ''",
        "EUR, '*'   | ',\"cur\":[\"CHF\",\"usd\"]' | USD",
        "EUR, '*'   | ',\"cur\":[\"XYZ\",\"CHF\"]' | ''",
    })
    void shouldBidInACurrencyThatBothTake(final String allowed, final String more, final String expected)
        throws Exception {
        useCorner("exchange: corner\nnumber: 1000\nname: Corner\ncurrencies: [" + allowed
            + "]\nsources: {currencies: contract}\n");
        final Path rates = folder.resolve("rates.yaml");
        Files.writeString(rates, "base: USD\ndate: " + LocalDate.now(ZoneOffset.UTC)
            + "\nrates: {EUR: \"0.5\", GBP: \"0.25\"}\n");
        bidder.test.set("bidding.currency-rates-file", rates.toString());
        bidder.start();
        final BidServer.Answer answer = bidder.post(
            "corner", "{\"id\":\"1\",\"tmax\":900,\"imp\":[" + BANNER + "]" + more + "}");
        assertEquals(expected.isEmpty() ? 204 : 200, answer.status());
        if (expected.isEmpty()) {
            assertEquals(1, bidder.count(CounterDescriptor.BIDS_NONE_CURRENCY));
        } else {
            final JsonNode response = JSON.readTree(answer.text());
            assertEquals(expected, response.get("cur").asText());
            assertEquals(expected.equals("EUR") ? 1.0 : expected.equals("GBP") ? 0.5 : 2.0,
                response.at("/seatbid/0/bid/0/price").asDouble(), "2 dollars");
        }
    }

    /** Ids of exchanges are UUIDs; the URLs of notices, each with its token, are ours. */
    @ParameterizedTest
    @ValueSource(strings = {
        "'banner':{'w':300,'h':250}", "'video':{'mimes':['video/mp4'],'protocols':[13]}",
        "'native':{'request':'{\\'ver\\':\\'1.2\\',\\'assets\\':[{\\'id\\':1,\\'required\\':1,"
            + "\\'title\\':{\\'len\\':25}}]}'}"})
    void shouldTakeLessThanAKilobyteBesideMarkup(final String form) throws Exception {
        bidder.start();
        final String request = """
            {'id':'9f1c2b1e-6a52-4c7d-8a6e-0d3f5b7c9e11','tmax':900,
            'imp':[{'id':'c5a1b7f0-3d5e-4f61-9b8a-7e6d5c4b3a29',%s,
            'pmp':{'private_auction':1,'deals':[{'id':'7b3e9d54-1c2f-4e8a-a1b2-c3d4e5f60718'}]}}]}""".formatted(form)
            .replace('\'', '"');
        final BidServer.Answer answer = bidder.post("generic", request);
        assertEquals(200, answer.status());
        final JsonNode bid = JSON.readTree(answer.text()).at("/seatbid/0/bid/0");
        assertEquals("7b3e9d54-1c2f-4e8a-a1b2-c3d4e5f60718", bid.get("dealid").asText());
        assertTrue(bid.has("nurl") && bid.has("burl") && bid.has("lurl"));
        final int beside = answer.text().length() - bid.get("adm").toString().length();
        // A server that has made a thousand million decisions has more digits for them.
        final int grown = beside + "3ff-ff-3b9aca00-0".length() - bid.get("id").asText().length();
        assertTrue(grown < 1_024, () -> grown + " bytes: " + answer.text());
    }

    @Test
    void shouldKeepToTheCodingsAndVersionsOfTheProfile() throws Exception {
        useCorner("""
            exchange: corner
            number: 1000
            name: Corner
            wire: {versions: ["2.5", "2.6-202606"], request_encodings: [gzip], answer_encodings: [zstd]}
            sources: {wire.versions: x, wire.request_encodings: x, wire.answer_encodings: x}
            """);
        bidder.start();
        final byte[] request = ("{\"id\":\"1\",\"tmax\":900,\"imp\":[{\"id\":\"1\",\"video\":{" + VIDEO + "}}]}")
            .getBytes(StandardCharsets.UTF_8);
        final ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(request);
        }
        final String json = "application/json";
        assertEquals(200, bidder.post("corner", zipped.toByteArray(), json, "Content-Encoding: gzip").status());
        final BidServer.Answer refused =
            bidder.post("corner", Zstd.compress(request), json, "Content-Encoding: zstd");
        assertEquals(415, refused.status());
        assertEquals("gzip", refused.fields().get("accept-encoding"));
        assertEquals(1, bidder.count(CounterDescriptor.BIDS_REFUSED));
        assertEquals(200, bidder.post("generic", Zstd.compress(request), json, "Content-Encoding: zstd").status());
        assertEquals(null,
            bidder.post("corner", request, json, "Accept-Encoding: gzip").fields().get("content-encoding"));
        assertEquals("zstd",
            bidder.post("corner", request, json, "Accept-Encoding: gzip, zstd").fields().get("content-encoding"));
        assertEquals("gzip",
            bidder.post("generic", request, json, "Accept-Encoding: gzip").fields().get("content-encoding"));
        assertEquals(0, bidder.count(CounterDescriptor.BIDS_OTHER_VERSION), "none was said");
        for (final String version : List.of("2.5", "2.6", "2.4", "3.0", "new")) {
            assertEquals(200, bidder.post("corner", request, json, "x-openrtb-version: " + version).status());
        }
        assertEquals(3, bidder.count(CounterDescriptor.BIDS_OTHER_VERSION));
        bidder.assertNoErrors();
    }

    private static List<String> macros(final String text) {
        final List<String> found = new ArrayList<>();
        final var matcher = Pattern.compile("\\$\\{[A-Z0-9_:]+}").matcher(text);
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }

    @Test
    void shouldGiveVideoAndNativeOnTheWinAsTheImpressionTakesThem() throws Exception {
        useCorner(CORNER);
        bidder.start();
        final JsonNode video = bids("corner", "{\"id\":\"1\",\"video\":{" + VIDEO.replace(",7", "") + "}}", "").get(0);
        assertFalse(video.has("adm"));
        assertEquals(3, video.get("protocol").asInt());
        final BidServer.Answer vast = bidder.get(won(video, "2"));
        assertEquals("application/xml", vast.fields().get("content-type"));
        final Document document = xml(vast.text());
        assertEquals("3.0", document.getDocumentElement().getAttribute("version"));
        assertEquals(1, document.getElementsByTagName("MediaFile").getLength());
        assertEquals(0, document.getElementsByTagName("Tracking").getLength(), "not in the profile");
        assertEquals(0, document.getElementsByTagName("Error").getLength());
        final String assets = "{\\\"ver\\\":\\\"1.2\\\",\\\"assets\\\":[{\\\"id\\\":7,\\\"required\\\":1,"
            + "\\\"title\\\":{\\\"len\\\":25}},"
            + "{\\\"id\\\":9,\\\"img\\\":{\\\"type\\\":3,\\\"wmin\\\":600,\\\"hmin\\\":300}}]}";
        final JsonNode ad = bids("corner", "{\"id\":\"1\",\"native\":{\"request\":\"" + assets + "\"}}", "").get(0);
        final BidServer.Answer answer = bidder.get(won(ad, "2"));
        assertEquals("application/json", answer.fields().get("content-type"));
        final JsonNode json = JSON.readTree(answer.text());
        assertEquals("Fresh milk", json.at("/assets/0/title/text").asText(), json::toString);
        assertEquals(9, json.at("/assets/1/id").asInt());
        assertEquals("https://dairy.example/native", json.at("/link/url").asText());
        bidder.assertNoErrors();
    }

    @Test
    void shouldGiveNoMarkupThatIsTooLongOrTooLate() throws Exception {
        useCorner(CORNER.replace("markup_bytes: 3000", "markup_bytes: 300"));
        bidder.test.set("bidding.notice-lifetime", "1s");
        bidder.start();
        assertEquals(0, bids("corner", BANNER, "").size());
        assertEquals(1, bidder.count(CounterDescriptor.BIDS_NONE_TOO_LONG));
        bidder.close();
        useCorner(CORNER);
        bidder.start();
        final String target = won(bids("corner", BANNER, "").get(0), "1");
        assertEquals(200, bidder.get(target).status());
        Thread.sleep(2_100);
        final BidServer.Answer late = bidder.get(target);
        assertEquals(204, late.status());
        assertEquals(1, bidder.count(CounterDescriptor.NOTICES_EXPIRED));
        assertEquals(0, bidder.count(CounterDescriptor.NOTICES_MARKUP_MISSING));
    }

    /** Four advertisers' videos, and a second one of the first advertiser; worth 10, 9, 8, 7 and 6. */
    private void useVideos() throws IOException {
        final String[][] videos = {
            {"a1", "a", "15", "IAB1", "0.50"}, {"a2", "a", "15", "IAB2", "0.45"}, {"b1", "b", "30", "IAB3", "0.40"},
            {"c1", "c", "30", "IAB3-1", "0.35"}, {"d1", "d", "6", "IAB5", "0.30"}};
        final StringBuilder yaml = new StringBuilder("advertisers:\n");
        for (final String id : List.of("a", "b", "c", "d")) {
            yaml.append("  - {id: ").append(id).append(", name: ").append(id).append(", adomain: [").append(id)
                .append(".example], lang: en}\n");
        }
        yaml.append("campaigns:\n");
        for (final String id : List.of("a", "b", "c", "d")) {
            yaml.append("  - {id: ").append(id).append(", advertiser: ").append(id)
                .append(", flights: [{start: 2017-01-01, end: 2037-01-01}], budget: {currency: USD}}\n");
        }
        yaml.append("offers:\n");
        for (final String[] v : videos) {
            yaml.append("""
                  - id: %s
                    campaign: %s
                    category: %s
                    value: "%s"
                    propensity: 0.02
                    channels: [ad_exchange]
                    creatives:
                      - id: %s
                        title: "%s"
                        cat: [%s]
                        video:
                          duration: %ss
                          click: https://%s.example/film
                          media_files: [{url: "https://cdn.example/%s.mp4", mime: video/mp4, w: 1280, h: 720}]
                """.formatted(v[0], v[1], v[0], v[4], v[0], v[0], v[3], v[2], v[1], v[0]));
        }
        yaml.append("placements: [{id: ad_exchange, channels: [ad_exchange], offers: 12, time_budget: 50ms}]\n");
        Files.writeString(folder.resolve("catalogue/all.yaml"), yaml);
    }

    private static List<String> creatives(final JsonNode bids) {
        final List<String> ids = new ArrayList<>();
        bids.forEach(bid -> ids.add(bid.get("crid").asText()));
        return ids;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // a2 is of a1's advertiser, c1 of a category within b1's.
        "'\"podid\":\"p\",\"poddur\":120,\"maxseq\":4,\"minduration\":5'               | a1 b1 d1",
        "'\"podid\":\"p\",\"poddur\":120,\"maxseq\":2,\"minduration\":5'               | a1 b1",
        "'\"podid\":\"p\",\"poddur\":120,\"maxseq\":1,\"minduration\":5'               | a1",
        // 15 seconds and 6 fit where 15 and 30 do not.
        "'\"podid\":\"p\",\"poddur\":40,\"maxseq\":4,\"minduration\":5'                | a1 d1",
        "'\"poddur\":40,\"minduration\":5'                                             | a1 d1",
        "'\"podid\":\"p\",\"poddur\":120,\"maxseq\":4,\"rqddurs\":[6,30]'              | b1 d1",
        "'\"podid\":\"p\",\"poddur\":120,\"maxseq\":4,\"minduration\":20,\"maxduration\":30' | b1",
        // Without poddur there is one.
        "'\"podid\":\"p\",\"minduration\":5'                                           | a1",
        "'\"minduration\":5,\"maxseq\":4'                                              | a1",
    })
    void shouldFillADynamicPod(final String pod, final String expected) throws Exception {
        useVideos();
        bidder.start();
        final JsonNode bids = bids("generic", "{\"id\":\"1\",\"video\":{" + VIDEO + "," + pod + "}}", "");
        assertEquals(List.of(expected.split(" ")), creatives(bids));
        for (final JsonNode bid : bids) {
            assertEquals("1", bid.get("impid").asText());
            assertEquals(2, bid.get("mtype").asInt());
            assertTrue(bid.get("dur").asInt() > 0);
            xml(bid.get("adm").asText());
            assertFalse(bid.has("slotinpod"), "only for who wants one slot only");
        }
        assertEquals(bids.size(), bidder.count(CounterDescriptor.BIDS_MADE));
    }

    @Test
    void shouldRepeatNothingInAStructuredPod() throws Exception {
        useVideos();
        bidder.start();
        final StringBuilder imps = new StringBuilder();
        for (int i = 1; i <= 4; i++) {
            imps.append(i == 1 ? "" : ",").append("{\"id\":\"").append(i).append("\",\"video\":{").append(VIDEO)
                .append(",\"podid\":\"pod_1\",\"slotinpod\":").append(i == 1 ? 1 : 0)
                .append(i == 3 ? ",\"rqddurs\":[6,15]}}" : ",\"minduration\":5,\"maxduration\":60}}");
        }
        final String other = ",{\"id\":\"5\",\"video\":{" + VIDEO + ",\"podid\":\"pod_2\"}}"
            + ",{\"id\":\"6\",\"video\":{" + VIDEO + "}}";
        final JsonNode bids = bids("generic", imps + other, "");
        final List<String> found = new ArrayList<>();
        bids.forEach(bid -> found.add(bid.get("impid").asText() + ":" + bid.get("crid").asText()));
        // Nothing is left for the fourth; another pod and no pod begin anew.
        assertEquals(List.of("1:a1", "2:b1", "3:d1", "5:a1", "6:a1"), found);
        assertEquals(5, new HashSet<>(found).size());
        // A hybrid: what the structured slot has the dynamic part does not get.
        final JsonNode hybrid = bids("generic", "{\"id\":\"1\",\"video\":{" + VIDEO + ",\"podid\":\"h\"}},"
            + "{\"id\":\"2\",\"video\":{" + VIDEO + ",\"podid\":\"h\",\"poddur\":60,\"maxseq\":3}}", "");
        assertEquals(List.of("a1", "b1", "d1"), creatives(hybrid));
        // All are of one pod, which one bid fills.
        final long before = bidder.count(CounterDescriptor.BIDS_NONE_POD);
        assertEquals(0, before);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // 15 s are worth 10 CPM (a1) and 9 (a2), 30 s 8 (b1) and 7 (c1), 6 s 6 (d1).
        "'\"durfloors\":[{\"mindur\":10,\"bidfloor\":10.01},{\"maxdur\":9,\"bidfloor\":5}]'   | ''             | d1",
        "'\"durfloors\":[{\"mindur\":10,\"maxdur\":20,\"bidfloor\":11}]' | ''             | b1",
        "'\"durfloors\":[{\"maxdur\":20,\"bidfloor\":11}]' | ',\"bidfloor\":8.01' | ''",
        "'\"durfloors\":[{\"maxdur\":20,\"bidfloor\":11}]' | ',\"bidfloor\":8'    | b1",
        "'\"mincpmpersec\":0.6' | ''             | a1",
        "'\"mincpmpersec\":0.7' | ''             | d1",
        "'\"mincpmpersec\":1.1' | ''             | ''",
        "'\"mincpmpersec\":0.1' | ',\"bidfloor\":9.5' | a1",
    })
    void shouldReachTheFloorOfTheDuration(final String video, final String more, final String expected)
        throws Exception {
        useVideos();
        bidder.start();
        // A pod asks for several offers, so that the next one has its turn where the best is below its floor.
        final JsonNode bids = bids("generic", "{\"id\":\"1\",\"video\":{" + VIDEO
            + ",\"podid\":\"p\",\"poddur\":60,\"maxseq\":1," + video + "}" + more + "}", "");
        assertEquals(expected, String.join(" ", creatives(bids)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'\"bidfloor\":5,\"durfloors\":[{\"mindur\":10,\"bidfloor\":11}]' | d1 | ",
        "'\"mincpmpersec\":0.6' | a1 | ",
        "'\"mincpmpersec\":0.9' | d1 | ",
        // Without guidance of its own the impression's holds.
        "'\"wseat\":[\"opportune\"]'                                      | '' | 10.5",
        "'\"wseat\":[\"opportune\"]'                                      | a1 | 10",
        "'\"bidfloor\":9.5'                                               | a1 | 10.5",
    })
    void shouldReachTheFloorOfTheDeal(final String deal, final String expected, final Double floor) throws Exception {
        useVideos();
        bidder.start();
        final JsonNode bids = bids("generic", "{\"id\":\"1\",\"video\":{" + VIDEO
            + ",\"podid\":\"p\",\"poddur\":60,\"maxseq\":1}" + (floor == null ? "" : ",\"bidfloor\":" + floor)
            + ",\"pmp\":{\"private_auction\":1,\"deals\":[{\"id\":\"d1\"," + deal + "}]}}", "");
        assertEquals(expected, String.join(" ", creatives(bids)));
        bids.forEach(bid -> assertEquals("d1", bid.get("dealid").asText()));
    }

    @Test
    void shouldMakeFewerBidsWhereTheResponseWouldBeTooLong() throws Exception {
        useCorner(CORNER.replace("markup: [nurl]", "markup: [adm]").replace("response_bytes: 4096",
            "response_bytes: 2400"));
        bidder.start();
        final StringBuilder imps = new StringBuilder(BANNER);
        for (int i = 2; i <= 3; i++) {
            imps.append(',').append(BANNER.replace("imp/1", "imp/" + i));
        }
        final JsonNode bids = bids("corner", imps.toString(), "");
        assertEquals(1, bids.size());
        assertEquals("imp/1", bids.at("/0/impid").asText());
        assertEquals(1, bidder.count(CounterDescriptor.BIDS_MADE));
    }

    private static final String RICH = """
        advertisers: [{id: a, name: A, adomain: [a.example], lang: pt-BR}]
        campaigns:
          - {id: a, advertiser: a, flights: [{start: 2017-01-01, end: 2037-01-01}], budget: {currency: USD}}
        offers:
          - id: o
            campaign: a
            value: "0.10"
            propensity: 0.02
            channels: [ad_exchange]
            creatives:
              - id: film
                title: "Film"
                tactic: t-7
                qagmediarating: 1
                video:
                  duration: 15s
                  click: https://a.example/film
                  apis: [7]
                  media_files: [{url: "https://cdn.example/f.mp4", mime: video/mp4, w: 1280, h: 720}]
                  companions:
                    - {w: 300, h: 250, image: "https://cdn.example/c.png", click: "https://a.example/c"}
                    - {w: 728, h: 90, html: "<b>beside ]]> it</b>"}
              - id: flex
                title: "Flex"
                banner:
                  w: 640
                  h: 360
                  flexible: true
                  html: '<a href="{{click}}">${AUCTION_BID_ID}|${AUCTION_ID:B64}|${AUCTION_DISCOUNT_PCT}</a>'
                  click: https://a.example/
              - id: part
                title: "Part"
                native:
                  titles: ["Part"]
                  data: [{type: rating, value: "4.5"}, {type: ctatext, value: "Go"}]
                  click: https://a.example/native
                  event_trackers:
                    - {event: viewable-mrc50, url: "https://count.example/v?a=1"}
                    - {event: viewable-mrc100, method: js, url: "https://count.example/v.js"}
                    - {event: impression, method: js, url: "https://count.example/i.js"}
                  video:
                    duration: 10s
                    click: https://a.example/film
                    media_files:
                      - {url: "https://cdn.example/p.mp4", mime: video/mp4, w: 1280, h: 720}
                      - {url: "https://cdn.example/p.webm", mime: video/webm, w: 1280, h: 720}
        placements: [{id: ad_exchange, channels: [ad_exchange], offers: 1, time_budget: 50ms}]
        """;

    private void useRich() throws IOException {
        Files.writeString(folder.resolve("catalogue/all.yaml"), RICH);
        bidder.start();
    }

    @Test
    void shouldSayOfACreativeWhatItStates() throws Exception {
        useRich();
        final JsonNode film = bids("generic", "{\"id\":\"1\",\"video\":{" + VIDEO + ",\"api\":[7,5]}}", "").get(0);
        assertEquals("t-7", film.get("tactic").asText());
        assertEquals(1, film.get("qagmediarating").asInt());
        assertEquals(7, film.get("api").asInt());
        assertEquals("[7]", film.get("apis").toString());
        assertEquals("pt-BR", film.get("langb").asText());
        assertFalse(film.has("language"), "one of both");
        assertEquals(3_600, film.get("exp").asInt());
        assertEquals(15, film.get("dur").asInt());
        final JsonNode flex = bids("generic", "{\"id\":\"1\",\"banner\":{\"format\":[{\"wratio\":16,\"hratio\":9}]}}",
            "").get(0);
        assertEquals("flex", flex.get("crid").asText());
        assertEquals(16, flex.get("wratio").asInt());
        assertEquals(9, flex.get("hratio").asInt());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''                                                                              | 0 | 0",
        "',\"companionad\":[{\"w\":300,\"h\":250}]'                                     | 1 | 0",
        "',\"companionad\":[{\"format\":[{\"w\":728,\"h\":90}]},{\"w\":300,\"h\":250}]' | 1 | 1",
        "',\"companionad\":[{\"w\":300,\"h\":250},{\"w\":728,\"h\":90}],\"companiontype\":[2,3]' | 0 | 1",
        "',\"companionad\":[{\"w\":120,\"h\":600}]'                                     | 0 | 0",
    })
    void shouldPutCompanionsBesideAVideo(final String more, final int images, final int htmls) throws Exception {
        useRich();
        final String imp = "{\"id\":\"1\",\"video\":{\"mimes\":[\"video/mp4\"],\"api\":[7],\"protocols\":[%d]" + more
            + "}}";
        for (final int protocol : new int[] {2, 3, 7, 11, 13}) {
            final Document vast = xml(bids("generic", imp.formatted(protocol), "").at("/0/adm").asText());
            assertEquals(images + htmls, vast.getElementsByTagName("Companion").getLength());
            assertEquals(images, vast.getElementsByTagName("StaticResource").getLength());
            assertEquals(htmls, vast.getElementsByTagName("HTMLResource").getLength());
            assertEquals(images + htmls > 0 ? 2 : 1, vast.getElementsByTagName("Creative").getLength());
            if (htmls > 0) {
                assertEquals("<b>beside ]]> it</b>",
                    vast.getElementsByTagName("HTMLResource").item(0).getTextContent());
            }
            if (images > 0) {
                assertEquals("https://a.example/c",
                    vast.getElementsByTagName("CompanionClickThrough").item(0).getTextContent());
            }
        }
    }

    private JsonNode nativeAd(final String request, final boolean asText) throws IOException {
        final String imp = "{\"id\":\"1\",\"native\":{\"request\":"
            + (asText ? JSON.writeValueAsString(request) : request) + "}}";
        final JsonNode bids = bids("generic", imp, "");
        return bids.isEmpty() ? null : JSON.readTree(bids.at("/0/adm").asText());
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void shouldGiveNativeVideoDataAndTrackers(final boolean asText) throws Exception {
        useRich();
        final JsonNode ad = nativeAd("""
            {"ver":"1.2","context":1,"plcmttype":4,"assets":[
            {"id":1,"required":1,"video":{"mimes":["video/webm"],"minduration":5,"maxduration":15,"protocols":[2,3]}},
            {"id":2,"required":1,"data":{"type":3,"len":10}},{"id":3,"data":{"type":12}},{"id":4,"title":{"len":90}}],
            "eventtrackers":[{"event":1,"methods":[1]},{"event":2,"methods":[1,2]},{"event":3,"methods":[1]}]}
            """, asText);
        assertEquals("1.2", ad.get("ver").asText());
        assertEquals("4.5", ad.at("/assets/1/data/value").asText());
        assertEquals("Go", ad.at("/assets/2/data/value").asText());
        final Document vast = xml(ad.at("/assets/0/video/vasttag").asText());
        assertEquals("3.0", vast.getDocumentElement().getAttribute("version"));
        assertEquals(1, vast.getElementsByTagName("MediaFile").getLength());
        assertEquals("https://cdn.example/p.webm", vast.getElementsByTagName("MediaFile").item(0).getTextContent());
        assertEquals("about:blank", vast.getElementsByTagName("Impression").item(0).getTextContent(),
            "the ad's own impression is told by its eventtrackers");
        assertEquals(2, ad.get("eventtrackers").size(), "no scripts for impressions and mrc100 were asked for");
        assertTrue(ad.at("/eventtrackers/0/url").asText().contains("/notice/imp"));
        assertEquals("https://count.example/v?a=1", ad.at("/eventtrackers/1/url").asText());
        assertEquals(2, ad.at("/eventtrackers/1/event").asInt());
    }

    @Test
    void shouldNotGiveNativeVideoThatDoesNotFit() throws Exception {
        useRich();
        final String request = "{\"assets\":[{\"id\":1,\"required\":1,\"video\":{%s}}]}";
        assertEquals(null, nativeAd(request.formatted("\"maxduration\":9"), true));
        assertEquals(null, nativeAd(request.formatted("\"minduration\":11"), true));
        assertEquals(null, nativeAd(request.formatted("\"mimes\":[\"video/ogg\"]"), true));
        assertEquals(null, nativeAd(request.formatted("\"protocols\":[1,4]"), true));
        assertEquals(1, nativeAd(request.formatted("\"protocols\":[1,13]"), true).get("assets").size());
        final JsonNode plain = nativeAd("{\"assets\":[{\"id\":1,\"title\":{\"len\":9}}]}", true);
        assertFalse(plain.has("eventtrackers"), plain::toString);
        assertTrue(plain.has("imptrackers"));
    }

    @Test
    void shouldFillMacrosThatTheExchangeDoesNotReplace() throws Exception {
        useCorner(CORNER.replace("markup: [nurl]", "markup: [adm]")
            .replace("AUCTION_ID, AUCTION_BID_ID,", ""));
        useRich();
        final BidServer.Answer answer = bidder.post("corner",
            "{\"id\":\"r-1\",\"imp\":[{\"id\":\"1\",\"banner\":{\"w\":640,\"h\":360}}]}");
        final JsonNode response = JSON.readTree(answer.text());
        final String adm = response.at("/seatbid/0/bid/0/adm").asText();
        assertTrue(adm.contains(">" + response.at("/seatbid/0/bid/0/id").asText() + "|ci0x|<"), adm);
        assertFalse(response.has("bidid"), "or the macro would stand for it");
    }

    @Test
    void shouldSendWhatIsThereWhenTheTimeIsOver() throws Exception {
        bidder.test.set("server.threading", "ring").set("server.shards", "2");
        bidder.start();
        final StringBuilder imps = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            imps.append(i == 0 ? "" : ",").append(BANNER.replace("imp/1", "i" + i));
        }
        assertEquals(4, bids("generic", imps.toString(), "").size());
        final CountDownLatch release = new CountDownLatch(1);
        final var busy = ServerFixture.meanwhile(() -> {
            bidder.test.server().shards().call(0, () -> {
                try {
                    release.await();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            return null;
        });
        Thread.sleep(100);
        final long[] tookMs = new long[5];
        for (int i = 0; i < tookMs.length; i++) {
            final String request = "{\"id\":\"r\",\"tmax\":100,\"imp\":[" + imps + "]}";
            final long startNs = System.nanoTime();
            final BidServer.Answer answer = bidder.post("generic", request);
            tookMs[i] = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
            assertEquals(200, answer.status());
            // Requests without a customer go round the shards: every second impression waits for the one that is busy.
            assertEquals(2, schema.check(JSON.readTree(request), answer.text()), answer::text);
        }
        // The machine of a test may stand still for as long as the margin is, now and then.
        Arrays.sort(tookMs);
        assertTrue(tookMs[tookMs.length / 2] < 100, () -> Arrays.toString(tookMs) + " ms");
        release.countDown();
        busy.get(10, TimeUnit.SECONDS);
        assertEquals(4, bids("generic", imps.toString(), "").size(), "late answers are nobody's");
    }

    @Test
    void shouldReadRatesAgainAndNotTrustOldOnes() throws Exception {
        final Path rates = folder.resolve("rates.yaml");
        final String text = "base: USD\ndate: %s\nrates:\n  EUR: \"%s\"\n";
        final LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Files.writeString(rates, text.formatted(today, "0.5"));
        bidder.test.set("bidding.currency-rates-file", rates.toString()).set("bidding.currency-rates-max-age", "3d");
        bidder.start();
        final String eur = ",\"cur\":[\"EUR\"]";
        assertEquals(1.0, bids("generic", BANNER, eur).at("/0/price").asDouble());
        Files.writeString(rates, text.formatted(today, "0.8"));
        bidder.test.server().reloadCatalogue();
        assertEquals(1.6, bids("generic", BANNER, eur).at("/0/price").asDouble());
        Files.writeString(rates, "base: USD\ndate: never\nrates: {}\n");
        bidder.test.server().reloadCatalogue();
        assertEquals(1.6, bids("generic", BANNER, eur).at("/0/price").asDouble(), "the ones before stay");
        assertEquals(1, bidder.count(CounterDescriptor.CURRENCY_RATES_REFUSED));
        Files.writeString(rates, text.formatted(today.minusDays(3), "0.8"));
        bidder.test.server().reloadCatalogue();
        assertEquals(0, bids("generic", BANNER, eur).size());
        assertEquals(1, bidder.count(CounterDescriptor.BIDS_NONE_CURRENCY));
        assertEquals(2.0, bids("generic", BANNER, "").at("/0/price").asDouble(), "dollars need no rate");
    }

    /** With nothing learned yet four fifths are bid where the price is the bid; a few bids try something else. */
    @Test
    void shouldShadeInFirstPriceAuctionsOnly() throws Exception {
        bidder.start();
        for (final String at : new String[] {"", ",\"at\":2", ",\"at\":3", ",\"at\":501", ",\"at\":1,\"test\":1"}) {
            assertEquals(2.0, bids("generic", BANNER, at).at("/0/price").asDouble(), "what it is worth: " + at);
        }
        int safe = 0;
        for (int i = 0; i < 40; i++) {
            final double price = bids("generic", BANNER, ",\"at\":1").at("/0/price").asDouble();
            assertTrue(price > 0.7 && price <= 2, () -> "price " + price);
            safe += price == 1.593 ? 1 : 0;
        }
        final int explored = (int) bidder.count(CounterDescriptor.BIDS_EXPLORED);
        assertTrue(explored < 20, explored + " of 40");
        assertTrue(safe >= 40 - explored, safe + " safe ones, and " + explored + " that explore");
        // A floor above it is bid, but never more than the worth.
        final String floor = BANNER.replace("{\"id\"", "{\"bidfloor\":1.9,\"id\"");
        for (int i = 0; i < 20; i++) {
            final double price = bids("generic", floor, ",\"at\":1").at("/0/price").asDouble();
            assertTrue(price >= 1.9 && price <= 2, () -> "price " + price);
        }
        final BidReport.Row generic = bidder.test.server().bidReport().exchanges().stream()
            .filter(row -> row.name().equals("generic")).findFirst().orElseThrow();
        assertEquals(60, generic.shading().bids());
        assertTrue(generic.shading().mean() > 0.75 && generic.shading().mean() < 0.95, generic.toString());
        assertEquals(bidder.count(CounterDescriptor.BIDS_EXPLORED), generic.shading().explored());
    }

    /** The floor of a deal is shaded to like any other, a price that was agreed on is paid. */
    @Test
    void shouldShadeDealsUnlessTheirPriceIsFixed() throws Exception {
        bidder.start();
        final String deal = BANNER.replace("{\"id\"",
            "{\"pmp\":{\"private_auction\":1,\"deals\":[{\"id\":\"d\",\"bidfloor\":1.2,\"at\":%d}]},\"id\"");
        assertEquals(1.2, bids("generic", deal.formatted(3), ",\"at\":1").at("/0/price").asDouble());
        assertEquals(2.0, bids("generic", deal.formatted(2), ",\"at\":1").at("/0/price").asDouble());
        for (int i = 0; i < 20; i++) {
            final JsonNode bid = bids("generic", deal.formatted(1), ",\"at\":2").get(0);
            assertEquals("d", bid.get("dealid").asText());
            assertTrue(bid.get("price").asDouble() >= 1.2 && bid.get("price").asDouble() <= 2, bid::toString);
        }
        final BidReport report = bidder.test.server().bidReport();
        assertEquals(20, report.exchanges().stream().mapToLong(row -> row.shading().bids()).sum());
    }

    @Test
    void shouldNotShadeWhereItIsSwitchedOff() throws Exception {
        bidder.test.set("bidding.shading", "false");
        bidder.start();
        for (int i = 0; i < 20; i++) {
            assertEquals(2.0, bids("generic", BANNER, ",\"at\":1").at("/0/price").asDouble());
        }
        assertEquals(0, bidder.count(CounterDescriptor.BIDS_SHADED));
    }

    /** What is settled is the campaign's money at the rate of the bid, whatever the rate becomes. */
    @Test
    void shouldSayThePriceInTheCurrencyOfTheCampaign() throws Exception {
        final Path rates = folder.resolve("rates.yaml");
        Files.writeString(rates,
            "base: USD\ndate: %s\nrates:\n  EUR: \"0.7\"\n".formatted(LocalDate.now(ZoneOffset.UTC)));
        bidder.test.set("bidding.currency-rates-file", rates.toString());
        bidder.start();
        final NoticeSeal seal = new NoticeSeal(NoticeKeys.load(folder.resolve("data/notice.key")));
        final NoticeToken token = new NoticeToken();
        for (final String more : new String[] {"", ",\"at\":1", ",\"at\":1,\"cur\":[\"EUR\"]", ",\"cur\":[\"EUR\"]"}) {
            final JsonNode bid = bids("generic", BANNER, more).get(0);
            final String nurl = bid.get("nurl").asText();
            final byte[] text = nurl.substring(nurl.indexOf("t=") + 2, nurl.indexOf("t=") + 2 + NoticeSeal.TOKEN_LENGTH)
                .getBytes(StandardCharsets.US_ASCII);
            assertEquals(NoticeOutcome.ACCEPTED, seal.open(new UnsafeBuffer(text), 0, text.length, NoticeKind.WIN,
                System.currentTimeMillis() * 1_000_000, token));
            final long price = Math.round(bid.get("price").asDouble() * 1_000);
            assertEquals(price, token.bidPriceMicros());
            final boolean euros = more.contains("EUR");
            assertEquals(euros ? 978 : 840, token.currency());
            assertEquals(euros ? Math.ceil(price / 0.7) : price, token.bidCampaignMicros(), euros ? 1 : 0);
            assertEquals(more.contains("at"), token.shade() != NoticeToken.NO_SHADE);
            assertTrue(token.bidCampaignMicros() <= 2_000);
            if (!more.contains("at")) {
                assertEquals(2_000, token.bidCampaignMicros(), "all of the worth");
            }
        }
    }

    /** Hidden prices: wins are told at 1.00 CPM and above. What was learned is there after a restart. */
    @Test
    void shouldLearnFromNoticesAndKeepWhatItHasLearned() throws Exception {
        bidder.start();
        double price = 0;
        int won = 0;
        for (int i = 0; i < 400; i++) {
            final JsonNode bid = bids("generic", BANNER, ",\"at\":1").get(0);
            price = bid.get("price").asDouble();
            final boolean wins = price >= 1;
            won += wins ? 1 : 0;
            final String url = bid.get(wins ? "nurl" : "lurl").asText().substring(BASE.length())
                .replace("${AUCTION_PRICE}", Double.toString(price)).replace("${AUCTION_LOSS}", "102")
                .replace("${AUCTION_MIN_TO_WIN}", "1.00").replace("${AUCTION_CURRENCY}", "USD");
            assertEquals(204, bidder.get(url).status(), url);
            if (i % 100 == 99) {
                for (int wait = 0; wait < 500 && bidder.count(CounterDescriptor.SHADES_OBSERVED) <= i; wait++) {
                    Thread.sleep(10);
                }
                assertEquals(i + 1, bidder.count(CounterDescriptor.SHADES_OBSERVED));
                // What was learned is published once a second.
                Thread.sleep(1_100);
            }
        }
        assertTrue(won > 300, "won " + won);
        final double learned = bids("generic", BANNER, ",\"at\":1").at("/0/price").asDouble();
        assertTrue(learned >= 1 && learned < 1.15, "learned " + learned + ", last " + price);
        assertTrue(bidder.count(CounterDescriptor.SHADES_CURVES) > 0);
        bidder.close();
        bidder.start();
        final double kept = bids("generic", BANNER, ",\"at\":1").at("/0/price").asDouble();
        assertTrue(kept >= 1 && kept < 1.15, "kept " + kept);
        bidder.assertNoErrors();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "PRIVACY_GDPR_UNKNOWN          | ''",
        "PRIVACY_COPPA                 | ',\"regs\":{\"gdpr\":0,\"coppa\":1}'",
        "PRIVACY_GPC                   | ',\"regs\":{\"gdpr\":0,\"ext\":{\"gpc\":\"1\"}}'",
        "PRIVACY_LIMIT_AD_TRACKING     | ',\"regs\":{\"gdpr\":0},\"device\":{\"lmt\":1}'",
        "PRIVACY_DO_NOT_TRACK          | ',\"regs\":{\"gdpr\":0},\"device\":{\"dnt\":1}'",
        "PRIVACY_TCF_MISSING           | ',\"regs\":{\"gdpr\":1}'",
        "PRIVACY_TCF_INVALID           | ',\"regs\":{\"gdpr\":1},\"user\":{\"consent\":\"nonsense\"}'",
        "PRIVACY_US_SALE_OPT_OUT       | ',\"regs\":{\"gdpr\":0,\"us_privacy\":\"1YYN\"}'",
        "PRIVACY_GPP_MISSING           | ',\"regs\":{\"gdpr\":0,\"gpp_sid\":[7]}'",
        "PRIVACY_GPP_INVALID           | ',\"regs\":{\"gdpr\":0,\"gpp\":\"nonsense\",\"gpp_sid\":[7]}'",
        "NONE                          | ',\"regs\":{\"gdpr\":0}'",
    })
    void shouldSayInTheJournalWhyNothingPersonalWasRead(final String reason, final String more) throws Exception {
        bidder.start();
        assertEquals(1, bids("generic", BANNER, more).size());
        final List<Path> queues = bidder.test.server().state().journals().queues();
        bidder.test.stop();
        final StringBuilder lines = new StringBuilder();
        for (final Path queue : queues) {
            try (JournalReader reader = new JournalReader(queue)) {
                new JournalPrinter(JournalFilter.all()).print(reader, lines);
            }
        }
        final String decision = lines.toString().lines().filter(line -> line.contains("\"DecisionRecord\""))
            .findFirst().orElseThrow(() -> new AssertionError(lines.toString()));
        assertTrue(decision.contains("\"" + reason + "\""), decision);
    }
}
