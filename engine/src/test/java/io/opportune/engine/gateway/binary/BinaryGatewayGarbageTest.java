package io.opportune.engine.gateway.binary;

import static io.opportune.engine.gateway.binary.BinaryGatewayLogonTest.settings;
import static io.opportune.engine.gateway.binary.BinaryGatewaySessionTest.ack;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.LogoffDecoder;
import io.opportune.protocol.codec.RejectDecoder;
import io.opportune.protocol.codec.RejectReason;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Input that no good client would send is refused or ends the connection, and is counted. */
@Timeout(60)
class BinaryGatewayGarbageTest {
    private static final int FUZZED_FRAMES = 10_000;

    @Test
    void shouldRefuseBytesThatAreNoFramesAndClose() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings())) {
            expectClosed(harness, "GET / HTTP/1.1\r\n\r\n".getBytes(), RejectReason.UNKNOWN_ENCODING);
            expectClosed(harness, header(16 * 1024 + 1), RejectReason.FRAME_TOO_LONG);
            expectClosed(harness, header(-1), RejectReason.FRAME_TOO_LONG);
            expectClosed(harness, header(Integer.MIN_VALUE), RejectReason.FRAME_TOO_LONG);
            expectClosed(harness, header(Sofh.MIN_FRAME_LENGTH_BYTES - 1), RejectReason.FRAME_TOO_SHORT);
            expectClosed(harness, header(0), RejectReason.FRAME_TOO_SHORT);
            assertEquals(12, harness.counters().malformedFrames().get());
            assertEquals(6, harness.peerErrors(SessionRefusal.FRAME_TOO_LONG));
            harness.awaitCounter(harness.counters().sessionsOpen(), 0);
        }
    }

    private static void expectClosed(
        final GatewayHarness harness, final byte[] bytes, final RejectReason reason) throws IOException {
        try (WireClient client = new WireClient(harness.port());
             WireClient loggedOn = WireClient.loggedOn(harness.port())) {
            client.send(bytes);
            client.expectReject(reason);
            client.expectEnd();
            loggedOn.send(bytes);
            loggedOn.expectReject(reason);
            loggedOn.expectEnd();
        }
    }

    @Test
    void shouldTakeFrameOfTheGreatestLength() throws IOException {
        final byte[] request = WireClient.request(7, 100);
        try (GatewayHarness harness = new GatewayHarness(settings().maxFrameLengthBytes(request.length));
             WireClient client = WireClient.loggedOn(harness.port())) {
            client.send(request);
            assertEquals(7, ack(client));
        }
        try (GatewayHarness harness = new GatewayHarness(settings().maxFrameLengthBytes(request.length - 1));
             WireClient client = WireClient.loggedOn(harness.port())) {
            client.send(request);
            client.expectReject(RejectReason.FRAME_TOO_LONG);
            client.expectEnd();
        }
    }

    @Test
    void shouldRefuseBadMessagesAndGoOn() throws IOException {
        final byte[] good = WireClient.request(1, 2);
        final int body = Sofh.HEADER_LENGTH_BYTES;
        try (GatewayHarness harness = new GatewayHarness(settings());
             WireClient client = WireClient.loggedOn(harness.port())) {
            client.send(with(good, body + 2, 999));
            client.expectReject(RejectReason.UNKNOWN_TEMPLATE);
            client.send(with(good, body + 4, 999));
            client.expectReject(RejectReason.UNKNOWN_SCHEMA);
            client.send(with(good, body, 65_000));
            assertEquals(1, client.expectReject(RejectReason.MALFORMED_MESSAGE).correlationId());
            // The customer id's length: four bytes of it and the length of no restrictions stand behind.
            client.send(with(good, good.length - 8, 500));
            assertEquals(10, client.expectReject(RejectReason.MALFORMED_MESSAGE).refTemplateId());
            final byte[] serverMessage = new byte[StubHandler.answerFrame(8, 0).capacity()];
            StubHandler.answerFrame(8, 0).getBytes(0, serverMessage);
            client.send(serverMessage);
            assertEquals(8, client.expectReject(RejectReason.UNEXPECTED_MESSAGE).correlationId());
            client.send(good);
            assertEquals(1, ack(client));
            assertEquals(5, harness.counters().malformedFrames().get());
            assertEquals(5, harness.counters().rejects().get());
            assertEquals(1, harness.handler().messages.get());
        }
    }

    @Test
    void shouldEndSessionThatSendsNothingButGarbage() throws IOException {
        final byte[] bad = with(WireClient.request(1, 0), Sofh.HEADER_LENGTH_BYTES + 2, 999);
        try (GatewayHarness harness = new GatewayHarness(settings());
             WireClient client = WireClient.loggedOn(harness.port())) {
            for (int i = 0; i < GatewaySession.MAX_BAD_MESSAGES_IN_A_ROW; i++) {
                client.send(bad);
                client.expectReject(RejectReason.UNKNOWN_TEMPLATE);
            }
            client.expect(LogoffDecoder.TEMPLATE_ID);
            client.expectEnd();
            assertEquals(1, harness.peerErrors(SessionRefusal.TOO_MUCH_GARBAGE));
        }
    }

    @Test
    void shouldNotAnswerARejectWithAReject() throws IOException {
        final byte[] reject = with(WireClient.logoff(), Sofh.HEADER_LENGTH_BYTES + 2, RejectDecoder.TEMPLATE_ID);
        final byte[] padded = Arrays.copyOf(reject, Sofh.HEADER_LENGTH_BYTES + 8 + 12 + 2);
        Sofh.encode(new UnsafeBuffer(padded), 0, padded.length);
        try (GatewayHarness harness = new GatewayHarness(settings());
             WireClient client = WireClient.loggedOn(harness.port())) {
            client.send(with(padded, Sofh.HEADER_LENGTH_BYTES, 12));
            client.send(WireClient.request(3, 0));
            assertEquals(3, ack(client));
            assertEquals(0, harness.counters().rejects().get());
            assertEquals(1, harness.counters().malformedFrames().get());
        }
    }

    @Test
    void shouldSurviveMutatedFrames() throws IOException {
        final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
        final Random random = new Random(seed);
        final List<byte[]> seeds = List.of(
            WireClient.request(1, 0), WireClient.request(2, 5), WireClient.heartbeat(3), WireClient.logoff(),
            WireClient.logon(1, 1000, 10, WireClient.CLIENT_ID, WireClient.CLIENT_KEY));
        try (GatewayHarness harness = new GatewayHarness(settings().maxConnections(100_000))) {
            int sent = 0;
            int connections = 0;
            while (sent < FUZZED_FRAMES) {
                connections++;
                final int burst = 1 + random.nextInt(50);
                sendMutated(harness, random, seeds, burst);
                sent += burst;
            }
            try (WireClient client = WireClient.loggedOn(harness.port())) {
                client.send(WireClient.request(9, 0));
                assertEquals(9, ack(client), "the server still serves; seed " + seed);
            }
            harness.awaitCounter(harness.counters().sessionsOpen(), 0);
            assertTrue(harness.failures.isEmpty(), "seed " + seed + " failed: " + harness.failures);
            assertTrue(harness.counters().malformedFrames().get() > connections / 2, "seed " + seed);
            assertTrue(harness.peerErrors.size() < SessionRefusal.values().length + 3,
                "texts are constant; seed " + seed);
        }
    }

    private static void sendMutated(
        final GatewayHarness harness, final Random random, final List<byte[]> seeds, final int burst)
        throws IOException {
        try (WireClient client = random.nextInt(4) == 0
            ? new WireClient(harness.port()) : WireClient.loggedOn(harness.port())) {
            for (int i = 0; i < burst; i++) {
                client.send(mutated(seeds.get(random.nextInt(seeds.size())), random));
            }
            client.finishSending();
            while (client.readFrame() != null) {
                // Whatever the server says, it must come to an end: a stuck connection runs into the read time-out.
            }
        } catch (final java.net.SocketException e) {
            // The server closed while this side was sending.
        }
    }

    private static byte[] mutated(final byte[] frame, final Random random) {
        byte[] bytes = frame.clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                // Anything anywhere, framing included.
                for (int i = random.nextInt(4); i >= 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            case 1 -> {
                // Cut or prolonged, with a frame length that is right.
                bytes = Arrays.copyOf(bytes, Sofh.MIN_FRAME_LENGTH_BYTES + random.nextInt(bytes.length));
                Sofh.encode(new UnsafeBuffer(bytes), 0, bytes.length);
            }
            case 2 -> {
                // Numbers that are used as lengths and counts, in the message only.
                for (int i = random.nextInt(4); i >= 0; i--) {
                    final int at = Sofh.HEADER_LENGTH_BYTES
                        + random.nextInt(bytes.length - Sofh.HEADER_LENGTH_BYTES - 1);
                    bytes = with(bytes, at, random.nextInt());
                }
            }
            default -> {
                // As it is, so that sessions live on.
            }
        }
        return bytes;
    }

    private static byte[] header(final int frameLengthBytes) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        Sofh.encode(buffer, 0, frameLengthBytes);
        return buffer.byteArray();
    }

    /** A copy with an unsigned 16-bit number put somewhere. */
    private static byte[] with(final byte[] frame, final int offset, final int value) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame.clone());
        buffer.putShort(offset, (short) value, ByteOrder.LITTLE_ENDIAN);
        return buffer.byteArray();
    }
}
