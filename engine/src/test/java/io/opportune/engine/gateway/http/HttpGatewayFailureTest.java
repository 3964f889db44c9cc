package io.opportune.engine.gateway.http;

import static io.opportune.engine.gateway.http.RawClient.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpResponseSink.Delivery;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fails in the handler or on the way to one client, and what the others notice of it; and who is told. */
@Timeout(60)
class HttpGatewayFailureTest {
    private static final byte[] TEXT = new byte[100];

    private static void fail(final HttpHarness harness, final Runnable failing) {
        final int before = harness.failures.size();
        harness.handler().tasks.add(failing);
        HttpHarness.await("the failure's report", () -> harness.failures.size() > before);
    }

    @Test
    void shouldGoOnTickingWhateverIsThrown() throws IOException {
        try (HttpHarness harness = HttpHarness.start(); RawClient client = harness.connect()) {
            assertEquals(204, client.send(post("deadline?20", "{}")).read().status());
            for (final Error thrown : new Error[] {
                new AssertionError("the stub was told to"), new OutOfMemoryError("as if"), new StackOverflowError()}) {
                fail(harness, () -> {
                    throw thrown;
                });
                assertEquals(thrown, harness.failures.getLast());
                // It is the tick that finds the deadline.
                assertEquals(204, client.send(post("deadline?20", "{}")).read().status());
                assertEquals("{}", client.send(post("echo", "{}")).read().text());
            }
            assertEquals(4, harness.counters.answersExpired().get());
        }
    }

    @Test
    void shouldCloseTheConnectionWhoseAnswerFailsAndServeTheOthers() throws IOException {
        try (HttpHarness harness = HttpHarness.start(); RawClient broken = harness.connect();
            RawClient other = harness.connect()) {
            broken.send(post("hold", "{}"));
            HttpHarness.await("the request", () -> harness.handler().seen.size() == 1);
            final long key = harness.handler().seen.remove().key();
            final Queue<Delivery> deliveries = new ConcurrentLinkedQueue<>();
            other.send(post("deadline?200", "{}") + post("hold", "{}"));
            HttpHarness.await("the others", () -> harness.handler().seen.size() == 2);
            final long held = harness.handler().seen.stream().skip(1).findFirst().orElseThrow().key();
            // A length that the buffer does not have.
            fail(harness, () -> {
                deliveries.add(harness.handler().sink.send(
                    key, 200, HttpContentKind.TEXT, new UnsafeBuffer(TEXT), 0, TEXT.length + 1));
                harness.handler().answer(held, "whole");
            });
            broken.awaitEnd();
            HttpHarness.await("the end of the send that failed", () -> !deliveries.isEmpty());
            assertEquals(Delivery.DROPPED, deliveries.remove());
            assertEquals(204, other.read().status());
            assertEquals("whole", other.read().text());
            assertEquals("{}", other.send(post("echo", "{}")).read().text());
            assertTrue(harness.failures.getFirst() instanceof IndexOutOfBoundsException, harness.failures.toString());
        }
    }

    /** Sends from the event loop and says what became of it. */
    private static Delivery send(final HttpHarness harness, final long key) {
        final Queue<Delivery> deliveries = new ConcurrentLinkedQueue<>();
        harness.handler().tasks.add(() -> deliveries.add(harness.handler().sink.send(
            key, 200, HttpContentKind.TEXT, new UnsafeBuffer(TEXT), 0, TEXT.length)));
        HttpHarness.await("the delivery", () -> !deliveries.isEmpty());
        return deliveries.remove();
    }

    @Test
    void shouldSayWhatBecameOfAnAnswer() throws IOException {
        try (HttpHarness harness = HttpHarness.start(); RawClient client = harness.connect()) {
            client.send(post("hold", "in time"));
            HttpHarness.await("the request", () -> harness.handler().seen.size() == 1);
            final long inTime = harness.handler().seen.remove().key();
            assertEquals(Delivery.SENT, send(harness, inTime));
            assertEquals(200, client.read().status());
            assertEquals(Delivery.DROPPED, send(harness, inTime), "twice");
            assertEquals(204, client.send(post("deadline?10", "late")).read().status());
            assertEquals(Delivery.DROPPED, send(harness, harness.handler().seen.remove().key()), "late");
            assertTrue(harness.handler().left.isEmpty());
        }
        try (HttpHarness harness = new HttpHarness(settings -> settings.inline(false).answerRingBytes(1 << 12));
            RawClient client = harness.connect()) {
            client.send(post("hold", "other thread"));
            HttpHarness.await("the request", () -> harness.handler().seen.size() == 1);
            final long key = harness.handler().seen.remove().key();
            assertEquals(Delivery.PUT_ASIDE, harness.handler().sink.send(
                key, 200, HttpContentKind.TEXT, new UnsafeBuffer(TEXT), 0, TEXT.length));
            harness.handler().sink.wake();
            assertEquals(200, client.read().status());
        }
    }

    @Test
    void shouldTellOfClientsThatDoNotWait() throws Exception {
        try (HttpHarness harness = HttpHarness.start()) {
            final Queue<Long> left = harness.handler().left;
            try (RawClient client = harness.connect()) {
                client.send(post("hold", "{}") + post("echo", "{}"));
                HttpHarness.await("both requests", () -> harness.handler().seen.size() == 2);
            }
            HttpHarness.await("the end of the client's side", () -> !left.isEmpty());
            assertEquals(harness.handler().seen.remove().key(), left.remove());
            assertTrue(left.isEmpty(), "the other one has its answer, which waits");
            harness.handler().seen.clear();
            try (RawHttp2 client = new RawHttp2(harness.gateway.port()).begin()) {
                client.send(RawHttp2.request(1, "/openrtb2/bid/hold")).send(
                    RawHttp2.request(3, "/openrtb2/bid/hold"));
                HttpHarness.await("both requests", () -> harness.handler().seen.size() == 2);
                client.send(RawHttp2.frame(RawHttp2.RST_STREAM, 0, 3, RawHttp2.integer(8)));
                HttpHarness.await("the stream's end", () -> !left.isEmpty());
                final long first = harness.handler().seen.remove().key();
                final long second = harness.handler().seen.remove().key();
                assertEquals(second, left.remove());
                assertEquals(Delivery.DROPPED, send(harness, second));
                assertEquals(Delivery.SENT, send(harness, first));
                assertEquals(200, client.status(client.read(RawHttp2.HEADERS)));
                assertTrue(left.isEmpty());
            }
        }
    }
}
