package io.opportune.engine.gateway.http;

import static io.opportune.engine.gateway.http.NettyHttp2Client.post;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.session.HttpContentKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 by prior knowledge and by ALPN, and HTTP/1.1 through TLS. */
@Timeout(60)
class HttpGatewayHttp2Test {
    @TempDir
    static Path folder;

    private static TestCertificate certificate;
    private static HttpHarness harness;

    @BeforeAll
    static void start() throws Exception {
        certificate = new TestCertificate(folder);
        harness = new HttpHarness(settings -> settings.maxBodyBytes(200_000).maxHeadBytes(4096).tlsPort(0)
            .certificateFile(certificate.certificate).keyFile(certificate.key));
    }

    @AfterAll
    static void stop() {
        harness.close();
        assertEquals(List.of(), harness.failures);
    }

    @BeforeEach
    void forget() {
        harness.handler().seen.clear();
    }

    private static byte[] utf8(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static NettyHttp2Client.Answer get(final CompletableFuture<NettyHttp2Client.Answer> answer)
        throws Exception {
        return answer.get(10, TimeUnit.SECONDS);
    }

    @Test
    void shouldTakePriorKnowledge() throws Exception {
        try (NettyHttp2Client client = new NettyHttp2Client(harness.gateway.port())) {
            final NettyHttp2Client.Answer answer = get(client.send(
                post("/openrtb2/bid/echo?x=1").set("x-openrtb-version", "2.6").set("sec-gpc", "1")
                    .set("authorization", "Bearer t").set("content-type", "application/json"),
                utf8("{\"id\""), utf8(":\"1\"}")));
            assertEquals(200, answer.status());
            assertEquals("{\"id\":\"1\"}", answer.text());
            assertEquals("application/json", answer.headers().get("content-type").toString());
            assertEquals("2.6", answer.headers().get("x-openrtb-version").toString());
            assertEquals("10", answer.headers().get("content-length").toString());
            assertNotNull(answer.headers().get("date"));
            final StubExchangeHandler.Seen seen = harness.handler().seen.poll();
            assertEquals("echo x=1 Bearer t", seen.parameter() + " " + seen.query() + " " + seen.authorization());
            assertEquals(0x206, seen.openRtbVersion());
            assertEquals(HttpContentKind.JSON, seen.contentKind());
            assertTrue(seen.globalPrivacyControl());
        }
    }

    @Test
    void shouldAnswerEveryStatusAndGoOn() throws Exception {
        try (NettyHttp2Client client = new NettyHttp2Client(harness.gateway.port())) {
            final NettyHttp2Client.Answer none = get(client.send(post("/openrtb2/bid/none"), utf8("{}")));
            assertEquals(204, none.status());
            assertNull(none.headers().get("content-length"));
            assertEquals(404, get(client.send(post("/nowhere"), utf8("{}"))).status());
            final NettyHttp2Client.Answer method = get(client.send(post("/openrtb2/bid/a").method("GET")));
            assertEquals(405, method.status());
            assertEquals("POST", method.headers().get("allow").toString());
            assertEquals(415,
                get(client.send(post("/openrtb2/bid/a").set("content-type", "text/html"), utf8("{}"))).status());
            assertEquals(415,
                get(client.send(post("/openrtb2/bid/a").set("content-encoding", "br"), utf8("{}"))).status());
            assertEquals(413, get(client.send(post("/openrtb2/bid/a"), new byte[200_001])).status());
            assertEquals(400,
                get(client.send(post("/openrtb2/bid/a").set("content-encoding", "gzip"), utf8("{}"))).status());
            final NettyHttp2Client.Answer redirect =
                get(client.send(post("/notice/click/redirect?https://a.example/").method("GET")));
            assertEquals(302, redirect.status());
            assertEquals("https://a.example/", redirect.headers().get("location").toString());
            assertEquals(204, get(client.send(post("/openrtb2/bid/deadline?10"), utf8("{}"))).status());
            assertEquals("{}", get(client.send(post("/openrtb2/bid/echo"), utf8("{}"))).text());
        }
    }

    @Test
    void shouldRefuseAHeadOverItsLimitAndGoOn() throws Exception {
        try (NettyHttp2Client client = new NettyHttp2Client(harness.gateway.port())) {
            get(client.send(post("/openrtb2/bid/none"), utf8("{}"))); // settings have been exchanged
            assertEquals(431, get(client.send(post("/openrtb2/bid/a").method("GET").set("x", "y".repeat(5000))))
                .status());
            assertEquals("{}", get(client.send(post("/openrtb2/bid/echo"), utf8("{}"))).text());
        }
    }

    @Test
    void shouldAnswerStreamsInTheOrderOfAnswers() throws Exception {
        try (NettyHttp2Client client = new NettyHttp2Client(harness.gateway.port())) {
            final List<CompletableFuture<NettyHttp2Client.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(client.send(post("/openrtb2/bid/hold"), utf8("request " + i)));
            }
            HttpHarness.await("20 requests", () -> harness.handler().seen.size() == 20);
            final List<StubExchangeHandler.Seen> held = new ArrayList<>(harness.handler().seen).reversed();
            for (final StubExchangeHandler.Seen request : held) {
                harness.handler().tasks.add(() -> harness.handler().answer(request.key(), "to " + request.body()));
                final int index = Integer.parseInt(request.body().substring("request ".length()));
                assertEquals("to request " + index, get(answers.get(index)).text());
            }
        }
    }

