package io.opportune.engine.gateway.binary;

import static io.opportune.engine.gateway.binary.BinaryGatewayLogonTest.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.session.ResponseSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers from other threads arrive, each once, however the ring wraps and however threads and loop race. */
@Timeout(60)
class RingResponseSinkTest {
    @Test
    void shouldDeliverEachAnswerThoughTheRingWrapsInItsMiddle() throws Exception {
        final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
        final Random random = new Random(seed);
        try (GatewayHarness harness = new GatewayHarness(settings().inline(false).answerRingBytes(4096));
             WireClient client = WireClient.loggedOn(harness.port())) {
            harness.handler().holding = true;
            // One at a time, so that nothing but the answer's own wake-up can bring it out of the ring: padding at the
            // ring's end alone before an answer at its start must not hide the answer.
            for (int i = 0; i < 2000; i++) {
                client.send(WireClient.request(i, 0));
                final StubHandler.Held held = harness.handler().held.poll(10, TimeUnit.SECONDS);
                StubHandler.answer(held.sink(), held.sessionKey(), held.correlationId(), random.nextInt(440));
                held.sink().wake();
                assertEquals(i, BinaryGatewaySessionTest.ack(client), "seed " + seed);
            }
        }
    }

    @Test
    void shouldDeliverAllAnswersOfRacingThreads() throws Exception {
        final int threadCount = 3;
        final int messagesPerRound = 60;
        try (GatewayHarness harness = new GatewayHarness(settings().inline(false).answerRingBytes(4096));
             WireClient client = WireClient.loggedOn(harness.port())) {
            harness.handler().holding = true;
            final List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < threadCount; t++) {
                threads.add(Thread.ofPlatform().start(() -> answerAll(harness)));
            }
            for (int round = 0; round < 200; round++) {
                for (int i = 1; i <= messagesPerRound; i++) {
                    client.send(WireClient.request(i, 0));
                }
                long sum = 0;
                for (int i = 1; i <= messagesPerRound; i++) {
                    sum += BinaryGatewaySessionTest.ack(client);
                }
                assertEquals(messagesPerRound * (messagesPerRound + 1) / 2, sum);
            }
            for (int t = 0; t < threadCount; t++) {
                harness.handler().held.add(new StubHandler.Held(0, 0, null));
            }
            for (final Thread thread : threads) {
                assertTrue(thread.join(java.time.Duration.ofSeconds(10)));
            }
            assertEquals(0, harness.counters().answersDropped().get());
        }
    }

    private static void answerAll(final GatewayHarness harness) {
        try {
            while (true) {
                final StubHandler.Held held = harness.handler().held.take();
                if (held.sink() == null) {
                    return;
                }
                StubHandler.answer(held.sink(), held.sessionKey(), held.correlationId(), 100);
                held.sink().wake();
            }
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldSayWhenTheWayBackIsFullAndCountAnswersOfUnknownSessions() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings().inline(false).answerRingBytes(4096))) {
            final ResponseSink sink = harness.gateway.responseSink(0);
            int sent = 0;
            while (sent < 1000 && sink.send(1, StubHandler.answerFrame(1, 100), 0, 100)) {
                sent++;
            }
            assertTrue(sent > 10 && sent < 100, "sent " + sent);
            sink.wake();
            harness.awaitCounter(harness.counters().answersDropped(), sent);
            assertTrue(sink.send(1, StubHandler.answerFrame(1, 100), 0, 100));
        }
    }
}
