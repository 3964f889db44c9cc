package io.opportune.protocol.client;

import static io.opportune.protocol.client.ClientFixture.awaitUntil;
import static io.opportune.protocol.client.ClientFixture.call;
import static io.opportune.protocol.client.ClientFixture.settings;
import static io.opportune.protocol.client.ClientFixture.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.RejectReason;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client under several callers at once, over real sockets. */
@Timeout(60)
class ClientStressTest {
    private static final int THREADS = 4;
    private static final int CALLS_PER_THREAD = 5_000;
    private static final long SEED = 20_260_102L;

    /** Counts how often each call completed, whichever way. */
    private record Completion(AtomicIntegerArray counts, int number, AtomicInteger total, AtomicInteger answers)
        implements DecisionHandler, ReceiptHandler {
        private void count() {
            counts.incrementAndGet(number);
            total.incrementAndGet();
        }

        @Override
        public void onDecision(final DecisionResponseDecoder response) {
            answers.incrementAndGet();
            count();
        }

        @Override
        public void onFallback(final FailureKind kind, final RejectReason rejectReason) {
            count();
        }

        @Override
        public void onReceipt(final long high, final long low, final AckStatus status, final int reasonCode) {
            answers.incrementAndGet();
            count();
        }

        @Override
        public void onFailure(final FailureKind kind, final RejectReason rejectReason, final String text) {
            count();
        }
    }

    @Test
    void shouldCompleteEveryCallOnceWhileCallersRaceWithBreaksAndTheEnd() throws Exception {
        final AtomicIntegerArray counts = new AtomicIntegerArray(THREADS * CALLS_PER_THREAD);
        final AtomicInteger total = new AtomicInteger();
        final AtomicInteger answers = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            final SplittableRandom random = new SplittableRandom(SEED + number);
            connection.acceptLogon(48);
            while (true) {
                final byte[] request = connection.readRequest();
                final int dice = random.nextInt(1_000);
                if (dice == 0) {
                    return;
                } else if (dice > 20) {
                    connection.send(Answers.to(request));
                }
            }
        })) {
            final TillClient client = start(settings(server.port()).inFlightLimits(32, 16).reportsPendingLimit(64)
                .answerTimeout(Duration.ofMillis(50)));
            final List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                final int first = t * CALLS_PER_THREAD;
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = first; i < first + CALLS_PER_THREAD; i++) {
                        submit(client, new Completion(counts, i, total, answers), i);
                    }
                }));
            }
            // The end comes while callers still call.
            awaitUntil("three quarters", () -> total.get() > THREADS * CALLS_PER_THREAD * 3 / 4);
            client.close();
            for (final Thread thread : threads) {
                thread.join();
            }
            awaitUntil("all completions", () -> total.get() >= THREADS * CALLS_PER_THREAD);
            for (int i = 0; i < counts.length(); i++) {
                assertEquals(1, counts.get(i), "seed " + SEED + ", call " + i);
            }
            assertTrue(answers.get() > 100, "answered: " + answers);
            assertTrue(client.statistics().disconnects() > 0, "the server never broke a connection");
            assertEquals(0, client.statistics().callbackErrors());
        }
    }

    private static void submit(final TillClient client, final Completion completion, final int number) {
        if (number % 3 == 0) {
            client.report(message -> RequestWriter.write(ClientFixture.event(), message), 200_000_000L, completion);
        } else {
            client.decide(message -> RequestWriter.write(call(number), message), 20_000_000L, completion);
        }
        if (number % 16 == 0) {
            // Leaves the server time to answer some: without it all calls may be over before its first answer.
            LockSupport.parkNanos(300_000L);
        }
    }

    /** Encoding and handler are the caller's own, reused; what is left is the client's. */
    @Test
    void shouldAllocateNextToNothingOnTheCallersThread() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.good());
            TillClient client = start(settings(server.port()))) {
            final AtomicInteger done = new AtomicInteger();
            final DecisionEncoding encoding = ClientStressTest::encode;
            final DecisionHandler handler = new DecisionHandler() {
                @Override
                public void onDecision(final DecisionResponseDecoder response) {
                    done.incrementAndGet();
                }

                @Override
                public void onFallback(final FailureKind kind, final RejectReason rejectReason) {
                    done.incrementAndGet();
                }
            };
            run(client, encoding, handler, done, 20_000);
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            final long before = threads.getCurrentThreadAllocatedBytes();
            run(client, encoding, handler, done, 20_000);
            final double bytesPerCall = (threads.getCurrentThreadAllocatedBytes() - before) / 20_000.0;
            assertTrue(bytesPerCall < 16, bytesPerCall + " bytes a call on the caller's thread");
        }
    }

    private static void run(
        final TillClient client,
        final DecisionEncoding encoding,
        final DecisionHandler handler,
        final AtomicInteger done,
        final int calls) {
        done.set(0);
        for (int i = 0; i < calls; i++) {
            client.decide(encoding, 1_000_000_000L, handler);
            while (done.get() < i - 8) {
                Thread.onSpinWait();
            }
        }
        while (done.get() < calls) {
            Thread.onSpinWait();
        }
    }

    private static void encode(final DecisionRequestEncoder request) {
        request.placementId(1).channel(Channel.TILL).moment(Moment.TENDER);
    }
}
