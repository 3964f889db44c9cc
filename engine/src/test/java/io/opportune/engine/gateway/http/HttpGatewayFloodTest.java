package io.opportune.engine.gateway.http;

import static io.opportune.engine.gateway.http.RawHttp2.frame;
import static io.opportune.engine.gateway.http.RawHttp2.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.gateway.http.RawHttp2.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of HTTP/2 that cost us work or memory without asking for anything, and such as only look like them. */
@Timeout(60)
class HttpGatewayFloodTest {
    private static final String ECHO = "/openrtb2/bid/echo";
    private static final String HOLD = "/openrtb2/bid/hold";
    private static final String SIZE = "/openrtb2/bid/size?";
    private static final byte[] PING = frame(RawHttp2.PING, 0, 0, new byte[8]);

    private HttpHarness harness;

    @BeforeEach
    void start() {
        harness = new HttpHarness(settings -> settings.slowConsumerTimeoutNs(TimeUnit.MILLISECONDS.toNanos(500)));
    }

    @AfterEach
    void stop() {
        harness.close();
        assertEquals(List.of(), harness.failures);
    }

    private RawHttp2 connect(final int... initialWindow) throws IOException {
        return new RawHttp2(harness.gateway.port()).begin(initialWindow);
    }

    /** The flooding client is told, and closed; others are served. */
    private void assertCalmed(final RawHttp2 client) throws Exception {
        final int error = client.readToTheEnd();
        // What it has sent and we have not read resets the connection, perhaps before the goodbye was read.
        assertTrue(error == RawHttp2.ENHANCE_YOUR_CALM || error == -1, "error " + error);
        HttpHarness.await("the end of the connection", () -> harness.counters.connectionsOpen().get() == 0);
        try (RawHttp2 other = connect()) {
            other.send(request(1, ECHO));
            assertEquals(200, other.status(other.read(RawHttp2.HEADERS)));
        }
    }

    private static byte[] requestAndReset(final int stream) {
        final ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(request(stream, HOLD));
        both.writeBytes(frame(RawHttp2.RST_STREAM, 0, stream, RawHttp2.integer(8)));
        return both.toByteArray();
    }

