package io.opportune.protocol.client;

import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.ContextUpdateEncoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.IdentityLinkEncoder;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.LinkOperation;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.ResolveRequestEncoder;
import java.nio.ByteOrder;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Encodes messages into claimed slots: correlation id, times and ids of the client's own making, null values for all
 * that the caller does not say. Called by any thread, each with a slot of its own.
 */
final class RequestFactory {
    private static final int HEADER = Sofh.HEADER_LENGTH_BYTES;
    private static final long MOST_BUDGET_US = 0xFFFF_FFFEL;
    /** Only bidders have some. */
    private static final byte[] NO_RESTRICTIONS = {};

    private final TillClientSettings settings;
    private final ClockOffset clockOffset;
    private final AtomicLong nextEventId = new AtomicLong(ThreadLocalRandom.current().nextLong());

    RequestFactory(final TillClientSettings settings, final ClockOffset clockOffset) {
        this.settings = settings;
        this.clockOffset = clockOffset;
    }

    DecisionRequestEncoder decision(
        final PendingRequest request, final DecisionEncoding encoding, final long timeBudgetNs) {
        final DecisionRequestEncoder encoder =
            request.decision.wrapAndApplyHeader(request.buffer, HEADER, request.header);
        request.sendTimeEpochNs = settings.epochClock().nanoTime();
        encoder.correlationId(request.correlationId);
        encoder.requestId().high(0).low(0);
        encoder.clientSendTimeNs(request.sendTimeEpochNs)
            .eventTimeNs(DecisionRequestEncoder.eventTimeNsNullValue())
            .timeBudgetUs(wireBudgetUs(timeBudgetNs, clockOffset.roundTripNs()))
            .placementId(DecisionRequestEncoder.placementIdNullValue())
            .storeId(DecisionRequestEncoder.storeIdNullValue())
            .latitudeE7(DecisionRequestEncoder.latitudeE7NullValue())
            .longitudeE7(DecisionRequestEncoder.longitudeE7NullValue())
            .customerNamespace(0)
            .currency(DecisionRequestEncoder.currencyNullValue())
            .channel(Channel.NULL_VAL)
            .moment(Moment.NULL_VAL)
            .intent(Intent.UNKNOWN)
            .offersWanted((short) 0)
            .flags().clear();
        encoding.encode(encoder);
        if (encoder.encodedLength() == DecisionRequestEncoder.BLOCK_LENGTH) {
            encoder.basketLinesCount(0);
            encoder.attributesCount(0);
            encoder.attributeTextsCount(0);
            encoder.customerId("");
        }
        encoder.putRestrictions(NO_RESTRICTIONS, 0, 0);
        return encoder;
    }

    EventReportEncoder event(final PendingRequest request, final EventEncoding encoding) {
        final EventReportEncoder encoder = request.event.wrapAndApplyHeader(request.buffer, HEADER, request.header);
        encoder.correlationId(request.correlationId);
        encoder.eventId().high(settings.eventIdPrefix()).low(nextEventId.incrementAndGet());
        encoder.decisionId().high(0).low(0);
        encoder.clientSendTimeNs(settings.epochClock().nanoTime())
            .eventTimeNs(EventReportEncoder.eventTimeNsNullValue())
            .amountMicros(EventReportEncoder.amountMicrosNullValue())
            .offerId(EventReportEncoder.offerIdNullValue())
            .creativeId(EventReportEncoder.creativeIdNullValue())
            .placementId(EventReportEncoder.placementIdNullValue())
            .storeId(EventReportEncoder.storeIdNullValue())
            .customerNamespace(0)
            .currency(EventReportEncoder.currencyNullValue())
            .channel(Channel.NULL_VAL)
            .intent(Intent.UNKNOWN)
            .eventType(EventType.NULL_VAL)
            .minToWinMicros(EventReportEncoder.minToWinMicrosNullValue())
            .lossReason(EventReportEncoder.lossReasonNullValue());
        encoding.encode(encoder);
        if (encoder.encodedLength() == EventReportEncoder.BLOCK_LENGTH) {
            encoder.basketLinesCount(0);
            encoder.customerId("");
        }
        final int idOffset = encoder.eventId().offset();
        request.eventIdHigh = request.buffer.getLong(idOffset, ByteOrder.LITTLE_ENDIAN);
        request.eventIdLow = request.buffer.getLong(idOffset + Long.BYTES, ByteOrder.LITTLE_ENDIAN);
        return encoder;
    }

    ContextUpdateEncoder context(final PendingRequest request, final ContextChange change) {
        final ContextUpdateEncoder encoder =
            request.context.wrapAndApplyHeader(request.buffer, HEADER, request.header);
        encoder.correlationId(request.correlationId);
        nameEvent(request, change.eventId());
        encoder.eventId().high(request.eventIdHigh).low(request.eventIdLow);
        encoder.clientSendTimeNs(settings.epochClock().nanoTime());
        RequestWriter.write(change, encoder);
        return encoder;
    }

    IdentityLinkEncoder link(
        final PendingRequest request, final Customer customer, final Customer other, final LinkOperation operation) {
        final IdentityLinkEncoder encoder = request.link.wrapAndApplyHeader(request.buffer, HEADER, request.header);
        encoder.correlationId(request.correlationId);
        nameEvent(request, null);
        encoder.eventId().high(request.eventIdHigh).low(request.eventIdLow);
        encoder.clientSendTimeNs(settings.epochClock().nanoTime())
            .eventTimeNs(IdentityLinkEncoder.eventTimeNsNullValue())
            .customerNamespace(customer.namespace())
            .otherNamespace(other.namespace())
            .operation(operation)
            .customerId(customer.id())
            .otherId(other.id());
        return encoder;
    }

    ResolveRequestEncoder resolve(final PendingRequest request, final List<Name> names) {
        final ResolveRequestEncoder encoder =
            request.resolve.wrapAndApplyHeader(request.buffer, HEADER, request.header);
        encoder.correlationId(request.correlationId);
        request.nameCount = names.size();
        RequestWriter.write(names, encoder);
        return encoder;
    }

    /** The network's share goes off the caller's budget, but never more than half of it. */
    static long wireBudgetUs(final long timeBudgetNs, final long roundTripNs) {
        final long serverNs = Math.max(timeBudgetNs / 2, timeBudgetNs - roundTripNs);
        return Math.clamp(serverNs / 1_000, 1, MOST_BUDGET_US);
    }

    private void nameEvent(final PendingRequest request, final UUID eventId) {
        if (eventId != null) {
            request.eventIdHigh = eventId.getMostSignificantBits();
            request.eventIdLow = eventId.getLeastSignificantBits();
        } else {
            request.eventIdHigh = settings.eventIdPrefix();
            request.eventIdLow = nextEventId.incrementAndGet();
        }
    }
}
