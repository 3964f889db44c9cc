package io.opportune.engine.gateway.binary;

import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.HeartbeatEncoder;
import io.opportune.protocol.codec.LogoffEncoder;
import io.opportune.protocol.codec.LogonAckEncoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.RejectEncoder;
import io.opportune.protocol.codec.RejectReason;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Encodes the gateway's own messages, one at a time, as whole frames into a scratch buffer. One per event loop; each
 * method overwrites what the one before wrote, and returns the length of the frame at offset 0.
 */
final class SessionMessages {
    /** Texts are cut here so that every message fits the scratch buffer. */
    private static final int MAX_TEXT_BYTES = 800;

    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[1024]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final RejectEncoder reject = new RejectEncoder();
    private final LogonAckEncoder logonAck = new LogonAckEncoder();
    private final HeartbeatEncoder heartbeat = new HeartbeatEncoder();
    private final LogoffEncoder logoff = new LogoffEncoder();
    private final BinaryGatewaySettings settings;
    private final CatalogueVersionSource catalogue;
    private final byte[] serverVersion;

    SessionMessages(final BinaryGatewaySettings settings, final CatalogueVersionSource catalogue) {
        this.settings = settings;
        this.catalogue = catalogue;
        this.serverVersion = settings.serverVersion().getBytes(StandardCharsets.UTF_8);
    }

    DirectBuffer buffer() {
        return scratch;
    }

    int reject(final long correlationId, final int refTemplateId, final RejectReason reason, final byte[] utf8) {
        reject.wrapAndApplyHeader(scratch, Sofh.HEADER_LENGTH_BYTES, header)
            .correlationId(correlationId)
            .refTemplateId(refTemplateId)
            .reason(reason)
            .putText(utf8, 0, Math.min(utf8.length, MAX_TEXT_BYTES));
        return frame(reject.limit());
    }

    int logonAck(
        final int inFlightLimit, final long clientSendTimeNs, final long serverTimeNs) {
        logonAck.wrapAndApplyHeader(scratch, Sofh.HEADER_LENGTH_BYTES, header)
            .protocolVersion(LogonAckEncoder.SCHEMA_VERSION)
            .heartbeatIntervalMs(settings.heartbeatIntervalNs() / 1_000_000)
            .inFlightLimit(inFlightLimit)
            .maxFrameLengthBytes(settings.maxFrameLengthBytes())
            .maxTimeBudgetUs(settings.maxTimeBudgetUs())
            .maxOffers(settings.maxOffers());
        catalogue.encode(logonAck.catalogueVersion());
        logonAck.serverTimeNs(serverTimeNs)
            .clientSendTimeNs(clientSendTimeNs)
            .putServerVersion(serverVersion, 0, Math.min(serverVersion.length, MAX_TEXT_BYTES));
        return frame(logonAck.limit());
    }

    int heartbeat(final long sendTimeNs, final long peerSendTimeNs, final long peerReceiveTimeNs) {
        heartbeat.wrapAndApplyHeader(scratch, Sofh.HEADER_LENGTH_BYTES, header)
            .sendTimeNs(sendTimeNs)
            .peerSendTimeNs(peerSendTimeNs)
            .peerReceiveTimeNs(peerReceiveTimeNs);
        return frame(heartbeat.limit());
    }

    int logoff(final RejectReason reason, final byte[] utf8) {
        logoff.wrapAndApplyHeader(scratch, Sofh.HEADER_LENGTH_BYTES, header)
            .reason(reason)
            .putText(utf8, 0, Math.min(utf8.length, MAX_TEXT_BYTES));
        return frame(logoff.limit());
    }

    private int frame(final int lengthBytes) {
        Sofh.encode(scratch, 0, lengthBytes);
        return lengthBytes;
    }
}
