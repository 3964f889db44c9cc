package io.opportune.engine.gateway.http;

import static io.opportune.engine.gateway.http.RawClient.post;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import io.opportune.engine.gateway.http.RawClient.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Compressed bodies in both directions, good, broken and swelling. */
@Timeout(60)
class HttpGatewayCompressionTest {
    private static final int LIMIT = 100_000;
    private static final String JSON = "{\"id\":\"" + "abc".repeat(500) + "\"}";
    private static HttpHarness harness;

    @BeforeAll
    static void start() {
        harness = new HttpHarness(settings -> settings.maxBodyBytes(LIMIT));
    }

    @AfterAll
    static void stop() {
        harness.close();
        assertTrue(harness.failures.isEmpty(), harness.failures.toString());
    }

    private static byte[] gzip(final byte[] bytes) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] utf8(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] join(final byte[] a, final byte[] b) {
        final byte[] joined = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, joined, a.length, b.length);
        return joined;
    }

    private static byte[] request(final String field, final byte[] body) {
        return join(utf8("POST /openrtb2/bid/echo HTTP/1.1\r\nHost: b\r\n" + field + "\r\nContent-Length: "
            + body.length + "\r\n\r\n"), body);
    }

    private static Answer exchange(final byte[] request) throws IOException {
        try (RawClient client = harness.connect()) {
            final Answer answer = client.send(request).read();
            assertFalse(answer.closes());
            assertEquals("{}", client.send(post("echo", "{}")).read().text());
            return answer;
        }
    }

    @Test
    void shouldTakeCompressedRequests() throws IOException {
        assertEquals(JSON, exchange(request("Content-Encoding: gzip", gzip(utf8(JSON)))).text());
        assertEquals(JSON, exchange(request("content-encoding: X-GZIP", gzip(utf8(JSON)))).text());
        assertEquals(JSON, exchange(request("Content-Enconding: gzip", gzip(utf8(JSON)))).text());
        assertEquals(JSON, exchange(request("Content-Encoding: zstd", Zstd.compress(utf8(JSON)))).text());
        assertEquals(JSON, exchange(request("Content-Encoding: identity", utf8(JSON))).text());
        assertEquals(JSON + JSON,
            exchange(request("Content-Encoding: gzip", join(gzip(utf8(JSON)), gzip(utf8(JSON))))).text());
        assertEquals(JSON + JSON, exchange(request("Content-Encoding: zstd",
            join(Zstd.compress(utf8(JSON)), Zstd.compress(utf8(JSON))))).text());
    }

    private static byte[] agreed(final String codings, final String fields, final byte[] body) {
        return join(utf8("POST /openrtb2/bid/codings?" + codings + " HTTP/1.1\r\nHost: b\r\n" + fields
            + "Content-Length: " + body.length + "\r\n\r\n"), body);
    }

    /** Bits 1 and 2 are gzip and zstd. */
    @Test
    void shouldCompressAndTakeOnlyWhatIsAgreedOn() throws IOException {
        final String both = "Accept-Encoding: zstd, gzip\r\n";
        assertEquals("zstd", exchange(agreed("33", both, utf8(JSON))).fields().get("content-encoding"));
        assertEquals("gzip", exchange(agreed("31", both, utf8(JSON))).fields().get("content-encoding"));
        assertEquals("zstd", exchange(agreed("32", both, utf8(JSON))).fields().get("content-encoding"));
        assertNull(exchange(agreed("30", both, utf8(JSON))).fields().get("content-encoding"));
        assertNull(exchange(agreed("31", "Accept-Encoding: zstd\r\n", utf8(JSON))).fields().get("content-encoding"));
        final byte[] zipped = gzip(utf8(JSON));
        assertEquals(JSON, exchange(agreed("13", "Content-Encoding: gzip\r\n", zipped)).text());
        for (final String codings : new String[] {"03 identity", "23 zstd"}) {
            final Answer refused = exchange(agreed(codings.substring(0, 2), "Content-Encoding: gzip\r\n", zipped));
            assertEquals(415, refused.status());
            assertEquals(codings.substring(3), refused.fields().get("accept-encoding"));
        }
        final Answer unknown = exchange(request("Content-Encoding: br", utf8(JSON)));
        assertEquals(415, unknown.status());
        assertEquals("gzip, zstd", unknown.fields().get("accept-encoding"));
    }

    @Test
    void shouldAnswer400WithoutClosingWhenABodyIsNotWhatItSays() throws IOException {
        final byte[] gzip = gzip(utf8(JSON));
        final byte[] zstd = Zstd.compress(utf8(JSON));
        assertEquals(400, exchange(request("Content-Encoding: gzip", utf8(JSON))).status());
        assertEquals(400, exchange(request("Content-Encoding: zstd", utf8(JSON))).status());
        assertEquals(400, exchange(request("Content-Encoding: gzip", new byte[0])).status());
        final Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            final byte[] cut = Arrays.copyOf(gzip, 1 + random.nextInt(gzip.length - 1));
            assertEquals(400, exchange(request("Content-Encoding: gzip", cut)).status());
            final byte[] cutZstd = Arrays.copyOf(zstd, 1 + random.nextInt(zstd.length - 1));
            assertEquals(400, exchange(request("Content-Encoding: zstd", cutZstd)).status());
            final byte[] damaged = gzip.clone();
            damaged[damaged.length - 1 - random.nextInt(8)] ^= (byte) (1 + random.nextInt(255));
            assertEquals(400, exchange(request("Content-Encoding: gzip", damaged)).status());
        }
    }

    @Test
    void shouldAnswer413WhenABodySwellsBeyondTheLimit() throws IOException {
        final byte[] zeros = new byte[50_000_000];
        final byte[] gzip = gzip(zeros);
        assertTrue(gzip.length < LIMIT, "the bomb has " + gzip.length + " bytes");
        assertEquals(413, exchange(request("Content-Encoding: gzip", gzip)).status());
        assertEquals(413, exchange(request("Content-Encoding: zstd", Zstd.compress(zeros))).status());
        // Frames that do not say what they swell to, each within the limit.
        final byte[] part = Zstd.compress(new byte[LIMIT / 2]);
        assertEquals(413, exchange(request("Content-Encoding: zstd", join(join(part, part), part))).status());
        final byte[] most = new byte[LIMIT];
        new Random(1).nextBytes(most);
        Arrays.fill(most, 0, LIMIT / 2, (byte) 'a');
        assertArrayEquals(most, exchange(request("Content-Encoding: gzip", gzip(most))).body());
        assertArrayEquals(most, exchange(request("Content-Encoding: zstd", Zstd.compress(most))).body());
        assertEquals(413, exchange(request("Content-Encoding: gzip", gzip(Arrays.copyOf(most, LIMIT + 1)))).status());
    }

    @Test
    void shouldCompressLongAnswersWhereAccepted() throws IOException {
        final byte[] plain = exchange(utf8(post("size?5000", "{}"))).body();
        final Answer gzip = exchange(utf8(post("size?5000", "{}", "Accept-Encoding: gzip, deflate")));
        assertEquals("gzip", gzip.fields().get("content-encoding"));
        assertEquals("Accept-Encoding", gzip.fields().get("vary"));
        assertArrayEquals(plain, new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes());
        final Answer zstd = exchange(utf8(post("size?5000", "{}", "Accept-Encoding: gzip, zstd")));
        assertEquals("zstd", zstd.fields().get("content-encoding"));
        assertArrayEquals(plain, Zstd.decompress(zstd.body(), 5000));
        final Answer forbidden = exchange(utf8(post("size?5000", "{}", "Accept-Encoding: gzip;q=0, zstd; q=0.000")));
        assertNull(forbidden.fields().get("content-encoding"));
        assertArrayEquals(plain, forbidden.body());
    }

    @Test
    void shouldNotCompressShortAnswersNor204s() throws IOException {
        final Answer shortOne = exchange(utf8(post("size?1399", "{}", "Accept-Encoding: gzip")));
        assertNull(shortOne.fields().get("content-encoding"));
        assertEquals(1399, shortOne.body().length);
        final Answer none = exchange(utf8(post("none", "{}", "Accept-Encoding: gzip")));
        assertEquals(204, none.status());
        assertNull(none.fields().get("content-encoding"));
    }

    /** Whatever the bytes are, the decoder ends, throws nothing and writes no more than its limit. */
    @Test
    void shouldSurviveDamagedBodies() throws IOException {
        final Random random = new Random(11);
        final byte[][] good = {gzip(utf8(JSON)), Zstd.compress(utf8(JSON))};
        try (BodyCodec codec = new BodyCodec(1000)) {
            for (int i = 0; i < 20_000; i++) {
                final byte[] bytes = good[i & 1].clone();
                for (int j = random.nextInt(4); j >= 0; j--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                final int coding = (i & 1) == 0 ? HeadFields.CODING_GZIP : HeadFields.CODING_ZSTD;
                final int length = codec.decode(coding, new UnsafeBuffer(bytes), 0, bytes.length);
                assertTrue(length >= BodyCodec.TOO_LONG && length <= 1000, "length " + length);
            }
        }
    }
}
