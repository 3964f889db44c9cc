package io.opportune.protocol.client;

import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.ContextAckEncoder;
import io.opportune.protocol.codec.ContextUpdateDecoder;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseEncoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.DiscountType;
import io.opportune.protocol.codec.EventAckEncoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.HeartbeatEncoder;
import io.opportune.protocol.codec.IdentityLinkDecoder;
import io.opportune.protocol.codec.LogoffEncoder;
import io.opportune.protocol.codec.LogonAckEncoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.RejectEncoder;
import io.opportune.protocol.codec.RejectReason;
import io.opportune.protocol.codec.ResolveRequestDecoder;
import io.opportune.protocol.codec.ResolveResponseEncoder;
import io.opportune.protocol.codec.TextKind;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/** What a server sends, as whole frames. */
final class Answers {
    private static final int SOFH = Sofh.HEADER_LENGTH_BYTES;
    private static final int BODY = Sofh.MIN_FRAME_LENGTH_BYTES;

    private Answers() {
    }

    static byte[] logonAck(final int inFlightLimit, final long heartbeatIntervalMs) {
        return logonAck(inFlightLimit, heartbeatIntervalMs, 0, 0);
    }

    static byte[] logonAck(
        final int inFlightLimit, final long heartbeatIntervalMs, final long serverTimeNs, final long clientTimeNs) {
        final UnsafeBuffer buffer = buffer();
        final LogonAckEncoder encoder = new LogonAckEncoder()
            .wrapAndApplyHeader(buffer, SOFH, new MessageHeaderEncoder())
            .protocolVersion(1)
            .heartbeatIntervalMs(heartbeatIntervalMs)
            .inFlightLimit(inFlightLimit)
            .maxFrameLengthBytes(16_384)
            .maxTimeBudgetUs(100_000)
            .maxOffers(16);
        encoder.catalogueVersion().counter(5).contentHash(6);
        return frame(buffer, encoder.serverTimeNs(serverTimeNs).clientSendTimeNs(clientTimeNs).serverVersion("test"));
    }

    static byte[] heartbeat(final long sendTimeNs, final long peerSendTimeNs, final long peerReceiveTimeNs) {
        final UnsafeBuffer buffer = buffer();
        return frame(buffer, new HeartbeatEncoder().wrapAndApplyHeader(buffer, SOFH, new MessageHeaderEncoder())
            .sendTimeNs(sendTimeNs).peerSendTimeNs(peerSendTimeNs).peerReceiveTimeNs(peerReceiveTimeNs));
    }

    static byte[] logoff(final RejectReason reason) {
        final UnsafeBuffer buffer = buffer();
        return frame(buffer, new LogoffEncoder().wrapAndApplyHeader(buffer, SOFH, new MessageHeaderEncoder())
            .reason(reason).text("bye"));
    }

    static byte[] reject(final long correlationId, final RejectReason reason) {
        final UnsafeBuffer buffer = buffer();
        return frame(buffer, new RejectEncoder().wrapAndApplyHeader(buffer, SOFH, new MessageHeaderEncoder())
            .correlationId(correlationId).refTemplateId(DecisionRequestDecoder.TEMPLATE_ID).reason(reason)
            .text("because"));
    }

    /** One offer whose value is the placement that was asked for. */
    static byte[] decision(final long correlationId, final int placementId) {
        final UnsafeBuffer buffer = buffer();
        final DecisionResponseEncoder encoder = new DecisionResponseEncoder()
            .wrapAndApplyHeader(buffer, SOFH, new MessageHeaderEncoder()).correlationId(correlationId);
        encoder.decisionId().high(1).low(correlationId);
        encoder.catalogueVersion().counter(5).contentHash(6);
        encoder.serverTimeNs(0).timeTakenNs(1_000).reason(0).status(DecisionStatus.OFFERS);
        encoder.offersCount(1).next().offerId(11).creativeId(12).campaignId(13).currency(840)
            .discountType(DiscountType.PERCENT_OFF).valueMicros(placementId).discountValue(1_000).propensity(0.1)
            .score(2.0).expiryNs(DecisionResponseEncoder.OffersEncoder.expiryNsNullValue());
        encoder.explanationsCount(1).next().offerId(14).reason(408);
        encoder.textsCount(2)
            .next().offerIndex((short) 0).kind(TextKind.TITLE).text("Milk")
            .next().offerIndex((short) 9).kind(TextKind.TITLE).text("of an offer that is not there");
        return frame(buffer, encoder);
    }

