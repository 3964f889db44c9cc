package io.opportune.engine.gateway.binary;

import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.HeartbeatEncoder;
import io.opportune.protocol.codec.LogoffEncoder;
import io.opportune.protocol.codec.LogonAckDecoder;
import io.opportune.protocol.codec.LogonEncoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.RejectDecoder;
import io.opportune.protocol.codec.RejectReason;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** A blocking client for tests, that can also send what no good client would. Every read has a time-out. */
final class WireClient implements AutoCloseable {
    static final String CLIENT_ID = "till-1";
    static final String CLIENT_KEY = "secret";
    static final int READ_TIMEOUT_MS = 10_000;

    private final Socket socket;
    private final OutputStream output;
    private final DataInputStream input;

    WireClient(final int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_TIMEOUT_MS);
        output = socket.getOutputStream();
        input = new DataInputStream(socket.getInputStream());
    }

    static WireClient loggedOn(final int port) throws IOException {
        final WireClient client = new WireClient(port);
        client.send(logon(1, 60_000, 1_000, CLIENT_ID, CLIENT_KEY));
        client.expect(LogonAckDecoder.TEMPLATE_ID);
        return client;
    }

    void send(final byte[] bytes) throws IOException {
        output.write(bytes);
    }

    void send(final byte[] bytes, final int offset, final int lengthBytes) throws IOException {
        output.write(bytes, offset, lengthBytes);
    }

    /** The next whole frame, or null at the end of the stream, be it by a close or by a reset. */
    byte[] readFrame() throws IOException {
        try {
            final byte[] header = new byte[Sofh.HEADER_LENGTH_BYTES];
            input.readFully(header);
            final int lengthBytes = Sofh.frameLengthBytes(new UnsafeBuffer(header), 0);
            final byte[] frame = Arrays.copyOf(header, lengthBytes);
            input.readFully(frame, header.length, lengthBytes - header.length);
            return frame;
        } catch (final EOFException | SocketException e) {
            return null;
        }
    }

    /** Reads frames until one has this template; heartbeats are skipped, anything else fails. */
    UnsafeBuffer expect(final int templateId) throws IOException {
        while (true) {
            final byte[] frame = readFrame();
            if (frame == null) {
                throw new AssertionError("connection closed instead of template " + templateId);
            }
            final UnsafeBuffer buffer = new UnsafeBuffer(frame);
            final int found = templateId(frame);
            if (found == templateId) {
                return buffer;
            }
            if (found != HeartbeatEncoder.TEMPLATE_ID) {
                throw new AssertionError("template " + found + " instead of " + templateId + ": " + text(frame));
            }
        }
    }

    RejectDecoder expectReject(final RejectReason reason) throws IOException {
        final RejectDecoder reject = new RejectDecoder().wrapAndApplyHeader(
            expect(RejectDecoder.TEMPLATE_ID), Sofh.HEADER_LENGTH_BYTES, new MessageHeaderDecoder());
        if (reject.reason() != reason) {
            throw new AssertionError("reject " + reject + " instead of " + reason);
        }
        return reject;
    }

    /** The server must have closed its side; closes ours, so that the server need not wait for it. */
    void expectEnd() throws IOException {
        final byte[] frame = readFrame();
        if (frame != null) {
            throw new AssertionError("a frame instead of the end: " + text(frame));
        }
        socket.close();
    }

    void finishSending() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes before the end of a test's try block. */
    void hangUp() throws IOException {
        socket.close();
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    static int templateId(final byte[] frame) {
        return new MessageHeaderDecoder().wrap(new UnsafeBuffer(frame), Sofh.HEADER_LENGTH_BYTES).templateId();
    }

    private static String text(final byte[] frame) {
        return templateId(frame) == RejectDecoder.TEMPLATE_ID
            ? new RejectDecoder().wrapAndApplyHeader(
                new UnsafeBuffer(frame), Sofh.HEADER_LENGTH_BYTES, new MessageHeaderDecoder()).toString()
            : Arrays.toString(frame);
    }

    static byte[] logon(
        final int version, final long heartbeatIntervalMs, final long inFlightLimit, final String id,
        final String key) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1024]);
        final LogonEncoder logon = new LogonEncoder()
            .wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderEncoder())
            .protocolVersion(version)
            .heartbeatIntervalMs(heartbeatIntervalMs)
            .inFlightLimit(inFlightLimit)
            .clientSendTimeNs(77)
            .clientId(id)
            .clientKey(key);
        return frame(buffer, logon.limit());
    }

    static byte[] heartbeat(final long sendTimeNs) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        final HeartbeatEncoder heartbeat = new HeartbeatEncoder()
            .wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderEncoder())
            .sendTimeNs(sendTimeNs)
            .peerSendTimeNs(HeartbeatEncoder.peerSendTimeNsNullValue())
            .peerReceiveTimeNs(HeartbeatEncoder.peerReceiveTimeNsNullValue());
        return frame(buffer, heartbeat.limit());
    }

    static byte[] logoff() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        final LogoffEncoder logoff = new LogoffEncoder()
            .wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderEncoder())
            .reason(RejectReason.NULL_VAL)
            .text("");
        return frame(buffer, logoff.limit());
    }

    /** A request with this many basket lines. */
    static byte[] request(final long correlationId, final int basketLines) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64 + 128 + 32 * basketLines]);
        final DecisionRequestEncoder request = new DecisionRequestEncoder()
            .wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderEncoder())
            .correlationId(correlationId);
        final DecisionRequestEncoder.BasketLinesEncoder lines = request.basketLinesCount(basketLines);
        for (int i = 0; i < basketLines; i++) {
            lines.next().itemId(i).categoryId(1).quantityMilli(1000).amountMicros(i).currency(840);
        }
        request.attributesCount(0);
        request.attributeTextsCount(0);
        request.customerId("4711").putRestrictions(new byte[0], 0, 0);
        return frame(buffer, request.limit());
    }

    private static byte[] frame(final UnsafeBuffer buffer, final int lengthBytes) {
        Sofh.encode(buffer, 0, lengthBytes);
        return Arrays.copyOf(buffer.byteArray(), lengthBytes);
    }
}
