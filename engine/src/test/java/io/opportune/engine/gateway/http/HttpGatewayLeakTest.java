package io.opportune.engine.gateway.http;

import static io.opportune.engine.gateway.http.RawClient.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocatorMetric;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Garbage and very many requests, with every buffer watched (Netty's paranoid level). A leak is only reported when the
 * collector has found the buffer and another one is made afterwards, so each test makes both happen.
 */
@Timeout(120)
class HttpGatewayLeakTest {
    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();
    private static final String ON_PURPOSE = "leaked on purpose";
    private static final int MOST_COLLECTIONS = 200;
    private static ResourceLeakDetector.Level levelBefore;

    @BeforeAll
    static void watch() throws ReflectiveOperationException {
        levelBefore = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        detector().setLeakListener((type, records) -> LEAKS.add(type + records));
    }

    @AfterAll
    static void restore() throws ReflectiveOperationException {
        detector().setLeakListener(null);
        ResourceLeakDetector.setLevel(levelBefore);
    }

    /** The one detector of all buffers, which Netty shows to nobody. */
    private static ResourceLeakDetector<?> detector() throws ReflectiveOperationException {
        final Field field = Class.forName("io.netty.buffer.AbstractByteBuf").getDeclaredField("leakDetector");
        field.setAccessible(true);
        return (ResourceLeakDetector<?>) field.get(null);
    }

    /** Bytes of direct memory that Netty's pool has lent, with its threads' caches counted as lent. */
    private static long activeBytes() {
        final PooledByteBufAllocatorMetric metric = PooledByteBufAllocator.DEFAULT.metric();
        return metric.directArenas().stream().mapToLong(arena -> arena.numActiveBytes()).sum();
    }

    private static void collect() throws InterruptedException {
        System.gc();
        Thread.sleep(10);
        PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
    }

    /**
     * None leaked but one that does so on purpose: when that is found, what leaked before it is found too.
     */
    private static void assertNoLeaks() throws InterruptedException {
        PooledByteBufAllocator.DEFAULT.directBuffer(16).touch(ON_PURPOSE);
        for (int i = 0; i < MOST_COLLECTIONS && LEAKS.stream().noneMatch(leak -> leak.contains(ON_PURPOSE)); i++) {
            collect();
        }
        collect(); // what was found with it may be told after it
        assertEquals(1, LEAKS.stream().filter(leak -> leak.contains(ON_PURPOSE)).count());
        assertEquals(List.of(), LEAKS.stream().filter(leak -> !leak.contains(ON_PURPOSE)).toList());
        LEAKS.clear();
    }

    @Test
    void shouldLeakNothingInAHundredThousandRequests() throws IOException, InterruptedException {
        final long before = activeBytes();
        try (HttpHarness harness = HttpHarness.start()) {
            harness.handler().keepsSeen = false;
            final StringBuilder batch = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                batch.append(switch (i % 5) {
                    case 0 -> post("none", "{}");
                    case 1 -> post("size?3000", "{}", "Accept-Encoding: gzip");
                    case 2 -> "POST /openrtb2/bid/echo HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "2\r\n{}\r\n0\r\n\r\n";
                    case 3 -> "GET /nowhere HTTP/1.1\r\nHost: b\r\n\r\n";
                    default -> post("echo", "{\"id\":\"" + "x".repeat(1000) + "\"}");
                });
            }
            final byte[] bytes = batch.toString().getBytes(StandardCharsets.US_ASCII);
            RawClient client = harness.connect();
            for (int sent = 0; sent < 100_000; sent += 50) {
                client.send(bytes);
                for (int i = 0; i < 50; i++) {
                    final int expected = i % 5 == 0 ? 204 : i % 5 == 3 ? 404 : 200;
                    assertEquals(expected, client.read().status());
                }
                if (sent % 5_000 == 0) {
                    client.close();
                    client = harness.connect();
                }
            }
            client.close();
            assertEquals(80_000, harness.handler().requests.get());
            assertEquals(List.of(), harness.failures);
        }
        assertNoLeaks();
        assertTrue(activeBytes() - before < 16 << 20, "the pool has lent " + (activeBytes() - before) + " bytes more");
    }

    /** Whatever comes: an answer or the end, never silence for ever, never a failure of ours, never a leak. */
    @Test
    void shouldSurviveGarbage() throws IOException, InterruptedException {
        final long seed = new Random().nextLong();
        final Random random = new Random(seed);
        final String message = "seed " + seed;
        try (HttpHarness harness = new HttpHarness(settings -> settings.requestTimeoutNs(300_000_000)
            .closeTimeoutNs(300_000_000).maxBodyBytes(10_000).maxHeadBytes(2_000))) {
            harness.handler().keepsSeen = false;
            for (int run = 0; run < 1_500; run++) {
                try (RawClient client = harness.connect()) {
                    client.send(garbage(random)).finish();
                    client.awaitEnd();
                }
                assertEquals(List.of(), harness.failures, message);
            }
            HttpHarness.await("the end of all connections", () -> harness.counters.connectionsOpen().get() == 0);
            try (RawClient client = harness.connect()) {
                assertEquals("{}", client.send(post("echo", "{}")).read().text(), message);
            }
            assertTrue(harness.counters.refused400().get() > 100, message);
        }
        assertNoLeaks();
    }

    private static byte[] garbage(final Random random) {
        final byte[] bytes;
        switch (random.nextInt(5)) {
            case 0 -> {
                bytes = new byte[1 + random.nextInt(5_000)];
                random.nextBytes(bytes);
            }
            case 1 -> {
                // HTTP/2 gone wrong.
                bytes = ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0" + "x".repeat(random.nextInt(200)))
                    .getBytes(StandardCharsets.ISO_8859_1);
                for (int i = 24 + random.nextInt(10); i < bytes.length; i++) {
                    bytes[i] = (byte) random.nextInt(random.nextBoolean() ? 4 : 256);
                }
            }
            default -> {
                bytes = (post("echo", "{\"id\":\"1\"}", "Content-Encoding: gzip")
                    + "POST /openrtb2/bid/echo HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nabcde\r\n0\r\n\r\n" + post("echo", "{}")).getBytes(StandardCharsets.US_ASCII);
                for (int i = random.nextInt(5); i >= 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
                }
            }
        }
        return bytes;
    }
}
