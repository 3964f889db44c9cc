package io.opportune.engine.gateway.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.opportune.engine.gateway.GatewayEventLoops;
import io.opportune.engine.gateway.GatewayTransport;
import io.opportune.engine.gateway.http.HttpGateway;
import io.opportune.engine.gateway.http.HttpGatewayCounters;
import io.opportune.engine.gateway.http.HttpGatewayEnvironment;
import io.opportune.engine.gateway.http.HttpGatewaySettings;
import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.session.HttpRequest;
import io.opportune.engine.session.HttpResponseSink;
import io.opportune.engine.session.HttpRoutes;
import io.opportune.protocol.codec.EventAckDecoder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both transports on one event loop, as on a machine with one core, where each one's batch may answer the other's. */
@Timeout(60)
class SharedEventLoopTest {
    private static final int ROUNDS = 50;

    /** Answers the binary client's message while a batch of HTTP ends, and keeps the HTTP request for later. */
    private static final class CrossHandler implements HttpExchangeHandler {
        final BlockingQueue<Long> requests = new LinkedBlockingQueue<>();
        private final HttpResponseSink sink;
        private final BlockingQueue<StubHandler.Held> messages;
        private Thread thread;

        CrossHandler(final HttpResponseSink sink, final BlockingQueue<StubHandler.Held> messages) {
            this.sink = sink;
            this.messages = messages;
        }

        @Override
        public int onRequest(final HttpRequest request) {
            thread = Thread.currentThread();
            requests.add(request.exchangeKey());
            return ANSWER_FOLLOWS;
        }

        @Override
        public void onReadBatchEnd() {
            for (StubHandler.Held held = messages.poll(); held != null; held = messages.poll()) {
                StubHandler.answer(held.sink(), held.sessionKey(), held.correlationId(), 0);
                final Long key = requests.poll();
                if (key != null) {
                    sink.send(key, 204, HttpContentKind.NONE, null, 0, 0);
                }
            }
        }

        @Override
        public void onIdle() {
            assertSame(thread == null ? Thread.currentThread() : thread, Thread.currentThread());
        }
    }

    @Test
    void shouldAnswerEitherTransportFromTheOthersBatch() throws Exception {
        try (GatewayEventLoops loops = new GatewayEventLoops(GatewayTransport.AUTO, 1);
            GatewayHarness harness = new GatewayHarness(BinaryGatewaySettings.builder(), loops);
            HttpGateway http = new HttpGateway(
                new HttpGatewayEnvironment(HttpGatewaySettings.builder().port(0).build(),
                    HttpRoutes.builder().add(HttpRoutes.GET, "/", 0).build(), loop -> HttpGatewayCounters.detached(),
                    harness, SystemNanoClock.INSTANCE, new OffsetEpochNanoClock()),
                (loop, sink) -> new CrossHandler(sink, harness.handler().held), loops);
            WireClient client = WireClient.loggedOn(harness.port());
            HttpClient browser = HttpClient.newHttpClient()) {
            http.start();
            harness.handler().holding = true;
            final java.net.http.HttpRequest request = java.net.http.HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + http.port() + "/")).timeout(java.time.Duration.ofSeconds(10)).build();
            for (int i = 1; i <= ROUNDS; i++) {
                client.send(WireClient.request(i, 0));
                final int messages = i;
                GatewayHarness.await("the message", () -> harness.handler().messages.get() == messages);
                final var answer = browser.sendAsync(request, HttpResponse.BodyHandlers.discarding());
                client.expect(EventAckDecoder.TEMPLATE_ID);
                assertEquals(204, answer.get(10, TimeUnit.SECONDS).statusCode());
            }
        }
    }
}
