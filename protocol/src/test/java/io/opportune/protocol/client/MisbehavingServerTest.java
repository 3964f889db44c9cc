package io.opportune.protocol.client;

import static io.opportune.protocol.client.ClientFixture.SECOND_NS;
import static io.opportune.protocol.client.ClientFixture.awaitUntil;
import static io.opportune.protocol.client.ClientFixture.call;
import static io.opportune.protocol.client.ClientFixture.event;
import static io.opportune.protocol.client.ClientFixture.failure;
import static io.opportune.protocol.client.ClientFixture.get;
import static io.opportune.protocol.client.ClientFixture.settings;
import static io.opportune.protocol.client.ClientFixture.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.NewerMessages;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DiscountType;
import io.opportune.protocol.codec.HeartbeatDecoder;
import io.opportune.protocol.codec.LogonDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.RejectReason;
import io.opportune.protocol.codec.TextKind;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The client against servers that stall, cut, repeat, lie and babble. */
class MisbehavingServerTest {
    private static final long PATIENCE_NS = 10 * SECOND_NS;

    @Test
    void shouldFallBackInTimeWhenTheServerStalls() throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.acceptLogon(64);
            connection.stall();
        });
            TillClient client = start(settings(server.port()))) {
            final long startNs = System.nanoTime();
            final Decision decision = get(client.decide(call(1), 20_000_000L, Decision::none));
            assertEquals(FailureKind.TIMEOUT, failure(decision));
            final long tookNs = System.nanoTime() - startNs;
            assertTrue(tookNs >= 20_000_000L && tookNs < SECOND_NS, "took " + tookNs + " ns");
        }
    }

    @Test
    void shouldGiveUpAConnectionThatOwesAnAnswerForTooLong() throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            if (number == 1) {
                connection.acceptLogon(64);
                connection.stall();
            }
            ScriptedServer.good().run(connection, number);
        });
            TillClient client = start(settings(server.port()).answerTimeout(Duration.ofMillis(100)))) {
            assertEquals(FailureKind.TIMEOUT, failure(get(client.decide(call(1), 10_000_000L, Decision::none))));
            awaitUntil("a second connection", () -> client.statistics().logons() == 2);
            assertTrue(get(client.decide(call(1), SECOND_NS, Decision::none)).fromServer());
        }
    }

    @Test
    void shouldConnectAgainWhenTheLogonIsNeverAcknowledged() throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            if (number <= 2) {
                connection.stall();
            }
            ScriptedServer.good().run(connection, number);
        });
            TillClient client = start(settings(server.port())
                .connectTimeouts(Duration.ofSeconds(2), Duration.ofMillis(50)))) {
            assertEquals(2, client.statistics().logonFailures());
            assertEquals(3, server.accepted());
            assertEquals("logon time-out", client.lastProblem());
        }
    }

    @Test
    void shouldConnectAgainWhenTheLogonIsRefused() throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            if (number == 1) {
                connection.readFrame();
                connection.send(Answers.reject(0, RejectReason.BAD_CREDENTIALS));
                connection.stall();
            }
            ScriptedServer.good().run(connection, number);
        });
            TillClient client = start(settings(server.port()))) {
            assertEquals("logon refused: BAD_CREDENTIALS: because", client.lastProblem());
        }
    }

    @Test
    void shouldSayWhoItIs() throws Exception {
        final CompletableFuture<byte[]> seen = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            seen.complete(connection.readFrame());
            connection.stall();
        });
            TillClient client = TillClient.start(settings(server.port()).inFlightLimits(5, 3).build())) {
            final LogonDecoder logon = new LogonDecoder()
                .wrapAndApplyHeader(new UnsafeBuffer(get(seen)), 6, new MessageHeaderDecoder());
            assertEquals(2, logon.protocolVersion());
            assertEquals(8, logon.inFlightLimit());
            assertEquals(5_000, logon.heartbeatIntervalMs());
            assertEquals("till-7", logon.clientId());
            assertEquals("sesame", logon.clientKey());
            assertFalse(client.isReady());
        }
    }

    @Test
    void shouldDropLateAnswersAndSecondAnswersAndAnswersToNothing() throws Exception {
        final CountDownLatch timedOut = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.acceptLogon(64);
            final byte[] first = connection.readRequest();
            await(timedOut);
            connection.send(Answers.to(first));
            connection.send(Answers.to(first));
            connection.send(Answers.decision(0, 1));
            connection.send(Answers.decision(-1, 1));
            final byte[] second = connection.readRequest();
            connection.send(Answers.to(second));
            connection.send(Answers.to(second));
            // The right id, but an acknowledgement is no decision.
            final byte[] third = connection.readRequest();
            connection.send(Answers.eventAck(Answers.correlationId(third), new UUID(1, 2), AckStatus.ACCEPTED));
            connection.send(Answers.to(third));
            connection.stall();
        });
            TillClient client = start(settings(server.port()))) {
            assertEquals(FailureKind.TIMEOUT, failure(get(client.decide(call(1), 200_000_000L, Decision::none))));
            timedOut.countDown();
            assertEquals(2, value(get(client.decide(call(2), PATIENCE_NS, Decision::none))));
            assertEquals(3, value(get(client.decide(call(3), PATIENCE_NS, Decision::none))));
            assertEquals(1, client.statistics().lateAnswers());
            assertEquals(5, client.statistics().unmatchedAnswers());
            assertEquals(0, client.statistics().disconnects());
        }
    }

    @Test
    void shouldNotTakeASecondAnswerForTheAnswerOfTheNextCallInTheSameSlot() throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.acceptLogon(64);
            final byte[] first = connection.readRequest();
            connection.send(Answers.to(first));
            final byte[] second = connection.readRequest();
            connection.send(Answers.to(first));
            connection.send(Answers.to(second));
            connection.stall();
        });
            TillClient client = start(settings(server.port()).inFlightLimits(1, 1))) {
            assertEquals(1, value(get(client.decide(call(1), PATIENCE_NS, Decision::none))));
            assertEquals(2, value(get(client.decide(call(2), PATIENCE_NS, Decision::none))));
            assertEquals(1, client.statistics().unmatchedAnswers());
        }
    }

    /** Each of these puts the connection out of step: it is given up, and the next one works. */
    @TestFactory
    List<DynamicTest> shouldGiveUpTheConnectionOn() {
        final Map<String, UnaryOperator<byte[]>> faults = Map.of(
            "a frame that is cut", answer -> Arrays.copyOf(answer, answer.length - 7),
            "garbage", answer -> "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8),
            "a wrong encoding", answer -> withByte(answer, 4, 0x5B),
            "an oversized length", answer -> withByte(answer, 0, 0x7F),
            "a negative length", answer -> withByte(answer, 0, 0xFF),
            "a length below the header's", answer -> withInt(answer, 0, 13),
            "another schema", answer -> withByte(answer, 6 + 4, 9),
            "a block shorter than version 1", answer -> withByte(answer, 6, 54),
            "more offers than the frame holds", answer -> withByte(answer, 6 + 8 + 55 + 2, 3),
            "a length that cuts the message", answer -> withInt(answer, 0, answer.length - 30));
        final List<DynamicTest> tests = new ArrayList<>();
        faults.forEach((name, fault) -> tests.add(DynamicTest.dynamicTest(name, () -> giveUpOn(fault))));
        return tests;
    }

    private static void giveUpOn(final UnaryOperator<byte[]> fault) throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            if (number == 1) {
                connection.acceptLogon(64);
                connection.send(fault.apply(Answers.to(connection.readRequest())));
                return;
            }
            ScriptedServer.good().run(connection, number);
        });
            TillClient client = start(settings(server.port()))) {
            final AtomicLong fallbacks = new AtomicLong();
            final Decision decision = get(client.decide(call(1), PATIENCE_NS, failure -> {
                fallbacks.incrementAndGet();
                return Decision.none(failure);
            }));
            assertEquals(FailureKind.DISCONNECTED, failure(decision));
            awaitUntil("a second logon", () -> client.statistics().logons() == 2 && client.isReady());
            assertEquals(4, value(get(client.decide(call(4), PATIENCE_NS, Decision::none))));
            assertEquals(1, fallbacks.get());
        }
    }

    @Test
    void shouldSkipMessagesOfANewerServerThatItDoesNotKnow() throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.acceptLogon(64);
            final byte[] request = connection.readRequest();
            connection.send(withByte(Answers.to(request), 6 + 2, 99));
            connection.send(Answers.to(request));
            connection.stall();
        });
            TillClient client = start(settings(server.port()))) {
            assertEquals(5, value(get(client.decide(call(5), PATIENCE_NS, Decision::none))));
            assertEquals(1, client.statistics().protocolErrors());
        }
    }

    @Test
    void shouldUnderstandANewerServer() throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.readFrame();
            connection.send(NewerMessages.logonAck());
            final byte[] request = connection.readRequest();
            connection.send(NewerMessages.notice());
            connection.send(NewerMessages.decisionResponse(Answers.correlationId(request)));
            connection.stall();
        });
            TillClient client = start(settings(server.port()))) {
            assertEquals(3, client.server().protocolVersion());
            final Decision decision = get(client.decide(call(1), PATIENCE_NS, Decision::none));
            assertEquals(2, decision.offers().size());
            assertEquals(DiscountType.SBE_UNKNOWN, decision.offers().getFirst().discountType());
            assertEquals(Map.of(TextKind.TITLE, "Milk"), decision.offers().getFirst().texts());
            assertEquals(0.25, decision.offers().get(1).score());
            assertEquals(List.of(new Explanation(65, 408)), decision.explanations());
        }
    }

    @Test
    void shouldPutTogetherAnswersThatComeByteByByte() throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.acceptLogon(64);
            while (true) {
                for (final byte b : Answers.to(connection.readRequest())) {
                    connection.send(new byte[] {b});
                }
            }
        });
            TillClient client = start(settings(server.port()))) {
            for (int i = 1; i <= 10; i++) {
                assertEquals(i, value(get(client.decide(call(i), PATIENCE_NS, Decision::none))));
            }
        }
    }

    @Test
    void shouldPassOnWhyTheServerRefused() throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.acceptLogon(64);
            while (true) {
                final byte[] request = connection.readRequest();
                connection.send(Answers.reject(0, RejectReason.FRAME_TOO_LONG));
                connection.send(Answers.reject(Answers.correlationId(request), RejectReason.INVALID_FIELD));
            }
        });
            TillClient client = start(settings(server.port()))) {
            final Decision decision = get(client.decide(call(1), PATIENCE_NS, Decision::none));
            assertEquals(FailureKind.REJECTED, failure(decision));
            assertEquals(RejectReason.INVALID_FIELD, decision.failure().rejectReason());
            assertEquals(
                new Outcome.Failed<>(new Failure(FailureKind.REJECTED, RejectReason.INVALID_FIELD, "because")),
                get(client.report(event(), PATIENCE_NS)));
            assertTrue(client.isReady());
        }
    }

    @Test
    void shouldTakeAnswersAfterTheServersLogoffAndThenConnectAgain() throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            if (number == 1) {
                connection.acceptLogon(64);
                final byte[] request = connection.readRequest();
                connection.send(Answers.logoff(RejectReason.SHUTTING_DOWN));
                connection.send(Answers.to(request));
                connection.stall();
            }
            ScriptedServer.good().run(connection, number);
        });
            TillClient client = start(settings(server.port()))) {
            assertEquals(6, value(get(client.decide(call(6), PATIENCE_NS, Decision::none))));
            awaitUntil("a second logon", () -> client.statistics().logons() == 2 && client.isReady());
            assertEquals(7, value(get(client.decide(call(7), PATIENCE_NS, Decision::none))));
        }
    }

    @Test
    void shouldSendEventsAgainWithTheSameIdAndInOrderAfterReconnecting() throws Exception {
        final ConcurrentLinkedQueue<UUID> first = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<UUID> second = new ConcurrentLinkedQueue<>();
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.acceptLogon(64);
            if (number == 1) {
                for (int i = 0; i < 3; i++) {
                    first.add(Answers.eventId(connection.readRequest()));
                }
                return;
            }
            while (true) {
                final byte[] request = connection.readRequest();
                second.add(Answers.eventId(request));
                connection.send(Answers.eventAck(
                    Answers.correlationId(request), Answers.eventId(request), AckStatus.DUPLICATE));
            }
        });
            TillClient client = start(settings(server.port()))) {
            final List<CompletableFuture<Outcome<Receipt>>> reports = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                reports.add(client.report(event(), PATIENCE_NS));
            }
            for (final CompletableFuture<Outcome<Receipt>> report : reports) {
                assertTrue(get(report) instanceof Outcome.Answered(Receipt receipt)
                    && receipt.status() == AckStatus.DUPLICATE && receipt.recorded());
            }
            assertEquals(List.copyOf(first), List.copyOf(second));
            assertEquals(3, client.statistics().resent());
        }
    }

    @Test
    void shouldTryAgainWhenTheServerHasNoRoomForAnEvent() throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.acceptLogon(64);
            connection.send(Answers.reject(
                Answers.correlationId(connection.readRequest()), RejectReason.OVERLOADED));
            while (true) {
                connection.send(Answers.to(connection.readRequest()));
            }
        });
            TillClient client = start(settings(server.port()))) {
            assertTrue(get(client.report(event(), PATIENCE_NS)) instanceof Outcome.Answered(Receipt receipt)
                && receipt.recorded());
            assertEquals(1, client.statistics().resent());
        }
    }

    @Test
    void shouldIgnoreAnAcknowledgementOfAnotherEvent() throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.acceptLogon(64);
            final byte[] request = connection.readRequest();
            connection.send(
                Answers.eventAck(Answers.correlationId(request), new UUID(-1, -1), AckStatus.ACCEPTED));
            connection.stall();
        });
            TillClient client = start(settings(server.port()))) {
            assertEquals(new Outcome.Failed<>(Failure.of(FailureKind.TIMEOUT)),
                get(client.report(event(), 50_000_000L)));
            assertEquals(1, client.statistics().unmatchedAnswers());
        }
    }

    @Test
    void shouldFallBackAtOnceOverTheLimitsOfEitherSide() throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.acceptLogon(4);
            connection.stall();
        });
            TillClient wide = start(settings(server.port()).inFlightLimits(60, 20));
            TillClient narrow = start(settings(server.port()).inFlightLimits(2, 2))) {
            assertEquals(3, countTaken(wide), "the server's 4 less one kept for reports");
            assertEquals(2, countTaken(narrow));
        }
    }

    private static int countTaken(final TillClient client) {
        final List<CompletableFuture<Decision>> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            calls.add(client.decide(call(1), 200_000_000L, Decision::none));
        }
        int taken = 0;
        for (final CompletableFuture<Decision> call : calls) {
            final FailureKind kind = failure(get(call));
            assertTrue(kind == FailureKind.OVER_LIMIT || kind == FailureKind.TIMEOUT, String.valueOf(kind));
            taken += kind == FailureKind.TIMEOUT ? 1 : 0;
        }
        return taken;
    }

    @Test
    void shouldNoticeASilentServer() throws Exception {
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.readFrame();
            connection.send(Answers.logonAck(64, number == 1 ? 20 : 60_000));
            connection.stall();
        });
            TillClient client = start(settings(server.port()))) {
            awaitUntil("a second logon", () -> client.statistics().logons() == 2);
            assertEquals("the server is silent", client.lastProblem());
        }
    }

    @Test
    void shouldEstimateTheServersClockFromHeartbeats() throws Exception {
        final long aheadNs = 3_600 * SECOND_NS;
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.acceptLogon(64);
            while (true) {
                final byte[] heartbeat = connection.readFrame();
                if (Answers.templateId(heartbeat) != HeartbeatDecoder.TEMPLATE_ID) {
                    return;
                }
                final long receivedNs = nowNs() + aheadNs;
                final long sentNs = new UnsafeBuffer(heartbeat).getLong(14, ByteOrder.LITTLE_ENDIAN);
                connection.send(Answers.heartbeat(nowNs() + aheadNs, sentNs, receivedNs));
            }
        });
            TillClient client = start(settings(server.port()).heartbeatInterval(Duration.ofMillis(100)))) {
            awaitUntil("a sample", () -> client.roundTripNs() > 0);
            final long errorNs = Math.abs(client.clockOffsetNs() - aheadNs);
            assertTrue(errorNs <= client.roundTripNs() / 2 + 1_000_000L, "off by " + errorNs + " ns");
        }
    }

    @Test
    void shouldSendTheTimeBudgetToTheServer() throws Exception {
        final AtomicLong budgetUs = new AtomicLong();
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.acceptLogon(64);
            final byte[] request = connection.readRequest();
            budgetUs.set(new DecisionRequestDecoder()
                .wrapAndApplyHeader(new UnsafeBuffer(request), 6, new MessageHeaderDecoder()).timeBudgetUs());
            connection.send(Answers.to(request));
            connection.stall();
        });
            TillClient client = start(settings(server.port()))) {
            assertEquals(8, value(get(client.decide(call(8), PATIENCE_NS, Decision::none))));
            assertTrue(budgetUs.get() > 5_000_000 && budgetUs.get() <= 10_000_000, "budget " + budgetUs);
        }
    }

    private static long nowNs() {
        return System.currentTimeMillis() * 1_000_000L;
    }

    private static long value(final Decision decision) {
        assertTrue(decision.fromServer(), String.valueOf(decision.failure()));
        return decision.offers().getFirst().valueMicros();
    }

    private static byte[] withByte(final byte[] frame, final int offset, final int value) {
        final byte[] changed = frame.clone();
        changed[offset] = (byte) value;
        return changed;
    }

    private static byte[] withInt(final byte[] frame, final int offset, final int value) {
        final byte[] changed = frame.clone();
        new UnsafeBuffer(changed).putInt(offset, value, ByteOrder.BIG_ENDIAN);
        return changed;
    }

    private static void await(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
