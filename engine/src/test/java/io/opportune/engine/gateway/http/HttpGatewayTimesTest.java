package io.opportune.engine.gateway.http;

import static io.opportune.engine.gateway.http.RawClient.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.gateway.http.RawClient.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that are silent, slow, too many, or do not read. */
@Timeout(60)
class HttpGatewayTimesTest {
    private static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(200);

    @Test
    void shouldCloseIdleConnectionsWithoutAWord() throws IOException {
        try (HttpHarness harness = new HttpHarness(settings -> settings.idleTimeoutNs(SHORT_NS));
            RawClient client = harness.connect()) {
            final long startNs = System.nanoTime();
            client.send(post("echo", "{}") + "\r\n").read();
            client.assertClosed();
            assertTrue(System.nanoTime() - startNs >= SHORT_NS);
            assertEquals(1, harness.counters.idleCloses().get());
        }
    }

    /** The event loop is busy with another connection while the request comes, and reads it only then. */
    @Test
    void shouldCountTimeInTheSocketTowardsARequest() throws IOException {
        try (HttpHarness harness = HttpHarness.start(); RawClient busy = harness.connect();
            RawClient waiting = harness.connect()) {
            busy.send(post("echo", "{}")).read();
            waiting.send(post("echo", "{}")).read();
            boolean counted = false;
            // Where the machine stands still just between two rounds, the loop takes it for waiting.
            for (int attempt = 0; attempt < 50 && !counted; attempt++) {
                final int before = harness.handler().requests.get();
                busy.send(post("sleep?20", "{}"));
                HttpHarness.await("the request that sleeps", () -> harness.handler().requests.get() > before);
                harness.handler().seen.clear();
                final long sentNs = System.nanoTime();
                waiting.send(post("echo", "{}")).read();
                final long arrivalNs = harness.handler().seen.remove().arrivalNs();
                assertTrue(arrivalNs <= System.nanoTime(), "an arrival in the future");
                counted = arrivalNs <= sentNs && System.nanoTime() - sentNs > TimeUnit.MILLISECONDS.toNanos(10);
                busy.read();
            }
            assertTrue(counted, "no request that waited 10 ms in its socket has an arrival before it was read");
        }
    }

    @Test
    void shouldTakeWhatComesAfterSilenceForJustArrived() throws IOException, InterruptedException {
        try (HttpHarness harness = HttpHarness.start(); RawClient client = harness.connect()) {
            client.send(post("echo", "{}")).read();
            for (int i = 0; i < 5; i++) {
                Thread.sleep(100);
                harness.handler().seen.clear();
                final long sentNs = System.nanoTime();
                client.send(post("echo", "{}")).read();
                final long earlyNs = sentNs - harness.handler().seen.remove().arrivalNs();
                assertTrue(earlyNs < TimeUnit.MILLISECONDS.toNanos(50), () -> "arrived " + earlyNs + " ns early");
            }
        }
    }

    @Test
    void shouldLetTheHandlerHandOnWhatItHoldsBeforeItEnds() {
        final HttpHarness harness = HttpHarness.start();
        harness.handler().unsettled = 5;
        harness.close();
        assertEquals(Collections.nCopies(6, false), List.copyOf(harness.handler().settlings));
    }

    @Test
    void shouldNotWaitForEverForWhatIsHeld() {
        final HttpHarness harness = new HttpHarness(settings -> settings.shutdownTimeoutNs(50_000_000));
        harness.handler().unsettled = Integer.MAX_VALUE;
        harness.close();
        final List<Boolean> asked = List.copyOf(harness.handler().settlings);
        assertTrue(asked.size() > 1);
        assertEquals(asked.size() - 1, asked.indexOf(true), "once, at the end");
    }

    @Test
    void shouldWaitAsLongAsExchangesDo() {
        assertEquals(
            TimeUnit.SECONDS.toNanos(150), HttpGatewaySettings.builder().build().connections().idleTimeoutNs());
    }

