package io.opportune.loadtest.source;

import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.ContextUpdateEncoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.IdentityLinkEncoder;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import org.agrona.MutableDirectBuffer;

/**
 * Reused encoders that start each message with every optional field absent, because SBE does not clear a block. The
 * caller sets what it knows, then the groups in order, then the customer id, then in a decision request
 * {@link #NO_RESTRICTIONS}. One per thread; allocates nothing.
 */
public final class MessageWriter {
    /** What tills and apps write behind the customer id of a decision request. */
    public static final byte[] NO_RESTRICTIONS = {};

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final DecisionRequestEncoder decision = new DecisionRequestEncoder();
    private final EventReportEncoder event = new EventReportEncoder();
    private final ContextUpdateEncoder update = new ContextUpdateEncoder();
    private final IdentityLinkEncoder link = new IdentityLinkEncoder();

    /**
     * Starts a decision request.
     *
     * @param buffer        to write to.
     * @param offset        of the SBE header.
     * @param correlationId of the message.
     * @param sendTimeNs    wall time.
     * @return encoder with all optional fields absent, unknown intent and the placement's own budget.
     */
    public DecisionRequestEncoder decision(
        final MutableDirectBuffer buffer, final int offset, final long correlationId, final long sendTimeNs) {
        decision.wrapAndApplyHeader(buffer, offset, header)
            .correlationId(correlationId)
            .clientSendTimeNs(sendTimeNs)
            .eventTimeNs(DecisionRequestEncoder.eventTimeNsNullValue())
            .timeBudgetUs(0)
            .placementId(0)
            .storeId(0)
            .latitudeE7(DecisionRequestEncoder.latitudeE7NullValue())
            .longitudeE7(DecisionRequestEncoder.longitudeE7NullValue())
            .customerNamespace(0)
            .currency(0)
            .channel(Channel.TILL)
            .moment(Moment.BASKET_UPDATE)
            .intent(Intent.UNKNOWN)
            .offersWanted((short) 0);
        decision.requestId().high(0).low(0);
        decision.flags().clear();
        return decision;
    }

    /**
     * Starts an event report.
     *
     * @param buffer        to write to.
     * @param offset        of the SBE header.
     * @param correlationId of the message.
     * @param sendTimeNs    wall time.
     * @param type          of the event.
     * @return encoder with all optional fields absent and no decision id.
     */
    public EventReportEncoder event(
        final MutableDirectBuffer buffer,
        final int offset,
        final long correlationId,
        final long sendTimeNs,
        final EventType type) {
        event.wrapAndApplyHeader(buffer, offset, header)
            .correlationId(correlationId)
            .clientSendTimeNs(sendTimeNs)
            .eventTimeNs(EventReportEncoder.eventTimeNsNullValue())
            .amountMicros(EventReportEncoder.amountMicrosNullValue())
            .offerId(0)
            .creativeId(0)
            .placementId(0)
            .storeId(0)
            .customerNamespace(0)
            .currency(0)
            .channel(Channel.TILL)
            .intent(Intent.UNKNOWN)
            .eventType(type)
            .minToWinMicros(EventReportEncoder.minToWinMicrosNullValue())
            .lossReason(EventReportEncoder.lossReasonNullValue());
        event.eventId().high(0).low(0);
        event.decisionId().high(0).low(0);
        return event;
    }

    /**
     * Starts a context update.
     *
     * @param buffer        to write to.
     * @param offset        of the SBE header.
     * @param correlationId of the message.
     * @param sendTimeNs    wall time.
     * @return encoder without event time.
     */
    public ContextUpdateEncoder update(
        final MutableDirectBuffer buffer, final int offset, final long correlationId, final long sendTimeNs) {
        update.wrapAndApplyHeader(buffer, offset, header)
            .correlationId(correlationId)
            .clientSendTimeNs(sendTimeNs)
            .eventTimeNs(ContextUpdateEncoder.eventTimeNsNullValue())
            .customerNamespace(0);
        update.eventId().high(0).low(0);
        return update;
    }

    /**
     * Starts an identity link.
     *
     * @param buffer        to write to.
     * @param offset        of the SBE header.
     * @param correlationId of the message.
     * @param sendTimeNs    wall time.
     * @return encoder without event time.
     */
    public IdentityLinkEncoder link(
        final MutableDirectBuffer buffer, final int offset, final long correlationId, final long sendTimeNs) {
        link.wrapAndApplyHeader(buffer, offset, header)
            .correlationId(correlationId)
            .clientSendTimeNs(sendTimeNs)
            .eventTimeNs(IdentityLinkEncoder.eventTimeNsNullValue());
        link.eventId().high(0).low(0);
        return link;
    }
}
