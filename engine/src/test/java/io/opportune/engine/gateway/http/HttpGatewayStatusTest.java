package io.opportune.engine.gateway.http;

import static io.opportune.engine.gateway.http.RawClient.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.gateway.http.RawClient.Answer;
import io.opportune.engine.session.HttpContentKind;
import java.io.IOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which request gets which status, and whether its connection goes on. */
@Timeout(60)
class HttpGatewayStatusTest {
    private static final String GOOD = post("echo", "{}");
    private static HttpHarness harness;

    @BeforeAll
    static void start() {
        harness = new HttpHarness(settings -> settings.maxHeadBytes(1024).maxBodyBytes(4096).maxFields(20));
    }

    @AfterAll
    static void stop() {
        harness.close();
        assertEquals(List.of(), harness.failures.stream()
            .filter(failure -> !failure.getMessage().contains("told to fail")).toList());
    }

    @BeforeEach
    void forget() {
        harness.handler().seen.clear();
    }

    /** One request, its answer, and proof that the connection goes on. */
    private static Answer goesOn(final String request) throws IOException {
        try (RawClient client = harness.connect()) {
            final Answer answer = client.send(request).read();
            assertFalse(answer.closes());
            assertEquals("{}", client.send(GOOD).read().text());
            return answer;
        }
    }

    /** One request with a good one behind it, its answer, and proof that the connection ends there. */
    private static Answer closes(final String request) throws IOException {
        try (RawClient client = harness.connect()) {
            final Answer answer = client.send(request + GOOD).read();
            assertTrue(answer.closes(), answer.toString());
            client.assertClosed();
            return answer;
        }
    }

    @Test
    void shouldHandOverWhatTheHeadSays() throws IOException {
        goesOn(post("echo?explain=1&x=%20", "{\"id\":\"ü\"}", "Content-Type: application/json; charset=utf-8",
            "X-OpenRTB-Version: 2.6", "Accept-Encoding: br, gzip;q=0.8, zstd;q=0", "Sec-GPC: 1",
            "Authorization: Bearer abc"));
        final StubExchangeHandler.Seen seen = harness.handler().seen.peek();
        assertEquals(HttpHarness.BID, seen.routeId());
        assertEquals("echo", seen.parameter());
        assertEquals("explain=1&x=%20", seen.query());
        assertEquals("Bearer abc", seen.authorization());
        assertEquals(HttpContentKind.JSON, seen.contentKind());
        assertEquals(0x206, seen.openRtbVersion());
        assertTrue(seen.globalPrivacyControl());
        assertTrue(seen.acceptsGzip());
        assertFalse(seen.acceptsZstd());
        assertTrue(Math.abs(System.nanoTime() - seen.arrivalNs()) < 10_000_000_000L);
    }

    @Test
    void shouldAnswerWithTheVersionOnlyWhereOneWasSent() throws IOException {
        assertEquals("2.6", goesOn(post("echo", "{}", "x-openrtb-version: 2.5")).fields().get("x-openrtb-version"));
        assertEquals("2.6", goesOn(post("none", "{}", "x-openrtb-version: 2.5")).fields().get("x-openrtb-version"));
        assertNull(goesOn(GOOD).fields().get("x-openrtb-version"));
        goesOn(post("echo", "{}", "x-openrtb-version: two"));
        assertEquals(List.of(0x205, 0, 0x205, 0, 0, 0, -1, 0),
            harness.handler().seen.stream().map(StubExchangeHandler.Seen::openRtbVersion).toList());
    }

    @Test
    void shouldAnswer200WithABodyAndADate() throws IOException {
        final Answer answer = goesOn(GOOD);
        assertEquals("HTTP/1.1 200 OK", answer.statusLine());
        assertEquals("application/json", answer.fields().get("content-type"));
        final ZonedDateTime date =
            ZonedDateTime.parse(answer.fields().get("date"), DateTimeFormatter.RFC_1123_DATE_TIME);
        assertTrue(Duration.between(date, ZonedDateTime.now()).abs().toSeconds() < 30, date.toString());
    }

