package io.opportune.engine.gateway.http;

import static io.opportune.engine.gateway.http.RawClient.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that are not whole: what they cost, and when they have begun. */
@Timeout(60)
class HttpGatewayTailTest {
    private static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(300);

    private static String head(final int announcedBytes) {
        return "POST /openrtb2/bid/echo HTTP/1.1\r\nHost: b\r\nContent-Length: " + announcedBytes + "\r\n\r\n";
    }

    @Test
    void shouldTakeNoMemoryForWhatIsOnlyAnnounced() throws IOException {
        try (HttpHarness harness = HttpHarness.start()) {
            final List<RawClient> clients = new ArrayList<>();
            try {
                final long before = PlatformDependent.usedDirectMemory();
                final String begun = head(1 << 20) + "{";
                for (int i = 0; i < 300; i++) {
                    clients.add(harness.connect().send(begun));
                }
                HttpHarness.await("300 heads", () -> harness.counters.bytesRead().get() == 300L * begun.length());
                final long tookBytes = PlatformDependent.usedDirectMemory() - before;
                assertTrue(tookBytes < 32 << 20, "300 MiB were announced, 20 kB came, this was taken: " + tookBytes);
                // It grows with what comes.
                final byte[] rest = "x".repeat((1 << 20) - 1).getBytes(StandardCharsets.US_ASCII);
                final Random random = new Random(7);
                for (int from = 0; from < rest.length;) {
                    final int to = Math.min(rest.length, from + 1 + random.nextInt(50_000));
                    clients.getLast().send(Arrays.copyOfRange(rest, from, to));
                    from = to;
                }
                final byte[] echoed = clients.getLast().read().body();
                assertEquals('{', echoed[0]);
                assertTrue(Arrays.equals(rest, Arrays.copyOfRange(echoed, 1, echoed.length)));
            } finally {
                for (final RawClient client : clients) {
                    client.close();
                }
            }
        }
    }

    private static HttpHarness withLittleMemory() {
        return new HttpHarness(
            settings -> settings.maxBodyBytes(100_000).maxHeadBytes(1_000).maxPendingBytes(300_000));
    }

    @Test
    void shouldRefuseRequestsForWhichThereIsNoMemory() throws IOException {
        final String most = "x".repeat(90_000);
        try (HttpHarness harness = withLittleMemory()) {
            // As often as would show if what was given back were less than what was taken.
            for (int run = 0; run < 20; run++) {
                final List<RawClient> clients = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    final long readBytes = harness.counters.bytesRead().get() + most.length() + head(100_000).length();
                    clients.add(harness.connect().send(head(100_000) + most));
                    HttpHarness.await("most of it", () -> harness.counters.bytesRead().get() >= readBytes);
                }
                for (int i = 2; i < 5; i++) {
                    final RawClient.Answer refused = clients.get(i).read();
                    assertEquals(503, refused.status());
                    assertTrue(refused.closes());
                }
                for (int i = 0; i < 2; i++) {
                    assertEquals(100_000, clients.get(i).send("y".repeat(10_000)).read().body().length);
                }
                for (final RawClient client : clients) {
                    client.close();
                }
                HttpHarness.await("the end of all", () -> harness.counters.connectionsOpen().get() == 0);
            }
            assertEquals(List.of(), harness.failures);
        }
    }

    @Test
    void shouldRefuseStreamsForWhichThereIsNoMemory() throws Exception {
        try (HttpHarness harness = withLittleMemory()) {
            for (int run = 0; run < 5; run++) {
                try (NettyHttp2Client client = new NettyHttp2Client(harness.gateway.port())) {
                    final List<CompletableFuture<NettyHttp2Client.Answer>> answers = new ArrayList<>();
                    for (int i = 0; i < 5; i++) {
                        answers.add(client.sendUnfinished(
                            NettyHttp2Client.post("/openrtb2/bid/echo"), new byte[90_000]));
                    }
                    HttpHarness.await("three refusals",
                        () -> answers.stream().filter(CompletableFuture::isDone).count() >= 3);
                    for (final CompletableFuture<NettyHttp2Client.Answer> answer : answers) {
                        if (answer.isDone()) {
                            assertEquals(503, answer.get().status());
                        }
                    }
                }
                HttpHarness.await("the end", () -> harness.counters.connectionsOpen().get() == 0);
            }
            try (NettyHttp2Client client = new NettyHttp2Client(harness.gateway.port())) {
                assertEquals(100_000, client.send(NettyHttp2Client.post("/openrtb2/bid/echo"), new byte[100_000])
                    .get(10, TimeUnit.SECONDS).body().length);
            }
        }
    }

    private static void sendCut(final HttpHarness harness, final RawClient client, final String piece)
        throws IOException {
        final long readBytes = harness.counters.bytesRead().get() + piece.length();
        client.send(piece);
        HttpHarness.await("a piece", () -> harness.counters.bytesRead().get() >= readBytes);
    }

    @Test
    void shouldNotTakeAnEmptyLineForARequestWhereverItIsCut() throws Exception {
        final String[][] cuts = {{"\r", "\n"}, {"\r\n"}, {"\r"}, {"\r\n\r", "\n"}, {"\r", "\n\r", "\n"}};
        try (HttpHarness harness = new HttpHarness(settings -> settings.requestTimeoutNs(SHORT_NS));
            RawClient client = harness.connect()) {
            for (final String[] cut : cuts) {
                assertEquals("{}", client.send(post("echo", "{}")).read().text());
                for (final String piece : cut) {
                    sendCut(harness, client, piece);
                }
                harness.handler().seen.clear();
                Thread.sleep(2 * TimeUnit.NANOSECONDS.toMillis(SHORT_NS));
                assertTrue(client.isSilent(), "nothing was asked, so that nothing is too late");
                final long sentNs = System.nanoTime();
                final String rest = cut[cut.length - 1].endsWith("\r") ? "\n" : "";
                assertEquals("[1]", client.send(rest + post("echo", "[1]")).read().text());
                assertTrue(harness.handler().seen.remove().arrivalNs() - sentNs >= 0, "arrived before it was sent");
            }
        }
    }

    @Test
    void shouldTakeTheFirstByteForARequestThoughItMayBeAPreface() throws Exception {
        try (HttpHarness harness = new HttpHarness(settings -> settings.requestTimeoutNs(SHORT_NS))) {
            try (RawClient client = harness.connect()) {
                sendCut(harness, client, "P");
                Thread.sleep(50);
                final long sentNs = System.nanoTime();
                assertEquals("{}", client.send(post("echo", "{}").substring(1)).read().text());
                assertTrue(harness.handler().seen.remove().arrivalNs() < sentNs, "it began with its first byte");
            }
            for (final String begun : new String[] {"P", "PRI * HT"}) {
                try (RawClient client = harness.connect()) {
                    assertEquals(408, client.send(begun).read().status());
                    client.assertClosed();
                }
            }
        }
    }
}