    @Test
    void shouldEndRapidReset() throws Exception {
        try (RawHttp2 client = connect()) {
            final ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 5 * Http2Connection.MAX_RESETS_PER_SECOND; i++) {
                all.writeBytes(requestAndReset(2 * i + 1));
            }
            client.flood(1, all.toByteArray());
            assertCalmed(client);
            assertTrue(harness.handler().requests.get() <= Http2Connection.MAX_RESETS_PER_SECOND + 2,
                harness.handler().requests + " requests");
        }
    }

    @Test
    void shouldBearAClientThatRunsOutOfTimeNowAndThen() throws Exception {
        try (RawHttp2 client = connect()) {
            // More in all than Netty's own limit, which is for 30 seconds, lets pass.
            int stream = 1;
            for (int second = 0; second < 3; second++) {
                for (int i = 0; i < 120; i++, stream += 2) {
                    client.send(requestAndReset(stream));
                }
                Thread.sleep(1_050);
            }
            client.send(request(stream, ECHO));
            assertEquals(200, client.status(client.read(RawHttp2.HEADERS)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {RawHttp2.PING, RawHttp2.SETTINGS, RawHttp2.PRIORITY, 0x42})
    void shouldEndAFloodOfFramesThatAskForNothing(final int type) throws Exception {
        final byte[] flood = switch (type) {
            case RawHttp2.PING -> PING;
            case RawHttp2.SETTINGS -> RawHttp2.settings();
            case RawHttp2.PRIORITY -> frame(type, 0, 1, new byte[5]);
            default -> frame(type, 0, 1, new byte[1]);
        };
        try (RawHttp2 client = connect()) {
            client.send(request(1, HOLD));
            client.flood(3 * Http2Connection.MAX_IDLE_TALK, flood);
            assertCalmed(client);
        }
    }

    @Test
    void shouldAnswerPingsAsLongAsTheyAreFew() throws Exception {
        try (RawHttp2 client = connect()) {
            for (int i = 0; i < Http2Connection.MAX_IDLE_TALK / 2; i++) {
                client.send(PING);
                final Frame pong = client.read(RawHttp2.PING);
                assertEquals(RawHttp2.ACK, pong.flags());
            }
            client.send(request(1, ECHO));
            assertEquals(200, client.status(client.read(RawHttp2.HEADERS)));
        }
    }

    @Test
    void shouldEndAHeadOfVeryManyPieces() throws Exception {
        try (RawHttp2 client = connect()) {
            client.send(frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, RawHttp2.head(ECHO)));
            client.flood(1_000, frame(RawHttp2.CONTINUATION, 0, 1, (byte) 0x0F));
            assertCalmed(client);
            assertEquals(1, harness.handler().requests.get(), "that of the other client");
        }
    }

    @Test
    void shouldEndAHeadThatHasNoEnd() throws Exception {
        try (RawHttp2 client = connect()) {
            client.send(frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, RawHttp2.head(ECHO)));
            // Each long enough not to be a small one: here the limit of the head counts.
            client.flood(100, frame(RawHttp2.CONTINUATION, 0, 1, new byte[10_000]));
            client.readToTheEnd();
            HttpHarness.await("the end of the connection", () -> harness.counters.connectionsOpen().get() == 0);
            assertEquals(0, harness.handler().requests.get());
        }
    }

    @Test
    void shouldEndAFloodOfEmptyData() throws Exception {
        try (RawHttp2 client = connect()) {
            client.send(frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.head(ECHO)));
            client.flood(1_000, frame(RawHttp2.DATA, 0, 1));
            assertCalmed(client);
        }
    }

    @Test
    void shouldCloseAClientThatOpensNoWindow() throws Exception {
        try (RawHttp2 client = connect(0)) {
            for (int i = 0; i < 64; i++) {
                client.send(request(2 * i + 1, SIZE + 20_000));
            }
            int begun = 0;
            int refused = 0;
            final long startNs = System.nanoTime();
            for (Frame frame = client.read(); frame != null; frame = client.read()) {
                assertTrue(frame.type() != RawHttp2.DATA);
                if (frame.type() == RawHttp2.HEADERS && client.status(frame) == 503) {
                    refused++;
                } else if (frame.type() == RawHttp2.HEADERS) {
                    begun++;
                }
            }
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(5), "closed late");
            // 256 KiB hold 13 of them; that the 14th is one too many is seen when it waits.
            assertEquals(14, begun);
            assertEquals(50, refused);
            assertEquals(1, harness.counters.slowConsumerCloses().get());
            HttpHarness.await("the end of the connection", () -> harness.counters.connectionsOpen().get() == 0);
        }
    }

    @Test
    void shouldServeAClientThatOpensItsWindowsInTime() throws Exception {
        try (RawHttp2 client = connect(0)) {
            for (int i = 0; i < 20; i++) {
                client.send(request(2 * i + 1, SIZE + 20_000));
            }
            for (int i = 0; i < 20; i++) {
                assertEquals(i < 14 ? 200 : 503, client.status(client.read(RawHttp2.HEADERS)));
            }
            client.send(frame(RawHttp2.WINDOW_UPDATE, 0, 0, RawHttp2.integer(1_000_000)));
            client.send(RawHttp2.settings(100_000));
            int bytes = 0;
            for (int ended = 0; ended < 14;) {
                final Frame data = client.read(RawHttp2.DATA);
                bytes += data.payload().length;
                ended += data.ends() ? 1 : 0;
            }
            assertEquals(14 * 20_000, bytes);
            Thread.sleep(800);
            client.send(request(101, SIZE + 5_000));
            assertEquals(200, client.status(client.read(RawHttp2.HEADERS)));
            assertEquals(5_000, client.read(RawHttp2.DATA).payload().length);
            assertEquals(0, harness.counters.slowConsumerCloses().get());
        }
    }

    @Test
    void shouldSayGoodbyeAtOnceWhenTheGatewayCloses() throws Exception {
        try (RawHttp2 client = connect()) {
            client.send(request(1, HOLD));
            HttpHarness.await("the request", () -> harness.handler().seen.size() == 1);
            final Thread closing = Thread.ofPlatform().start(harness.gateway::close);
            final Frame goodbye = client.read(RawHttp2.GOAWAY);
            assertEquals(Integer.MAX_VALUE, goodbye.integer(0), "what is on its way is still taken");
            assertEquals(0, goodbye.integer(4));
            final Frame ping = client.read(RawHttp2.PING);
            assertEquals(0, ping.flags());
            // It was sent before the goodbye could be heard.
            client.send(request(3, ECHO)).send(frame(RawHttp2.PING, RawHttp2.ACK, 0, ping.payload()));
            final Frame early = client.read(RawHttp2.HEADERS);
            assertEquals(3, early.stream());
            assertEquals(200, client.status(early));
            final Frame last = client.read(RawHttp2.GOAWAY);
            assertEquals(3, last.integer(0), "the last stream that is answered");
            assertEquals(0, last.integer(4));
            // These are not answered, so that they may be sent elsewhere.
            client.send(request(5, ECHO)).send(request(7, ECHO)).send(PING);
            assertEquals(RawHttp2.ACK, client.read(RawHttp2.PING).flags());
            harness.handler().tasks.add(
                () -> harness.handler().answer(harness.handler().seen.element().key(), "late but whole"));
            final Frame answer = client.read(RawHttp2.HEADERS);
            assertEquals(1, answer.stream());
            assertEquals(200, client.status(answer));
            assertEquals(14, client.read(RawHttp2.DATA).payload().length);
            client.readToTheEnd();
            assertEquals(2, harness.handler().requests.get());
            closing.join(10_000);
        }
    }

    @Test
    void shouldSayTheLastGoodbyeToAClientThatAnswersNoPing() throws Exception {
        try (RawHttp2 client = connect()) {
            // The gateway has taken the connection, and knows what it speaks.
            client.read(RawHttp2.SETTINGS);
            final Thread closing = Thread.ofPlatform().start(harness.gateway::close);
            final long begunNs = System.nanoTime();
            assertEquals(Integer.MAX_VALUE, client.read(RawHttp2.GOAWAY).integer(0));
            client.send(request(1, ECHO));
            assertEquals(200, client.status(client.read(RawHttp2.HEADERS)));
            assertEquals(1, client.read(RawHttp2.GOAWAY).integer(0));
            assertTrue(System.nanoTime() - begunNs < 4_000_000_000L, "long before everything is closed");
            client.readToTheEnd();
            closing.join(10_000);
        }
    }

    @Test
    void shouldReadThePrefaceCutAtEveryByte() throws Exception {
        for (int cut = 1; cut < RawHttp2.PREFACE.length; cut++) {
            final long readBytes = harness.counters.bytesRead().get() + cut;
            try (RawHttp2 client = new RawHttp2(harness.gateway.port())) {
                client.send(Arrays.copyOf(RawHttp2.PREFACE, cut));
                HttpHarness.await("the first piece", () -> harness.counters.bytesRead().get() >= readBytes);
                client.send(Arrays.copyOfRange(RawHttp2.PREFACE, cut, RawHttp2.PREFACE.length))
                    .send(RawHttp2.settings()).send(request(1, ECHO));
                assertEquals(200, client.status(client.read(RawHttp2.HEADERS)), "cut at " + cut);
            }
        }
    }
}