    @Test
    void shouldAnswer204WithoutABodyOrItsLength() throws IOException {
        assertEquals("HTTP/1.1 204 No Content", goesOn(post("none", "{}")).statusLine());
        assertEquals(204, goesOn("GET /notice/win?t=abc HTTP/1.1\r\nHost: b\r\n\r\n").status());
        assertEquals("t=abc", harness.handler().seen.stream().skip(2).findFirst().orElseThrow().query());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 429, 500})
    void shouldSendTheHandlersStatusWithoutABody(final int status) throws IOException {
        final Answer answer = goesOn(post("status?" + status, "{}"));
        assertEquals(status, answer.status());
        assertEquals(0, answer.body().length);
    }

    @Test
    void shouldAnswer204WhenTheHandlerFailsOrSaysNonsense() throws IOException {
        assertEquals(204, goesOn(post("fail", "{}")).status());
        assertEquals(1, harness.counters.handlerFailures().get());
        assertEquals(204, goesOn(post("status?7", "{}")).status());
    }

    @Test
    void shouldRedirectToAUrlButNeverSplitAnAnswer() throws IOException {
        final Answer answer =
            goesOn("GET /notice/click/redirect?https://a.example/?x=1 HTTP/1.1\r\nHost: b\r\n\r\n");
        assertEquals(302, answer.status());
        assertEquals("https://a.example/?x=1", answer.fields().get("location"));
        assertEquals(204, goesOn(
            "GET /notice/click/redirect?https://a%0ASet-Cookie:x HTTP/1.1\r\nHost: b\r\n\r\n").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/openrtb2/bid", "/openrtb2/bid/", "/openrtb2/bid/a/b", "/notice/win/",
        "/OPENRTB2/bid/a", "/openrtb2%2Fbid/a", "*", "/notice"})
    void shouldAnswer404OnUnknownPaths(final String path) throws IOException {
        final Answer answer = goesOn("POST " + path + " HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\nabc");
        assertEquals(404, answer.status());
        assertEquals(0, answer.body().length);
    }

    @ParameterizedTest
    @CsvSource({"GET,/openrtb2/bid/a,POST", "PUT,/openrtb2/bid/a,POST", "HEAD,/openrtb2/bid/a,POST",
        "post,/openrtb2/bid/a,POST", "OPTIONS,/notice/win,'GET, POST'", "POST,/notice/click/a,GET"})
    void shouldAnswer405WithTheMethodsAllowed(final String method, final String path, final String allow)
        throws IOException {
        final Answer answer = goesOn(method + " " + path + " HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\nabc");
        assertEquals(405, answer.status());
        assertEquals(allow, answer.fields().get("allow"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "Application/JSON;charset=UTF-8", "text/json", "",
        "application/openrtb+json"})
    void shouldTakeJson(final String type) throws IOException {
        assertEquals(200, goesOn(post("echo", "{}", "Content-Type: " + type)).status());
        assertEquals(HttpContentKind.JSON, harness.handler().seen.peek().contentKind());
    }

    @Test
    void shouldTakeProtobuf() throws IOException {
        goesOn(post("echo", "x", "Content-Type: application/x-protobuf"));
        assertEquals(HttpContentKind.PROTOBUF, harness.handler().seen.peek().contentKind());
        harness.handler().seen.clear();
        goesOn(post("echo", "x", "Content-Type: application/octet-stream"));
        assertEquals(HttpContentKind.OCTET_STREAM, harness.handler().seen.peek().contentKind());
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/x-www-form-urlencoded", "application/xml", "json"})
    void shouldAnswer415ToOtherContent(final String type) throws IOException {
        assertEquals(415, goesOn(post("echo", "{}", "Content-Type: " + type)).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "gzip, gzip", "gzip, zstd"})
    void shouldAnswer415ToOtherEncodingsAndSayWhichItTakes(final String encoding) throws IOException {
        final Answer answer = goesOn(post("echo", "{}", "Content-Encoding: " + encoding));
        assertEquals(415, answer.status());
        assertEquals("gzip, zstd", answer.fields().get("accept-encoding"));
    }

    @Test
    void shouldAnswer413AndCloseWhenTheBodyIsTooLong() throws IOException {
        assertEquals(413, closes("POST /openrtb2/bid/a HTTP/1.1\r\nHost: b\r\nContent-Length: 4097\r\n\r\n").status());
        assertEquals(413, closes("POST /openrtb2/bid/a HTTP/1.1\r\nHost: b\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n1001\r\n").status());
        assertEquals(413, closes("POST /openrtb2/bid/a HTTP/1.1\r\nHost: b\r\n"
            + "Content-Length: 99999999999999999\r\n\r\n").status());
        assertEquals(200, goesOn(post("echo", "x".repeat(4096))).status());
    }

    @Test
    void shouldAnswer414And431AndCloseWhenTheHeadIsTooLong() throws IOException {
        final String host = " HTTP/1.1\r\nHost: b\r\n";
        assertEquals(414, closes("GET /" + "a".repeat(2000) + host + "\r\n").status());
        assertEquals(431, closes("GET /notice/win" + host + "X: " + "a".repeat(2000) + "\r\n\r\n").status());
        assertEquals(431, closes("GET /notice/win" + host + "X: 1\r\n".repeat(20) + "\r\n").status());
        assertEquals(431, closes("GET /notice/win" + host + "X: " + "a".repeat(2000)).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET /notice/win HTTP/1.1\nHost: b\n\n",
        "GET /notice/win HTTP/1.1\r\nHost: b\n\r\n",
        "GET /notice/win HTTP/1.1\r\nHost: b\rX: 1\r\n\r\n",
        "GET /notice/win HTTP/1.1\r\nHost: b\u0000\r\n\r\n",
        "GET  /notice/win HTTP/1.1\r\nHost: b\r\n\r\n",
        "GET /notice/win  HTTP/1.1\r\nHost: b\r\n\r\n",
        "GET /notice/ win HTTP/1.1\r\nHost: b\r\n\r\n",
        "GET /notice/win#a HTTP/1.1\r\nHost: b\r\n\r\n",
        "GET /notice/win\r\nHost: b\r\n\r\n",
        "GET /notice/win HTTP/1.1 \r\nHost: b\r\n\r\n",
        "G(T /notice/win HTTP/1.1\r\nHost: b\r\n\r\n",
        "GET /notice/win http/1.1\r\nHost: b\r\n\r\n",
        "GET /notice/win HTTP/1.1\r\nHost : b\r\n\r\n",
        "GET /notice/win HTTP/1.1\r\nHost: b\r\nX: 1\r\n folded\r\n\r\n",
        "GET /notice/win HTTP/1.1\r\n Host: b\r\n\r\n",
        "GET /notice/win HTTP/1.1\r\nHost: b\r\n: 1\r\n\r\n",
        "GET /notice/win HTTP/1.1\r\nHost: b\r\nno colon\r\n\r\n",
        "GET /notice/win HTTP/1.1\r\n\r\n",
        "GET /notice/win HTTP/1.1\r\nHost: b\r\nHost: b\r\n\r\n",
        "GARBAGE\r\n\r\n"})
    void shouldAnswer400AndCloseWhenTheFramingIsBroken(final String request) throws IOException {
        assertEquals(400, closes(request).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 2",
        "Content-Length: 2\r\nContent-Length: 2",
        "Content-Length: 2\r\nContent-Length: 3",
        "Content-Length: 2, 2",
        "Content-Length: +2",
        "Content-Length: -2",
        "Content-Length: 0x2",
        "Content-Length: 2 2",
        "Content-Length:",
        "Content-Length: 99999999999999999999",
        "Content-Length : 2",
        "Content\u000bLength: 2",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding:\r\n chunked"})
    void shouldRefuseWhatTwoParsersCouldReadDifferently(final String fields) throws IOException {
        final int before = harness.handler().requests.get();
        assertEquals(400, closes("POST /openrtb2/bid/echo HTTP/1.1\r\nHost: b\r\n" + fields
            + "\r\n\r\n0\r\n\r\nGET /notice/win HTTP/1.1\r\nHost: b\r\n\r\n").status());
        assertEquals(before, harness.handler().requests.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip, chunked", "xchunked", "chunked, chunked", "\u000bchunked"})
    void shouldRefuseTransferEncodingsOtherThanChunked(final String encoding) throws IOException {
        final Answer answer =
            closes("POST /openrtb2/bid/a HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: " + encoding + "\r\n\r\n0\r\n\r\n");
        assertEquals(encoding.startsWith("\u000b") ? 400 : 501, answer.status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"g\r\n", "\r\n", "-1\r\n", "0x2\r\n{}\r\n", "2 \r\n{}\r\n", "2\n{}\r\n", "2\r\n{}x\r\n",
        "2\r\n{}\n0\r\n", "2;a\u0000\r\n{}\r\n", "123456789\r\n", "2\r\n{}\r\n0\r\nbad trailer\r\n\r\n"})
    void shouldAnswer400AndCloseWhenChunksAreBroken(final String chunks) throws IOException {
        assertEquals(400, closes("POST /openrtb2/bid/echo HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n"
            + chunks).status());
    }

    @Test
    void shouldTakeChunksWithExtensionsAndTrailers() throws IOException {
        assertEquals("{\"id\":\"1\"}", goesOn("POST /openrtb2/bid/echo HTTP/1.1\r\nHost: b\r\n"
            + "transfer-encoding: Chunked\r\n\r\n1;x=y\r\n{\r\n0000A\r\n\"id\":\"1\"}\r\n".replace("0000A", "00009")
            + "0;z\r\nX-Trailer: 1\r\nContent-Length: 7\r\n\r\n").text());
    }

    @Test
    void shouldRefuseEncodingsInHttp10AndOtherVersions() throws IOException {
        assertEquals(400, closes("POST /openrtb2/bid/a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
            .status());
        assertEquals(505, closes("GET /notice/win HTTP/2.0\r\nHost: b\r\n\r\n").status());
        assertEquals(505, closes("GET /notice/win HTTP/3.1\r\nHost: b\r\n\r\n").status());
    }

    @Test
    void shouldSpeakHttp10() throws IOException {
        assertEquals("{}", closes("POST /openrtb2/bid/echo HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}").text());
        final Answer kept = goesOn(
            "POST /openrtb2/bid/echo HTTP/1.0\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\n{}");
        assertEquals("keep-alive", kept.fields().get("connection"));
    }

    @Test
    void shouldCloseWhenAskedTo() throws IOException {
        assertEquals("{}", closes(post("echo", "{}", "Connection: foo, Close")).text());
    }

    @Test
    void shouldTakeAbsoluteTargetsAndEmptyLinesBeforeARequest() throws IOException {
        assertEquals("{}", goesOn("\r\n\r\nPOST HTTP://b.example:80/openrtb2/bid/echo?x HTTP/1.1\r\nHost: b\r\n"
            + "Content-Length: 2\r\n\r\n{}\r\n").text());
        assertEquals(404, goesOn("GET http://b.example HTTP/1.1\r\nHost: b\r\n\r\n").status());
    }

    @Test
    void shouldIgnoreAnUpgradeToHttp2() throws IOException {
        assertEquals("{}", goesOn(post("echo", "{}", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABkAAQAAP__")).text());
    }

    @Test
    void shouldInviteABodyThatWaits() throws IOException {
        try (RawClient client = harness.connect()) {
            client.send("POST /openrtb2/bid/echo HTTP/1.1\r\nHost: b\r\nExpect: 100-continue\r\n"
                + "Content-Length: 2\r\n\r\n");
            assertEquals("HTTP/1.1 100 Continue", client.read().statusLine());
            assertEquals("{}", client.send("{}").read().text());
            assertEquals("{}", client.send(GOOD).read().text());
        }
    }

    @Test
    void shouldNotInviteABodyThatHasComeOrIsRefused() throws IOException {
        assertEquals(200, goesOn(post("echo", "{}", "Expect: 100-continue")).status());
        assertEquals(417, goesOn(post("echo", "{}", "Expect: 200-maybe")).status());
        try (RawClient client = harness.connect()) {
            final Answer answer = client.send("POST /nowhere HTTP/1.1\r\nHost: b\r\nExpect: 100-continue\r\n"
                + "Content-Length: 2\r\n\r\n").read();
            assertEquals(404, answer.status());
            assertTrue(answer.closes());
            client.assertClosed();
        }
    }

    @Test
    void shouldAnswerAClientThatEndsItsSide() throws IOException {
        try (RawClient client = harness.connect()) {
            client.send(GOOD).finish();
            assertEquals("{}", client.read().text());
            client.assertClosed();
        }
        try (RawClient client = harness.connect()) {
            client.send(GOOD.substring(0, GOOD.length() - 1)).finish();
            assertEquals(400, client.read().status());
            client.assertClosed();
        }
    }

    @Test
    void shouldCountRefusalsAndKeepTheirTexts() throws IOException {
        final long before = harness.counters.refused404().get();
        goesOn("GET /nowhere HTTP/1.1\r\nHost: b\r\n\r\n");
        assertEquals(before + 1, harness.counters.refused404().get());
        assertTrue(harness.peerErrors.contains(HttpRefusal.UNKNOWN_PATH.text()));
        assertNotNull(harness.handler());
    }
}