    /** The answer that a good server gives to a request. */
    static byte[] to(final byte[] request) {
        final UnsafeBuffer buffer = new UnsafeBuffer(request);
        return switch (templateId(request)) {
            case DecisionRequestDecoder.TEMPLATE_ID -> decision(correlationId(request), new DecisionRequestDecoder()
                .wrapAndApplyHeader(buffer, SOFH, new MessageHeaderDecoder()).placementId());
            case EventReportDecoder.TEMPLATE_ID -> eventAck(correlationId(request), eventId(request),
                AckStatus.ACCEPTED);
            case ContextUpdateDecoder.TEMPLATE_ID, IdentityLinkDecoder.TEMPLATE_ID ->
                contextAck(correlationId(request), eventId(request));
            case ResolveRequestDecoder.TEMPLATE_ID -> resolved(correlationId(request), new ResolveRequestDecoder()
                .wrapAndApplyHeader(buffer, SOFH, new MessageHeaderDecoder()).names().count());
            default -> throw new IllegalArgumentException("no request: template " + templateId(request));
        };
    }

    static byte[] eventAck(final long correlationId, final UUID eventId, final AckStatus status) {
        final UnsafeBuffer buffer = buffer();
        final EventAckEncoder encoder = new EventAckEncoder()
            .wrapAndApplyHeader(buffer, SOFH, new MessageHeaderEncoder()).correlationId(correlationId);
        encoder.eventId().high(eventId.getMostSignificantBits()).low(eventId.getLeastSignificantBits());
        return frame(buffer, encoder.status(status).reason(0));
    }

    static int templateId(final byte[] frame) {
        return new UnsafeBuffer(frame).getShort(SOFH + 2, ByteOrder.LITTLE_ENDIAN);
    }

    static long correlationId(final byte[] frame) {
        return new UnsafeBuffer(frame).getLong(BODY, ByteOrder.LITTLE_ENDIAN);
    }

    /** Event reports, updates and links have it in the same place. */
    static UUID eventId(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        return new UUID(buffer.getLong(BODY + 8, ByteOrder.LITTLE_ENDIAN),
            buffer.getLong(BODY + 16, ByteOrder.LITTLE_ENDIAN));
    }

    private static byte[] contextAck(final long correlationId, final UUID eventId) {
        final UnsafeBuffer buffer = buffer();
        final ContextAckEncoder encoder = new ContextAckEncoder()
            .wrapAndApplyHeader(buffer, SOFH, new MessageHeaderEncoder()).correlationId(correlationId);
        encoder.eventId().high(eventId.getMostSignificantBits()).low(eventId.getLeastSignificantBits());
        return frame(buffer, encoder.status(AckStatus.ACCEPTED).reason(0));
    }

    private static byte[] resolved(final long correlationId, final int count) {
        final UnsafeBuffer buffer = buffer();
        final ResolveResponseEncoder encoder = new ResolveResponseEncoder()
            .wrapAndApplyHeader(buffer, SOFH, new MessageHeaderEncoder()).correlationId(correlationId);
        encoder.catalogueVersion().counter(5).contentHash(6);
        final ResolveResponseEncoder.IdsEncoder ids = encoder.idsCount(count);
        for (int i = 0; i < count; i++) {
            ids.next().id(31 + i);
        }
        return frame(buffer, encoder);
    }

    private static UnsafeBuffer buffer() {
        return new UnsafeBuffer(new byte[2048]);
    }

    private static byte[] frame(final UnsafeBuffer buffer, final MessageEncoderFlyweight encoder) {
        final int lengthBytes = BODY + encoder.encodedLength();
        Sofh.encode(buffer, 0, lengthBytes);
        return Arrays.copyOf(buffer.byteArray(), lengthBytes);
    }
}
