package io.opportune.loadtest.generator;

import io.opportune.loadtest.source.NameTable;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.HeartbeatEncoder;
import io.opportune.protocol.codec.LogoffEncoder;
import io.opportune.protocol.codec.LogonAckDecoder;
import io.opportune.protocol.codec.LogonEncoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.RejectReason;
import io.opportune.protocol.codec.ResolveRequestEncoder;
import io.opportune.protocol.codec.ResolveResponseDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The messages of a session apart from its work: logon, names, heartbeats, logoff. Owned by the generator's thread;
 * busy before and after the measured part only, except for heartbeats.
 */
final class SessionOpener {
    /** Silence that we promise; the tick of the engine is far shorter. */
    static final int HEARTBEAT_INTERVAL_MS = 2_000;
    /** Names per request are bounded so that the frame stays far below the 16k that servers read at least. */
    private static final int MAX_RESOLVE_BYTES = 8 * 1024;
    private static final int MAX_RESOLVE_NAMES = 200;

    private final UnsafeBuffer scratch;
    private final ByteBuffer scratchBytes;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final LogonEncoder logon = new LogonEncoder();
    private final LogonAckDecoder logonAck = new LogonAckDecoder();
    private final HeartbeatEncoder heartbeat = new HeartbeatEncoder();
    private final LogoffEncoder logoff = new LogoffEncoder();
    private final ResolveRequestEncoder resolve = new ResolveRequestEncoder();
    private final ResolveResponseDecoder resolved = new ResolveResponseDecoder();
    private int resolvedCount;
    private int askedCount;

    SessionOpener(final UnsafeBuffer scratch, final ByteBuffer scratchBytes) {
        this.scratch = scratch;
        this.scratchBytes = scratchBytes;
    }

    void logOn(final Connection connection, final LoadSettings settings, final long epochNs, final long nowNs) {
        logon.wrapAndApplyHeader(scratch, Sofh.HEADER_LENGTH_BYTES, header)
            .protocolVersion(LogonEncoder.SCHEMA_VERSION)
            .heartbeatIntervalMs(HEARTBEAT_INTERVAL_MS)
            .inFlightLimit(settings.inFlightPerConnection())
            .clientSendTimeNs(epochNs)
            .clientId(settings.clientId())
            .clientKey(settings.clientKey());
        send(connection, logon.encodedLength(), nowNs);
    }

    void onLogonAck(
        final Connection connection,
        final LoadSettings settings,
        final MessageHeaderDecoder messageHeader,
        final DirectBuffer buffer,
        final int bodyOffset) {
        logonAck.wrap(buffer, bodyOffset, messageHeader.blockLength(), messageHeader.version());
        connection.ready((int) Math.min(settings.inFlightPerConnection(), logonAck.inFlightLimit()));
    }

    /** Asks for the next names; false when all are known. */
    boolean askNames(final Connection connection, final NameTable names, final long nowNs) {
        if (askedCount > resolvedCount) {
            return true;
        }
        if (resolvedCount == names.size()) {
            return false;
        }
        int bytes = 0;
        while (askedCount < names.size() && askedCount - resolvedCount < MAX_RESOLVE_NAMES
            && bytes < MAX_RESOLVE_BYTES) {
            bytes += 3 + names.name(askedCount).getBytes(StandardCharsets.UTF_8).length;
            askedCount++;
        }
        final ResolveRequestEncoder.NamesEncoder group =
            resolve.wrapAndApplyHeader(scratch, Sofh.HEADER_LENGTH_BYTES, header)
                .correlationId(askedCount)
                .namesCount(askedCount - resolvedCount);
        for (int handle = resolvedCount; handle < askedCount; handle++) {
            final byte[] name = names.name(handle).getBytes(StandardCharsets.UTF_8);
            group.next().kind(names.kind(handle)).putName(name, 0, name.length);
        }
        send(connection, resolve.encodedLength(), nowNs);
        return true;
    }

    void onNames(
        final NameTable names,
        final MessageHeaderDecoder messageHeader,
        final DirectBuffer buffer,
        final int bodyOffset) {
        resolved.wrap(buffer, bodyOffset, messageHeader.blockLength(), messageHeader.version());
        if (resolved.correlationId() != askedCount) {
            return;
        }
        final ResolveResponseDecoder.IdsDecoder ids = resolved.ids();
        while (ids.hasNext() && resolvedCount < askedCount) {
            names.resolve(resolvedCount++, ids.next().id());
        }
        resolvedCount = askedCount;
    }

    void beat(final Connection connection, final long epochNs, final long nowNs) {
        heartbeat.wrapAndApplyHeader(scratch, Sofh.HEADER_LENGTH_BYTES, header)
            .sendTimeNs(epochNs)
            .peerSendTimeNs(HeartbeatEncoder.peerSendTimeNsNullValue())
            .peerReceiveTimeNs(HeartbeatEncoder.peerReceiveTimeNsNullValue());
        send(connection, heartbeat.encodedLength(), nowNs);
    }

    void logOff(final Connection connection, final long nowNs) {
        logoff.wrapAndApplyHeader(scratch, Sofh.HEADER_LENGTH_BYTES, header)
            .reason(RejectReason.NULL_VAL)
            .text("end of run");
        send(connection, logoff.encodedLength(), nowNs);
    }

    private void send(final Connection connection, final int bodyLength, final long nowNs) {
        connection.append(scratch, scratchBytes, MessageHeaderEncoder.ENCODED_LENGTH + bodyLength, nowNs);
        connection.flush();
    }
}
