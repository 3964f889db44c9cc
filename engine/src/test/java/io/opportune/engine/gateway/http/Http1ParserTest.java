package io.opportune.engine.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The parser on bytes cut anywhere, and beside Netty's own decoder as the oracle. */
@Timeout(120)
class Http1ParserTest {
    private static final int MAX_HEAD = 2048;
    private static final int MAX_BODY = 4096;

    /** What a parser made of some bytes: the requests it took, and why it stopped. */
    private record Outcome(List<String> requests, HttpRefusal refusal) { }

    /** Parses bytes that come in pieces, as a connection does: what is not used is kept, and gaps are closed. */
    private static Outcome parse(final byte[] bytes, final int... cuts) {
        final Http1Parser parser = new Http1Parser(MAX_HEAD, 50, MAX_BODY);
        final List<String> requests = new ArrayList<>();
        // Each piece arrives in another place, so that nothing may depend on where bytes lie.
        byte[] kept = new byte[0];
        int from = 0;
        for (int piece = 0; piece <= cuts.length; piece++) {
            final int to = piece == cuts.length ? bytes.length : cuts[piece];
            final int shift = piece % 3;
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[shift + kept.length + to - from]);
            buffer.putBytes(shift, kept);
            buffer.putBytes(shift + kept.length, bytes, from, to - from);
            from = to;
            int at = shift;
            while (at < buffer.capacity()) {
                final int result = parser.parse(buffer, at, buffer.capacity());
                if (result == Http1Parser.REFUSED) {
                    return new Outcome(requests, parser.refusal());
                }
                if (result == Http1Parser.NEED_MORE) {
                    break;
                }
                requests.add(describe(buffer, at, parser));
                at += parser.consumedLength();
                parser.reset();
            }
            kept = rest(buffer, at, parser);
        }
        return new Outcome(requests, null);
    }

    private static byte[] rest(final UnsafeBuffer buffer, final int at, final Http1Parser parser) {
        final int gap = parser.gapLength();
        final int length = buffer.capacity() - at;
        final byte[] kept = new byte[length - gap];
        if (gap == 0) {
            buffer.getBytes(at, kept);
        } else {
            buffer.getBytes(at, kept, 0, parser.gapStart());
            buffer.getBytes(at + parser.gapStart() + gap, kept, parser.gapStart(), kept.length - parser.gapStart());
            parser.gapClosed();
        }
        assertTrue(parser.isHeadComplete() || kept.length <= MAX_HEAD + 2, "kept " + kept.length);
        assertTrue(kept.length <= MAX_HEAD + MAX_BODY + MAX_HEAD, "kept " + kept.length);
        return kept;
    }

    private static String describe(final UnsafeBuffer buffer, final int at, final Http1Parser parser) {
        final String path = text(buffer, at + parser.pathStart(), parser.pathEnd() - parser.pathStart());
        final String query = text(buffer, at + parser.queryStart(), parser.queryEnd() - parser.queryStart());
        return parser.methodBits() + " " + path + (query.isEmpty() ? "" : "?" + query)
            + " " + parser.isKeptAlive() + " " + text(buffer, at + parser.bodyStart(), parser.bodyLength());
    }

    private static String text(final UnsafeBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static final String THREE_REQUESTS = "\r\nPOST /openrtb2/bid/a?x=1&y HTTP/1.1\r\nHost: b.example\r\n"
        + "Content-Type:application/json\r\nContent-Length: \t 13 \r\n\r\n{\"id\":\"12345\"" + "POST /b HTTP/1.1\r\n"
        + "host:b\r\nX-Tab: a\tb\r\nTransfer-Encoding: CHUNKED\r\nX-Empty:\r\n\r\n5;name=value\r\n{\"id\"\r\n"
        + "a\r\n:\"1234567\"\r\n1\r\n}\r\n000\r\nTrailer: x\r\n\r\nGET / HTTP/1.0\r\nConnection: x\r\n\r\n";

    @Test
    void shouldReadTheSameWhereverTheBytesAreCut() {
        final byte[] bytes = ascii(THREE_REQUESTS);
        final Outcome whole = parse(bytes);
        assertEquals(List.of("2 /openrtb2/bid/a?x=1&y true {\"id\":\"12345\"", "2 /b true {\"id\":\"1234567\"}",
            "1 / false "), whole.requests());
        for (int i = 1; i < bytes.length; i++) {
            assertEquals(whole, parse(bytes, i), "cut at " + i);
            for (int j = i + 1; j < bytes.length; j += 7) {
                assertEquals(whole, parse(bytes, i, j), "cut at " + i + " and " + j);
            }
        }
        final int[] everywhere = new int[bytes.length - 1];
        for (int i = 0; i < everywhere.length; i++) {
            everywhere[i] = i + 1;
        }
        assertEquals(whole, parse(bytes, everywhere));
    }

    @Test
    void shouldRefuseTheSameWhereverTheBytesAreCut() {
        for (final String bad : new String[] {
            "GET / HTTP/1.1\r\nHost: b\r\nX: 1\r\n 2\r\n\r\n", "GET / HTTP/1.1\nHost: b\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabX\r\n",
            "POST / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n2;" + "x".repeat(300) + "\r\n",
            "GET / HTTP/1.1\r\nHost: b\r\nContent-Length: 4097\r\n\r\n"}) {
            final byte[] bytes = ascii(bad);
            final Outcome whole = parse(bytes);
            assertTrue(whole.refusal() != null, bad);
            for (int i = 1; i < bytes.length; i++) {
                assertEquals(whole, parse(bytes, i), bad + " cut at " + i);
            }
        }
    }

    @Test
    void shouldKeepNoMoreOfChunksThanTheyCarry() {
        final StringBuilder request = new StringBuilder("POST / HTTP/1.1\r\nHost: b\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 4000; i++) {
            request.append("1;").append("extension".repeat(20)).append("\r\n").append((char) ('a' + i % 26))
                .append("\r\n");
        }
        final byte[] bytes = ascii(request.append("0\r\n\r\n").toString());
        final int[] cuts = new int[bytes.length / 1000];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = 1000 * (i + 1);
        }
        final Outcome outcome = parse(bytes, cuts); // bounds of what is kept are asserted there
        assertEquals(1, outcome.requests().size());
        assertEquals("2 / true ".length() + 4000, outcome.requests().get(0).length());
    }

    /** What Netty makes of the same bytes, up to where it or we stop. */
    private static List<String> netty(final byte[] bytes) {
        final EmbeddedChannel channel = new EmbeddedChannel(
            new HttpServerCodec(MAX_HEAD, MAX_HEAD, MAX_HEAD), new HttpObjectAggregator(MAX_BODY));
        final List<String> requests = new ArrayList<>();
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        } catch (final RuntimeException e) {
            requests.add("broken " + e);
        }
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            final FullHttpRequest request = (FullHttpRequest) message;
            if (request.decoderResult().isFailure()) {
                requests.add("broken " + request.decoderResult());
            } else {
                requests.add(request.method() + " " + request.uri() + " "
                    + request.content().toString(StandardCharsets.ISO_8859_1));
            }
            request.release();
        }
        for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            ((ByteBuf) out).release();
        }
        try {
            channel.finishAndReleaseAll();
        } catch (final PrematureChannelClosureException e) {
            requests.add("cut " + e.getMessage());
        }
        return requests;
    }

    /**
     * Random requests, most of them damaged. Whatever we take, Netty takes with the same target and body, in the same
     * order, up to where it refuses; what we refuse is not compared, because refusing is our right. Undamaged ones are
     * never refused. Netty refuses what we take in one case only: extensions of chunks, which we pass over.
     */
    @Test
    void shouldTakeNothingThatNettyReadsDifferently() {
        final long seed = new Random().nextLong();
        final Random random = new Random(seed);
        int taken = 0;
        int refused = 0;
        for (int run = 0; run < 60_000; run++) {
            final StringBuilder text = new StringBuilder();
            final int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                text.append(randomRequest(random));
            }
            final byte[] bytes = ascii(text.toString());
            final boolean damaged = random.nextInt(4) > 0;
            if (damaged) {
                damage(bytes, random);
            }
            final Outcome ours = parse(bytes, randomCuts(bytes.length, random));
            final List<String> theirs = netty(bytes);
            final String message = "seed " + seed + " run " + run + "\n" + new String(bytes,
                StandardCharsets.ISO_8859_1) + "\nours " + ours + "\ntheirs " + theirs;
            for (int i = 0; i < ours.requests().size(); i++) {
                if (i < theirs.size() && theirs.get(i).contains("InvalidChunkExtension")) {
                    break;
                }
                assertTrue(i < theirs.size() && agrees(ours.requests().get(i), theirs.get(i)), message);
            }
            assertTrue(damaged || ours.refusal() == null && ours.requests().size() == count, message);
            taken += ours.requests().size();
            refused += ours.refusal() == null ? 0 : 1;
        }
        assertTrue(taken > 50_000 && refused > 5_000, taken + " taken, " + refused + " refused");
    }

    /** Ours has bits for the method and the state of the connection between target and body. */
    private static boolean agrees(final String ours, final String theirs) {
        final String[] our = ours.split(" ", 4);
        final String[] their = theirs.split(" ", 3);
        final int bits = their[0].equals("GET") ? 1 : their[0].equals("POST") ? 2 : 0;
        // Netty cuts some bytes beyond ASCII off a target's end; we leave all of them where they are.
        final String target = their[1].replaceFirst("(?i)^https?://[^/?]*", "").replaceAll("[\\x80-\\xff]", "");
        final String mine = our[1].replaceAll("[\\x80-\\xff]", "");
        return our[0].equals(Integer.toString(bits)) && (mine.equals(target) || (mine + "?").equals(target))
            && our[3].equals(their[2]);
    }

    private static String randomRequest(final Random random) {
        final String body = "{\"id\":\"" + random.nextInt(1_000_000) + "\"}";
        final StringBuilder request = new StringBuilder(random.nextBoolean() ? "POST " : "GET ")
            .append(random.nextInt(8) == 0 ? "http://b.example" : "").append("/openrtb2/bid/").append(random.nextInt(9))
            .append(random.nextBoolean() ? "?q=" + random.nextInt(99) : "").append(" HTTP/1.1\r\nHost: b\r\n");
        if (random.nextBoolean()) {
            request.append("Accept-Encoding: gzip;q=0.5, zstd\r\n");
        }
        if (random.nextBoolean()) {
            return request.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body).toString();
        }
        final int cut = random.nextInt(body.length() - 1) + 1;
        return request.append("Transfer-Encoding: chunked\r\n\r\n").append(Integer.toHexString(cut)).append("\r\n")
            .append(body, 0, cut).append("\r\n").append(Integer.toHexString(body.length() - cut))
            .append(random.nextBoolean() ? ";x=y" : "").append("\r\n").append(body, cut, body.length())
            .append("\r\n0\r\n").append(random.nextInt(3) == 0 ? "X-Trailer: 1\r\n" : "").append("\r\n").toString();
    }

    private static void damage(final byte[] bytes, final Random random) {
        final byte[] spicy = ascii("\r\n \t:;,0189afAF-+/?\0x\u000b\u0080GPHTC");
        final int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            bytes[random.nextInt(bytes.length)] = spicy[random.nextInt(spicy.length)];
        }
    }

    private static int[] randomCuts(final int length, final Random random) {
        return random.ints(random.nextInt(4), 0, length).sorted().toArray();
    }
}
