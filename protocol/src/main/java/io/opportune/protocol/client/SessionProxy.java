package io.opportune.protocol.client;

import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.HeartbeatEncoder;
import io.opportune.protocol.codec.LogoffEncoder;
import io.opportune.protocol.codec.LogonEncoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.RejectReason;
import org.agrona.concurrent.UnsafeBuffer;

/** Sends the messages that keep a session: logon, heartbeat, logoff. Owned by the event loop. */
final class SessionProxy {
    private static final int LONGEST_BYTES = 512;

    private final ClientTransport transport;
    private final TillClientSettings settings;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[LONGEST_BYTES]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final LogonEncoder logon = new LogonEncoder();
    private final HeartbeatEncoder heartbeat = new HeartbeatEncoder();
    private final LogoffEncoder logoff = new LogoffEncoder();

    SessionProxy(final ClientTransport transport, final TillClientSettings settings) {
        this.transport = transport;
        this.settings = settings;
    }

    void logon() {
        logon.wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, header)
            .protocolVersion(LogonEncoder.SCHEMA_VERSION)
            .heartbeatIntervalMs(settings.heartbeatIntervalNs() / 1_000_000L)
            .inFlightLimit(settings.decisionsInFlightLimit() + settings.reportsInFlightLimit())
            .clientSendTimeNs(settings.epochClock().nanoTime())
            .clientId(settings.clientId())
            .clientKey(settings.clientKey());
        send(logon.encodedLength());
    }

    void heartbeat(final long peerSendTimeNs, final long peerReceiveTimeNs) {
        heartbeat.wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, header)
            .sendTimeNs(settings.epochClock().nanoTime())
            .peerSendTimeNs(peerSendTimeNs)
            .peerReceiveTimeNs(peerReceiveTimeNs);
        send(heartbeat.encodedLength());
    }

    void logoff() {
        logoff.wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, header)
            .reason(RejectReason.NULL_VAL)
            .text("");
        send(logoff.encodedLength());
    }

    private void send(final int bodyLengthBytes) {
        final int lengthBytes = Sofh.MIN_FRAME_LENGTH_BYTES + bodyLengthBytes;
        Sofh.encode(buffer, 0, lengthBytes);
        transport.send(buffer, 0, lengthBytes);
        transport.flush();
    }
}
