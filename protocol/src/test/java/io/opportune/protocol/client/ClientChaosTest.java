package io.opportune.protocol.client;

import static io.opportune.protocol.client.ClientFixture.SECOND_NS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.RejectReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.agrona.sbe.MessageEncoderFlyweight;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of calls in virtual time over a network and a server that fail at random: each completes exactly once. */
class ClientChaosTest {
    private static final int CALLS = 3_000;
    private static final long MS = 1_000_000L;

    private final List<Call> calls = new ArrayList<>();

    /** One call and what became of it. */
    private static final class Call implements DecisionHandler, ReceiptHandler {
        private final int number;
        private final SimulatedNetwork network;
        private long deadlineNs;
        private int completions;
        private boolean answered;
        private boolean recorded;
        private long completedNs;
        private FailureKind failure;
        private String wrong;

        Call(final int number, final SimulatedNetwork network) {
            this.number = number;
            this.network = network;
        }

        private void complete(final boolean withAnswer, final FailureKind kind) {
            completions++;
            answered = withAnswer;
            failure = kind;
            completedNs = network.nowNs();
        }

        @Override
        public void onDecision(final DecisionResponseDecoder response) {
            complete(true, null);
            final long placementId = AnswerReader.decision(response).offers().getFirst().valueMicros();
            if (placementId != number) {
                wrong = "the answer of call " + placementId;
            }
        }

        @Override
        public void onFallback(final FailureKind kind, final RejectReason rejectReason) {
            complete(false, kind);
        }

        @Override
        public void onReceipt(final long high, final long low, final AckStatus status, final int reasonCode) {
            complete(true, null);
            recorded = true;
        }

        @Override
        public void onFailure(final FailureKind kind, final RejectReason rejectReason, final String text) {
            complete(false, kind);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233})
    void shouldCompleteEveryCallExactlyOnce(final long seed) {
        final Random random = new Random(seed);
        final SimulatedNetwork network = new SimulatedNetwork(random);
        final TillClientSettings settings = TillClientSettings.builder("simulated", 1, "till-7", "sesame")
            .inFlightLimits(4, 9)
            .reportsPendingLimit(64)
            .connectTimeouts(Duration.ofMillis(50), Duration.ofMillis(50))
            .answerTimeout(Duration.ofMillis(400))
            .backoff(Duration.ofMillis(5), Duration.ofMillis(100), Duration.ofMillis(200))
            .closeTimeout(Duration.ofMillis(100))
            .clocks(network::nowNs, () -> 1_000 * SECOND_NS + network.nowNs())
            .random(new SplittableRandom(seed))
            .eventIdPrefix(seed)
            .build();
        final ClientStatistics statistics = new ClientStatistics();
        final List<Throwable> errors = new ArrayList<>();
        final Completions completions = new Completions(statistics, errors::add);
        final RequestPool pool = new RequestPool(settings.decisionsInFlightLimit(), settings.reportsPendingLimit());
        final ClientConductor conductor =
            new ClientConductor(settings, pool, network, statistics, completions, server -> { });
        network.conductor(conductor);
        final RequestFactory requests = new RequestFactory(settings, conductor.clockOffset());
        conductor.start(0);
        scheduleCalls(random, network, pool, conductor, requests);
        network.at(10 * SECOND_NS, network::heal);
        network.at(12 * SECOND_NS, () -> conductor.close(network.nowNs()));
        long steps = 0;
        while (!conductor.isClosed() && steps++ < 10_000_000) {
            network.step();
        }
        final String context = "seed " + seed;
        assertTrue(conductor.isClosed(), context + ": the client did not come to an end");
        assertNull(network.violation(), context);
        assertEquals(List.of(), errors, context);
        assertEquals(CALLS, calls.size(), context);
        check(context, network, statistics, pool);
    }

    private void check(
        final String context,
        final SimulatedNetwork network,
        final ClientStatistics statistics,
        final RequestPool pool) {
        int answered = 0;
        int recorded = 0;
        for (final Call call : calls) {
            final String which = context + ", call " + call.number + ": " + call.failure;
            assertEquals(1, call.completions, which);
            assertNull(call.wrong, which);
            assertTrue(call.completedNs <= call.deadlineNs, which + " completed after its deadline");
            answered += call.answered ? 1 : 0;
            recorded += call.recorded ? 1 : 0;
        }
        assertTrue(pool.isIdle(), context + ": slots were lost");
        assertTrue(recorded <= network.appliedCount(), context + ": more receipts than events");
        assertTrue(answered > CALLS / 10, context + ": hardly anything was answered: " + answered);
        assertTrue(answered < CALLS, context + ": nothing went wrong");
        assertTrue(statistics.disconnects() > 5 && statistics.resent() > 0 && statistics.lateAnswers() > 0,
            context + ": too little chaos");
    }

    private void scheduleCalls(
        final Random random,
        final SimulatedNetwork network,
        final RequestPool pool,
        final ClientConductor conductor,
        final RequestFactory requests) {
        for (int i = 1; i <= CALLS; i++) {
            final Call call = new Call(i, network);
            final boolean decision = random.nextInt(3) > 0;
            final long waitNs = (decision ? 1 + random.nextInt(60) : 1 + random.nextInt(3_000)) * MS;
            network.at((long) (random.nextDouble() * 11 * SECOND_NS), () -> {
                calls.add(call);
                call.deadlineNs = network.nowNs() + waitNs;
                submit(call, decision, pool, conductor, requests);
            });
        }
    }

    /** What {@link TillClient} does on its caller's thread. */
    private static void submit(
        final Call call,
        final boolean decision,
        final RequestPool pool,
        final ClientConductor conductor,
        final RequestFactory requests) {
        final PendingRequest request =
            decision ? pool.claimDecision() : pool.claimReport(PendingRequest.Kind.EVENT);
        if (request == null) {
            call.complete(false, FailureKind.OVER_LIMIT);
            return;
        }
        final MessageEncoderFlyweight encoder;
        if (decision) {
            request.decisionHandler = call;
            encoder = requests.decision(
                request, message -> RequestWriter.write(ClientFixture.call(call.number), message), 1_000_000L);
        } else {
            request.receiptHandler = call;
            encoder = requests.event(request, message -> RequestWriter.write(ClientFixture.event(), message));
        }
        request.frameLengthBytes = Sofh.MIN_FRAME_LENGTH_BYTES + encoder.encodedLength();
        Sofh.encode(request.buffer, 0, request.frameLengthBytes);
        request.deadlineNs = call.deadlineNs;
        conductor.submit(request, call.network.nowNs());
        conductor.onSubmitted(call.network.nowNs());
    }
}
