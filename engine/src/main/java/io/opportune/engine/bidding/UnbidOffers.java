package io.opportune.engine.bidding;

import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.session.ClientSession;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Gives free what a decision reserved for offers that were not bid after all: below the floor, beside a better one, too
 * late, in a response that was not sent. An event of the kind {@code LOSS}, journalled like that of an exchange, so
 * that a restarted server knows it too; only where a budget limits the offer. Owned by one event loop; allocates
 * nothing.
 */
final class UnbidOffers {
    /** Even, so that {@link NoticeEndpoint#onAck} does not take the answer for one about time. */
    private static final long CORRELATION_ID = 2;
    private static final long EVENT_ID_TAG = 0x756e_6269_6420_6f66L;
    private static final byte[] NOBODY = {};

    private final NoticeEvents events;
    private final ClientSession session;
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[NoticeRetries.MAX_EVENT_BYTES]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final EventReportEncoder report = new EventReportEncoder();
    private final NoticeToken token = new NoticeToken();

    UnbidOffers(final NoticeEvents events, final ClientSession session) {
        this.events = events;
        this.session = session;
    }

    /** Tells of each offer of the decisions that is in no bid. What finds no room stays reserved until it expires. */
    void giveFree(final PendingBid bid, final long nowNs) {
        if (!bid.catalogue.hasBudgets() || bid.request.test() == 1) {
            return;
        }
        for (int place = 0; place < bid.count; place++) {
            final int first = bid.firstOffers[place];
            for (int offer = first; offer < first + bid.offerCounts[place]; offer++) {
                if (!bid.bids[offer] && (bid.decisionsHigh[place] | bid.decisionsLow[place]) != 0
                    && bid.catalogue.isLimited(bid.offers[offer])) {
                    token.clear().exchange(bid.exchange.number()).rootKey(bid.keyHigh, bid.keyLow);
                    report(bid.decisionsHigh[place], bid.decisionsLow[place], bid.placements[place],
                        bid.offers[offer], nowNs, bid.arrivalNs);
                }
            }
        }
    }

    /**
     * Tells of all offers of a decision that came when its request had been answered. Whose request it was is not known
     * any more: the event stands beside the decision.
     */
    void giveFree(
        final DecisionResponseDecoder response, final BidCatalogue catalogue, final long nowNs, final long arrivalNs) {
        if (response.status() == DecisionStatus.OFFERS) {
            giveFreeRest(response, response.offers(), catalogue, nowNs, arrivalNs);
        }
    }

    /** Tells of the offers of a decision that were not looked at. */
    void giveFreeRest(
        final DecisionResponseDecoder response, final DecisionResponseDecoder.OffersDecoder offers,
        final BidCatalogue catalogue, final long nowNs, final long arrivalNs) {
        final long high = response.decisionId().high();
        final long low = response.decisionId().low();
        if (catalogue == null || !catalogue.hasBudgets() || (high | low) == 0 || DecisionIds.isTest(high)) {
            return;
        }
        while (offers.hasNext()) {
            final int offerId = offers.next().offerId();
            if (catalogue.isLimited(offerId)) {
                token.clear();
                report(high, low, 0, offerId, nowNs, arrivalNs);
            }
        }
    }

    private void report(
        final long high, final long low, final int placementId, final int offerId, final long nowNs,
        final long arrivalNs) {
        report.wrapAndApplyHeader(message, 0, header)
            .correlationId(CORRELATION_ID)
            .clientSendTimeNs(nowNs)
            .eventTimeNs(EventReportEncoder.eventTimeNsNullValue())
            .amountMicros(EventReportEncoder.amountMicrosNullValue())
            .offerId(offerId)
            .creativeId(0)
            .placementId(placementId)
            .storeId(0)
            .customerNamespace(0)
            .currency(0)
            .channel(Channel.AD_EXCHANGE)
            .intent(Intent.UNKNOWN)
            .eventType(EventType.LOSS)
            .minToWinMicros(EventReportEncoder.minToWinMicrosNullValue())
            .lossReason(EventReportEncoder.lossReasonNullValue());
        report.eventId().high(high ^ EVENT_ID_TAG).low(low ^ (long) offerId << Integer.SIZE);
        report.decisionId().high(high).low(low);
        report.basketLinesCount(0);
        report.putCustomerId(NOBODY, 0, 0);
        token.decisionId(high, low).businessTimeNs(nowNs);
        events.report(session, message, 0, MessageHeaderEncoder.ENCODED_LENGTH + report.encodedLength(), token,
            arrivalNs);
    }
}
