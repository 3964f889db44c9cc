package io.opportune.engine.gateway.binary;

import static io.opportune.engine.gateway.binary.BinaryGatewayLogonTest.logoffReason;
import static io.opportune.engine.gateway.binary.BinaryGatewayLogonTest.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.gateway.GatewayTransport;
import io.opportune.engine.session.SessionKey;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.EventAckDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.RejectDecoder;
import io.opportune.protocol.codec.RejectReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a logged-on session may do, and how sessions end. */
@Timeout(30)
class BinaryGatewaySessionTest {
    @ParameterizedTest
    @EnumSource(GatewayTransport.class)
    void shouldServeOnEveryTransport(final GatewayTransport transport) throws Exception {
        assumeWorksHere(transport);
        for (final boolean inline : new boolean[] {true, false}) {
            try (GatewayHarness harness = new GatewayHarness(
                     settings().transport(transport).inline(inline).eventLoops(inline ? 1 : 2))) {
                final List<WireClient> clients = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    clients.add(WireClient.loggedOn(harness.port()));
                }
                harness.handlers.forEach(handler -> handler.holding = !inline);
                for (int i = 0; i < 4; i++) {
                    clients.get(i).send(WireClient.request(100 + i, i));
                }
                for (int i = 0; i < 4 && !inline; i++) {
                    answerHeld(harness, i % 2);
                }
                for (int i = 0; i < 4; i++) {
                    assertEquals(100 + i, ack(clients.get(i)));
                    clients.get(i).send(WireClient.logoff());
                    clients.get(i).expectEnd();
                    clients.get(i).close();
                }
            }
        }
    }

    private static void assumeWorksHere(final GatewayTransport transport) {
        try {
            transport.resolve();
        } catch (final IllegalStateException e) {
            Assumptions.abort(e.getMessage() + ": " + e.getCause());
        }
    }

    /** Answers one held message of a loop from this thread, which is not the event loop. */
    private static void answerHeld(final GatewayHarness harness, final int loopIndex) throws InterruptedException {
        final StubHandler handler = harness.handlers.get(loopIndex);
        final StubHandler.Held held = handler.held.poll(10, TimeUnit.SECONDS);
        assertEquals(loopIndex, SessionKey.eventLoopIndex(held.sessionKey()));
        StubHandler.answer(harness.gateway.responseSink(loopIndex), held.sessionKey(), held.correlationId(), 0);
        harness.gateway.responseSink(loopIndex).wake();
    }

    @Test
    void shouldCallIdleWorkEveryMillisecondInInlineModeAndStopWithTheLastSession() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings())) {
            assertEquals(0, harness.handler().idleCalls.get());
            try (WireClient client = WireClient.loggedOn(harness.port())) {
                assertTrue(client.socket().isConnected());
                GatewayHarness.await("idle work", () -> harness.handler().idleCalls.get() > 20);
            }
            harness.awaitCounter(harness.counters().sessionsOpen(), 0);
        }
    }

    @Test
    void shouldCallIdleWorkWhenWoken() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings().inline(false))) {
            for (int i = 1; i <= 100; i++) {
                final int calls = i;
                harness.gateway.responseSink(0).wake();
                GatewayHarness.await("idle work", () -> harness.handler().idleCalls.get() == calls);
            }
        }
    }

    @Test
    void shouldRefuseMessagesBeyondTheInFlightLimitAndTakeThemAgainAfterAnswers() throws Exception {
        try (GatewayHarness harness = new GatewayHarness(settings().inline(false).inFlightLimit(3));
             WireClient client = WireClient.loggedOn(harness.port())) {
            harness.handler().holding = true;
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 5; i++) {
                    client.send(WireClient.request(10 + i, 0));
                }
                assertEquals(13, client.expectReject(RejectReason.TOO_MANY_IN_FLIGHT).correlationId());
                assertEquals(14, client.expectReject(RejectReason.TOO_MANY_IN_FLIGHT).correlationId());
                for (int i = 0; i < 3; i++) {
                    answerHeld(harness, 0);
                    assertEquals(10 + i, ack(client));
                }
            }
            assertEquals(9, harness.handler().messages.get());
        }
    }

    @Test
    void shouldPassTheEnginesRefusalOnAndNotCountItAsInFlight() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings().inFlightLimit(1));
             WireClient client = WireClient.loggedOn(harness.port())) {
            harness.handler().refuseWith = RejectReason.UNKNOWN_PLACEMENT;
            for (int i = 1; i < 5; i++) {
                client.send(WireClient.request(i, 0));
                final RejectDecoder reject = client.expectReject(RejectReason.UNKNOWN_PLACEMENT);
                assertEquals(i, reject.correlationId());
                assertEquals(10, reject.refTemplateId());
                assertEquals("refused by the stub: ä", reject.text());
            }
            harness.handler().refuseWith = null;
            client.send(WireClient.request(9, 0));
            assertEquals(9, ack(client));
        }
    }

    @Test
    void shouldDropAndCountAnswersOfGoneSessions() throws Exception {
        try (GatewayHarness harness = new GatewayHarness(settings().inline(false))) {
            harness.handler().holding = true;
            try (WireClient client = WireClient.loggedOn(harness.port())) {
                client.send(WireClient.request(1, 0));
                GatewayHarness.await("message", () -> !harness.handler().held.isEmpty());
                client.socket().setSoLinger(true, 0);
            }
            harness.awaitCounter(harness.counters().sessionsOpen(), 0);
            try (WireClient next = WireClient.loggedOn(harness.port())) {
                answerHeld(harness, 0);
                harness.awaitCounter(harness.counters().answersDropped(), 1);
                next.send(WireClient.request(2, 0));
                answerHeld(harness, 0);
                assertEquals(2, ack(next), "and the next client does not get it");
            }
        }
    }

    @Test
    void shouldNeverUseASessionKeyTwice() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings().eventLoops(2))) {
            for (int i = 0; i < 20; i++) {
                try (WireClient client = WireClient.loggedOn(harness.port())) {
                    client.send(WireClient.request(1, 0));
                    assertEquals(1, ack(client));
                }
            }
            final Set<Long> keys = new HashSet<>();
            harness.handlers.forEach(handler -> keys.addAll(handler.sessionKeys));
            assertEquals(20, keys.size());
        }
    }

    @Test
    void shouldStopReadingAClientThatDoesNotReadAndCloseItAfterTheTimeout() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(
                 settings().writeBufferLowBytes(1024).writeBufferHighBytes(4096));
             WireClient client = WireClient.loggedOn(harness.port());
             WireClient bystander = WireClient.loggedOn(harness.port())) {
            harness.handler().paddingBytes = 8000;
            client.socket().setSoTimeout(500);
            // Sends until the server has stopped reading and both kernels' buffers are full.
            final Thread sender = Thread.ofPlatform().start(() -> sendUntilClosed(client));
            GatewayHarness.await("reading to stop", () -> isStable(harness));
            harness.handler().paddingBytes = 0;
            bystander.send(WireClient.request(1, 0));
            assertEquals(1, ack(bystander), "others are served meanwhile");
            assertEquals(0, harness.counters().slowConsumerCloses().get());
            harness.skip(5, TimeUnit.SECONDS);
            harness.awaitCounter(harness.counters().slowConsumerCloses(), 1);
            harness.awaitCounter(harness.counters().sessionsOpen(), 1);
            client.hangUp();
            assertTrue(join(sender), "the sender noticed");
        }
    }

    @Test
    void shouldGoOnReadingWhenTheClientReadsAgain() throws IOException {
        final int requests = 3000;
        try (GatewayHarness harness = new GatewayHarness(
                 settings().writeBufferLowBytes(1024).writeBufferHighBytes(4096).inFlightLimit(1 << 20));
             WireClient client = WireClient.loggedOn(harness.port())) {
            harness.handler().paddingBytes = 12_000;
            final Thread sender = Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < requests; i++) {
                        client.send(WireClient.request(i, 10));
                    }
                } catch (final IOException e) {
                    throw new AssertionError(e);
                }
            });
            GatewayHarness.await("reading to stop", () -> isStable(harness));
            assertTrue(harness.handler().messages.get() < requests, "reading has stopped");
            for (int i = 0; i < requests; i++) {
                assertEquals(i, ack(client));
            }
            assertTrue(join(sender), "all was sent");
        }
    }

    private static boolean isStable(final GatewayHarness harness) {
        final int before = harness.handler().messages.get();
        final long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
        while (System.nanoTime() < untilNs) {
            if (harness.handler().messages.get() != before) {
                return false;
            }
            Thread.yield();
        }
        return before > 0;
    }

    private static void sendUntilClosed(final WireClient client) {
        try {
            while (true) {
                client.send(WireClient.request(1, 10));
            }
        } catch (final IOException e) {
            // Expected: this is how the sender learns that the server has closed.
        }
    }

    private static boolean join(final Thread thread) {
        try {
            return thread.join(java.time.Duration.ofSeconds(10));
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldAnswerWhatIsInFlightAfterLogoffThenClose() throws Exception {
        try (GatewayHarness harness = new GatewayHarness(settings().inline(false));
             WireClient client = WireClient.loggedOn(harness.port())) {
            harness.handler().holding = true;
            client.send(WireClient.request(1, 0));
            client.send(WireClient.request(2, 0));
            client.send(WireClient.logoff());
            answerHeld(harness, 0);
            assertEquals(1, ack(client));
            answerHeld(harness, 0);
            assertEquals(2, ack(client));
            assertNull(client.readFrame());
            assertEquals(1, harness.counters().sessionsOpen().get(), "the server waits for the client to close");
            client.hangUp();
            harness.awaitCounter(harness.counters().sessionsOpen(), 0);
        }
    }

    @ParameterizedTest
    @EnumSource(GatewayTransport.class)
    void shouldAnswerWhatIsInFlightWhenTheClientClosesItsSide(final GatewayTransport transport) throws Exception {
        assumeWorksHere(transport);
        try (GatewayHarness harness = new GatewayHarness(settings().inline(false).transport(transport));
             WireClient client = WireClient.loggedOn(harness.port())) {
            harness.handler().holding = true;
            client.send(WireClient.request(1, 0));
            client.finishSending();
            answerHeld(harness, 0);
            assertEquals(1, ack(client));
            client.expectEnd();
            harness.awaitCounter(harness.counters().sessionsOpen(), 0);
        }
    }

    @Test
    void shouldCloseAfterLogoffThoughAnAnswerNeverComes() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings().inline(false));
             WireClient client = WireClient.loggedOn(harness.port())) {
            harness.handler().holding = true;
            client.send(WireClient.request(1, 0));
            client.send(WireClient.logoff());
            GatewayHarness.await("message", () -> !harness.handler().held.isEmpty());
            client.send(WireClient.request(2, 0));
            assertEquals(2, client.expectReject(RejectReason.UNEXPECTED_MESSAGE).correlationId());
            harness.skip(10, TimeUnit.SECONDS);
            client.expectEnd();
            harness.awaitCounter(harness.counters().sessionsOpen(), 0);
        }
    }

    @Test
    void shouldAnswerWhatIsInFlightThenLogOffWhenClosed() throws Exception {
        try (GatewayHarness harness = new GatewayHarness(settings().inline(false));
             WireClient busy = WireClient.loggedOn(harness.port());
             WireClient idle = WireClient.loggedOn(harness.port())) {
            harness.handler().holding = true;
            busy.send(WireClient.request(1, 0));
            GatewayHarness.await("message", () -> !harness.handler().held.isEmpty());
            final Thread closer = Thread.ofPlatform().start(harness.gateway::close);
            assertEquals(RejectReason.SHUTTING_DOWN, logoffReason(idle));
            idle.expectEnd();
            idle.hangUp();
            busy.send(WireClient.request(2, 0));
            assertEquals(2, busy.expectReject(RejectReason.SHUTTING_DOWN).correlationId());
            answerHeld(harness, 0);
            assertEquals(1, ack(busy));
            assertEquals(RejectReason.SHUTTING_DOWN, logoffReason(busy));
            busy.expectEnd();
            busy.hangUp();
            assertTrue(join(closer), "closing ends");
            assertThrows(IOException.class, () -> new WireClient(harness.port()).close());
            harness.gateway.responseSink(0).wake();
        }
    }

    @Test
    void shouldCloseInTimeThoughAnswersNeverComeAndClientsNeverClose() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings().inline(false)
                 .shutdownTimeoutNs(TimeUnit.MILLISECONDS.toNanos(200))
                 .closeTimeoutNs(TimeUnit.MILLISECONDS.toNanos(100)));
             WireClient busy = WireClient.loggedOn(harness.port());
             WireClient idle = WireClient.loggedOn(harness.port())) {
            harness.handler().holding = true;
            busy.send(WireClient.request(1, 0));
            GatewayHarness.await("message", () -> !harness.handler().held.isEmpty());
            harness.gateway.close();
            busy.expectEnd();
            assertEquals(RejectReason.SHUTTING_DOWN, logoffReason(idle));
            assertEquals(0, harness.counters().sessionsOpen().get());
        }
    }

    @Test
    void shouldCloseOnlyTheSessionWhoseMessageMadeTheEngineFail() throws IOException {
        final GatewayHarness harness = new GatewayHarness(settings());
        try (WireClient victim = WireClient.loggedOn(harness.port());
             WireClient bystander = WireClient.loggedOn(harness.port())) {
            harness.handler().failing = true;
            victim.send(WireClient.request(1, 0));
            assertNull(victim.readFrame());
            harness.handler().failing = false;
            bystander.send(WireClient.request(2, 0));
            assertEquals(2, ack(bystander));
            assertEquals(1, harness.failures.size());
        } finally {
            harness.gateway.close();
        }
    }

    @Test
    void shouldSayWhyItCannotListen() throws IOException {
        try (ServerSocket taken = new ServerSocket(0);
             GatewayHarness harness = new GatewayHarness(settings())) {
            final BinaryGatewayEnvironment environment = new BinaryGatewayEnvironment(
                settings().port(taken.getLocalPort()).build(), new ClientDirectory(List.of()), version -> { },
                loop -> BinaryGatewayCounters.detached(), harness, System::nanoTime, System::nanoTime);
            try (BinaryGateway gateway = new BinaryGateway(environment, (loop, sink) -> new StubHandler(sink))) {
                final var e = assertThrows(IllegalStateException.class, gateway::start);
                assertTrue(e.getMessage().contains(":" + taken.getLocalPort()), e.getMessage());
            }
        }
    }

    @Test
    void shouldGiveTheSameAnswersWhereverAConversationIsSplit() throws IOException {
        final ByteArrayOutputStream conversation = new ByteArrayOutputStream();
        conversation.write(WireClient.logon(1, 1000, 10, WireClient.CLIENT_ID, WireClient.CLIENT_KEY));
        conversation.write(WireClient.request(1, 0));
        conversation.write(WireClient.request(2, 3));
        conversation.write(WireClient.logoff());
        final byte[] bytes = conversation.toByteArray();
        try (GatewayHarness harness = new GatewayHarness(settings())) {
            for (int split = 1; split < bytes.length; split++) {
                try (WireClient client = new WireClient(harness.port())) {
                    final long readBefore = (long) (split - 1) * bytes.length;
                    client.send(bytes, 0, split);
                    // Only when the first part has been read for itself does the split mean anything.
                    harness.awaitCounter(harness.counters().bytesRead(), readBefore + split);
                    client.send(bytes, split, bytes.length - split);
                    client.expect(2);
                    assertEquals(1, ack(client), "split at " + split);
                    assertEquals(2, ack(client), "split at " + split);
                    client.expectEnd();
                }
            }
            assertEquals(2 * (bytes.length - 1), harness.handler().messages.get());
            assertEquals(0, harness.counters().malformedFrames().get());
            assertFalse(harness.peerErrors.containsKey(SessionRefusal.MALFORMED_MESSAGE.text()));
        }
    }

    static long ack(final WireClient client) throws IOException {
        return new EventAckDecoder().wrapAndApplyHeader(
            client.expect(EventAckDecoder.TEMPLATE_ID), Sofh.HEADER_LENGTH_BYTES, new MessageHeaderDecoder())
            .correlationId();
    }
}