    @Test
    void shouldAnswer408WhenTheRestOfARequestDoesNotCome() throws IOException, InterruptedException {
        try (HttpHarness harness = new HttpHarness(settings -> settings.requestTimeoutNs(SHORT_NS));
            RawClient client = harness.connect()) {
            // A byte now and then makes no difference.
            for (int i = 0; i < 10 && client.isSilent(); i++) {
                client.send("GET /notice/win HTTP/1.1\r\n".substring(i, i + 1));
                Thread.sleep(40);
            }
            final Answer answer = client.read();
            assertEquals(408, answer.status());
            assertTrue(answer.closes());
            client.assertClosed();
        }
    }

    @Test
    void shouldRefuseConnectionsOverTheLimit() throws IOException {
        try (HttpHarness harness = new HttpHarness(settings -> settings.maxConnections(2))) {
            try (RawClient first = harness.connect(); RawClient second = harness.connect()) {
                first.send(post("echo", "{}")).read();
                second.send(post("echo", "{}")).read();
                try (RawClient third = harness.connect()) {
                    assertEquals(503, third.read().status());
                    third.assertClosed();
                }
                assertEquals("{}", first.send(post("echo", "{}")).read().text());
            }
            HttpHarness.await("the end of all", () -> harness.counters.connectionsOpen().get() == 0);
            try (RawClient again = harness.connect()) {
                assertEquals("{}", again.send(post("echo", "{}")).read().text());
            }
            assertEquals(1, harness.counters.connectionsRefused().get());
        }
    }

    @Test
    void shouldStopReadingFromAClientThatDoesNotReadAndCloseItInTheEnd() throws Exception {
        try (HttpHarness harness = new HttpHarness(settings -> settings.slowConsumerTimeoutNs(5 * SHORT_NS)
            .writeBufferLowBytes(10_000).writeBufferHighBytes(100_000));
            RawClient client = new RawClient(harness.gateway.port(), 4096)) {
            final String request = post("size?50000", "{}");
            final int count = 2000;
            final Thread sender = Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (int i = 0; i < count; i++) {
                        client.send(request);
                    }
                } catch (final IOException e) {
                    return; // closed by the server, as it should be
                }
            });
            HttpHarness.await("a slow consumer's end", () -> harness.counters.slowConsumerCloses().get() == 1);
            HttpHarness.await("its connection's end", () -> harness.counters.connectionsOpen().get() == 0);
            // 100 MB were asked for: only what sockets and watermarks hold has been made.
            assertTrue(harness.handler().requests.get() < 400, harness.handler().requests + " requests");
            sender.join(10_000);
            assertFalse(sender.isAlive());
        }
    }

    @Test
    void shouldServeAClientThatReadsSlowly() throws Exception {
        try (HttpHarness harness = new HttpHarness(settings -> settings
            .writeBufferLowBytes(10_000).writeBufferHighBytes(50_000));
            RawClient client = new RawClient(harness.gateway.port(), 4096)) {
            final int count = 300;
            final String request = post("size?50000", "{}");
            final Thread sender = Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (int i = 0; i < count; i++) {
                        client.send(request);
                    }
                } catch (final IOException e) {
                    throw new AssertionError(e);
                }
            });
            for (int i = 0; i < count; i++) {
                assertEquals(50_000, client.read().body().length);
                if (i % 50 == 0) {
                    Thread.sleep(50);
                }
            }
            sender.join(10_000);
            assertEquals(count, harness.handler().requests.get());
            assertEquals(0, harness.counters.slowConsumerCloses().get());
        }
    }

    @Test
    void shouldServeManyConnectionsAtOnce() throws IOException {
        try (HttpHarness harness = HttpHarness.start()) {
            final List<RawClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < 200; i++) {
                    clients.add(harness.connect().send(post("echo", "client " + i)));
                }
                for (int i = 0; i < 200; i++) {
                    assertEquals("client " + i, clients.get(i).read().text());
                }
            } finally {
                for (final RawClient client : clients) {
                    client.close();
                }
            }
            HttpHarness.await("the end of all", () -> harness.counters.connectionsOpen().get() == 0);
        }
    }
}
