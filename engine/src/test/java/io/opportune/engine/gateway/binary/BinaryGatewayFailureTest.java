package io.opportune.engine.gateway.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.EventAckDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fails in the engine or on the way to one client, and what the others notice of it. */
@Timeout(60)
class BinaryGatewayFailureTest {
    private static long ack(final WireClient client) throws IOException {
        return new EventAckDecoder().wrapAndApplyHeader(
            client.expect(EventAckDecoder.TEMPLATE_ID), Sofh.HEADER_LENGTH_BYTES, new MessageHeaderDecoder())
            .correlationId();
    }

    @Test
    void shouldGoOnTickingWhateverIsThrown() throws IOException {
        final List<Error> errors = List.of(
            new AssertionError("the stub was told to"), new OutOfMemoryError("as if"), new StackOverflowError());
        try (GatewayHarness harness = new GatewayHarness(BinaryGatewaySettings.builder());
            WireClient client = WireClient.loggedOn(harness.port())) {
            long correlationId = 0;
            for (final Error thrown : errors) {
                harness.handler().tasks.add(() -> {
                    throw thrown;
                });
                GatewayHarness.await("the failure's report", () -> harness.failures.contains(thrown));
                final int calls = harness.handler().idleCalls.get();
                GatewayHarness.await("more ticks", () -> harness.handler().idleCalls.get() > calls + 3);
                client.send(WireClient.request(++correlationId, 0));
                assertEquals(correlationId, ack(client));
            }
            assertEquals(errors, harness.failures);
            harness.failures.clear();
        }
    }

    @Test
    void shouldCloseTheSessionWhoseAnswerFailsAndServeTheOthers() throws Exception {
        try (GatewayHarness harness = new GatewayHarness(BinaryGatewaySettings.builder());
            WireClient broken = WireClient.loggedOn(harness.port());
            WireClient other = WireClient.loggedOn(harness.port())) {
            harness.handler().holding = true;
            broken.send(WireClient.request(1, 0));
            final StubHandler.Held first = harness.handler().held.poll(10, TimeUnit.SECONDS);
            other.send(WireClient.request(2, 0));
            final StubHandler.Held second = harness.handler().held.poll(10, TimeUnit.SECONDS);
            assertNotNull(first);
            assertNotNull(second);
            harness.handler().tasks.add(() -> {
                final UnsafeBuffer frame = StubHandler.answerFrame(1, 0);
                // A length that the buffer does not have.
                first.sink().send(first.sessionKey(), frame, 0, frame.capacity() + 1);
                StubHandler.answer(second.sink(), second.sessionKey(), 2, 0);
            });
            assertEquals(2, ack(other));
            broken.expectEnd();
            harness.handler().holding = false;
            other.send(WireClient.request(3, 0));
            assertEquals(3, ack(other));
            assertEquals(1, harness.counters().answersDropped().get());
            assertEquals(1, harness.failures.size());
            assertInstanceOf(IndexOutOfBoundsException.class, harness.failures.getFirst());
            harness.failures.clear();
        }
    }
}
