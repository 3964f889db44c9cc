package io.opportune.loadtest.generator;

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
import io.opportune.protocol.codec.IdentityLinkDecoder;
import io.opportune.protocol.codec.LogonAckEncoder;
import io.opportune.protocol.codec.LogonDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.ResolveRequestDecoder;
import io.opportune.protocol.codec.ResolveResponseEncoder;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Encodes the stub server's answers, one offer for each decision. Owned by the stub's event loop. */
final class StubAnswers {
    private final int inFlightLimit;
    private final Map<String, Integer> ids = new HashMap<>();
    private final MessageHeaderDecoder requestHeader = new MessageHeaderDecoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final DecisionResponseEncoder response = new DecisionResponseEncoder();
    private final EventReportDecoder event = new EventReportDecoder();
    private final EventAckEncoder eventAck = new EventAckEncoder();
    private final ContextUpdateDecoder update = new ContextUpdateDecoder();
    private final IdentityLinkDecoder link = new IdentityLinkDecoder();
    private final ContextAckEncoder contextAck = new ContextAckEncoder();
    private final ResolveRequestDecoder resolve = new ResolveRequestDecoder();
    private final ResolveResponseEncoder resolved = new ResolveResponseEncoder();
    private final LogonAckEncoder logonAck = new LogonAckEncoder();

    StubAnswers(final int inFlightLimit) {
        this.inFlightLimit = inFlightLimit;
    }

    /** Whether a frame is one of those that a run measures. */
    boolean isWork(final DirectBuffer buffer, final int offset) {
        requestHeader.wrap(buffer, offset);
        return switch (requestHeader.templateId()) {
            case DecisionRequestDecoder.TEMPLATE_ID, EventReportDecoder.TEMPLATE_ID, ContextUpdateDecoder.TEMPLATE_ID,
                IdentityLinkDecoder.TEMPLATE_ID -> true;
            default -> false;
        };
    }

    /** Encodes the answer behind room for a SOFH header; returns the frame's length, 0 for no answer. */
    int answer(final DirectBuffer in, final int offset, final UnsafeBuffer out) {
        requestHeader.wrap(in, offset);
        final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        final int block = requestHeader.blockLength();
        final int version = requestHeader.version();
        final int length = switch (requestHeader.templateId()) {
            case LogonDecoder.TEMPLATE_ID -> logonAck(out);
            case ResolveRequestDecoder.TEMPLATE_ID -> {
                resolve.wrap(in, body, block, version);
                yield resolved(out);
            }
            case DecisionRequestDecoder.TEMPLATE_ID -> {
                request.wrap(in, body, block, version);
                yield response(out);
            }
            case EventReportDecoder.TEMPLATE_ID -> {
                event.wrap(in, body, block, version);
                eventAck.wrapAndApplyHeader(out, Sofh.HEADER_LENGTH_BYTES, header)
                    .correlationId(event.correlationId()).status(AckStatus.ACCEPTED).reason(0);
                eventAck.eventId().high(event.eventId().high()).low(event.eventId().low());
                yield eventAck.encodedLength();
            }
            case ContextUpdateDecoder.TEMPLATE_ID -> {
                update.wrap(in, body, block, version);
                yield contextAck(out, update.correlationId(), update.eventId().high(), update.eventId().low());
            }
            case IdentityLinkDecoder.TEMPLATE_ID -> {
                link.wrap(in, body, block, version);
                yield contextAck(out, link.correlationId(), link.eventId().high(), link.eventId().low());
            }
            default -> 0;
        };
        if (length == 0) {
            return 0;
        }
        final int frame = Sofh.HEADER_LENGTH_BYTES + MessageHeaderEncoder.ENCODED_LENGTH + length;
        Sofh.encode(out, 0, frame);
        return frame;
    }

    private int logonAck(final UnsafeBuffer out) {
        logonAck.wrapAndApplyHeader(out, Sofh.HEADER_LENGTH_BYTES, header)
            .protocolVersion(LogonAckEncoder.SCHEMA_VERSION)
            .heartbeatIntervalMs(5_000)
            .inFlightLimit(inFlightLimit)
            .maxFrameLengthBytes(16 * 1024)
            .maxTimeBudgetUs(100_000)
            .maxOffers(8);
        logonAck.catalogueVersion().counter(1).contentHash(1);
        logonAck.serverTimeNs(0).clientSendTimeNs(0).serverVersion("stub");
        return logonAck.encodedLength();
    }

    private int resolved(final UnsafeBuffer out) {
        final ResolveRequestDecoder.NamesDecoder names = resolve.names();
        resolved.wrapAndApplyHeader(out, Sofh.HEADER_LENGTH_BYTES, header).correlationId(resolve.correlationId());
        resolved.catalogueVersion().counter(1).contentHash(1);
        final ResolveResponseEncoder.IdsEncoder group = resolved.idsCount(names.count());
        while (names.hasNext()) {
            names.next();
            final String key = names.kind() + "/" + names.name();
            Integer id = ids.get(key);
            if (id == null) {
                id = ids.size() + 1;
                ids.put(key, id);
            }
            group.next().id(id);
        }
        return resolved.encodedLength();
    }

    private int response(final UnsafeBuffer out) {
        response.wrapAndApplyHeader(out, Sofh.HEADER_LENGTH_BYTES, header).correlationId(request.correlationId());
        response.decisionId().high(0).low(request.correlationId());
        response.catalogueVersion().counter(1).contentHash(1);
        response.serverTimeNs(0).timeTakenNs(1_000).reason(0).status(DecisionStatus.OFFERS);
        response.offersCount(1).next()
            .offerId(1).creativeId(1).campaignId(1).currency(840).discountType(DiscountType.NONE)
            .valueMicros(1_000_000).discountValue(0).propensity(0.05).score(50_000)
            .expiryNs(DecisionResponseEncoder.OffersEncoder.expiryNsNullValue());
        response.explanationsCount(0);
        response.textsCount(0);
        return response.encodedLength();
    }

    private int contextAck(final UnsafeBuffer out, final long correlationId, final long high, final long low) {
        contextAck.wrapAndApplyHeader(out, Sofh.HEADER_LENGTH_BYTES, header)
            .correlationId(correlationId).status(AckStatus.ACCEPTED).reason(0);
        contextAck.eventId().high(high).low(low);
        return contextAck.encodedLength();
    }
}