    @Test
    void shouldCompressAndDecompress() throws Exception {
        final ByteArrayOutputStream gzipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(gzipped)) {
            gzip.write(utf8("x".repeat(150_000)));
        }
        try (NettyHttp2Client client = new NettyHttp2Client(harness.gateway.port())) {
            final NettyHttp2Client.Answer answer = get(client.send(post("/openrtb2/bid/echo")
                .set("content-encoding", "gzip").set("accept-encoding", "gzip"), gzipped.toByteArray()));
            assertEquals("gzip", answer.headers().get("content-encoding").toString());
            assertArrayEquals(utf8("x".repeat(150_000)),
                new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes());
            // Longer than the flow control window in both directions.
            final byte[] large = utf8("y".repeat(180_000));
            assertArrayEquals(large, get(client.send(post("/openrtb2/bid/echo"), large)).body());
        }
    }

    @Test
    void shouldSpeakHttp2ByAlpn() throws Exception {
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2)
            .sslContext(certificate.clientContext()).build()) {
            for (int i = 0; i < 50; i++) {
                final HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + harness.gateway.tlsPort()
                        + "/openrtb2/bid/echo")).POST(HttpRequest.BodyPublishers.ofString("{\"n\":" + i + "}")).build(),
                    HttpResponse.BodyHandlers.ofString());
                assertEquals(HttpClient.Version.HTTP_2, answer.version());
                assertEquals("{\"n\":" + i + "}", answer.body());
            }
        }
    }

    @Test
    void shouldSpeakHttp11ThroughTlsAndInTheClear() throws Exception {
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .sslContext(certificate.clientContext()).build()) {
            for (final String base : new String[] {"https://127.0.0.1:" + harness.gateway.tlsPort(),
                "http://127.0.0.1:" + harness.gateway.port()}) {
                final String body = "z".repeat(100_000);
                final HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(base + "/openrtb2/bid/echo"))
                        .expectContinue(true).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                    HttpResponse.BodyHandlers.ofString());
                assertEquals(HttpClient.Version.HTTP_1_1, answer.version());
                assertEquals(body, answer.body());
                assertEquals(404, client.send(HttpRequest.newBuilder(URI.create(base + "/x")).build(),
                    HttpResponse.BodyHandlers.discarding()).statusCode());
            }
        }
    }

    @Test
    void shouldCloseATlsConnectionBehindARefusalAndSurviveGarbage() throws Exception {
        final SSLContext context = certificate.clientContext();
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
            .createSocket("127.0.0.1", harness.gateway.tlsPort())) {
            socket.getOutputStream().write(utf8("GARBAGE\r\n\r\n"));
            final String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        }
        try (RawClient clear = new RawClient(harness.gateway.tlsPort())) {
            clear.send("GET / HTTP/1.1\r\n\r\n");
            clear.awaitEnd();
        }
    }

    @Test
    void shouldCloseIdleConnectionsWithAGoodbye() throws Exception {
        try (HttpHarness idle = new HttpHarness(settings -> settings.idleTimeoutNs(200_000_000));
            NettyHttp2Client client = new NettyHttp2Client(idle.gateway.port())) {
            assertEquals("{}", get(client.send(post("/openrtb2/bid/echo"), utf8("{}"))).text());
            assertNotNull(client.goneAway.get(10, TimeUnit.SECONDS));
            assertTrue(client.channel.closeFuture().await(10, TimeUnit.SECONDS));
            assertEquals(1, idle.counters.idleCloses().get());
        }
    }

    @Test
    void shouldAnswer408WhenABodyDoesNotCome() throws Exception {
        try (HttpHarness slow = new HttpHarness(settings -> settings.requestTimeoutNs(200_000_000));
            NettyHttp2Client client = new NettyHttp2Client(slow.gateway.port())) {
            assertEquals(408, get(client.sendUnfinished(post("/openrtb2/bid/echo"))).status());
            assertEquals("{}", get(client.send(post("/openrtb2/bid/echo"), utf8("{}"))).text());
        }
    }
}
