package io.opportune.engine.notice;

import io.opportune.engine.exchange.NoticeKind;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import org.agrona.MutableDirectBuffer;

/**
 * Turns an accepted notice into the event that tills and apps report too, so that one way leads to the journal and the
 * profile. An impression and a click change the profile; a win, a bill, a loss and what VAST tells of an ad that plays
 * are journalled; what a bid costs is settled by them. A VAST error is no event: it says nothing of the customer. The
 * customer is not in the message: the root key is in the token, and goes beside it. Owned by one event loop; allocates
 * nothing.
 */
public final class NoticeReport {
    private static final byte[] NOBODY = {};

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final EventReportEncoder report = new EventReportEncoder();

    /** Creates the encoder. */
    public NoticeReport() {
        // Nothing to set up.
    }

    /**
     * Writes the event, with SBE header.
     *
     * @param notice        that was accepted, no {@link NoticeKind#ERROR}.
     * @param correlationId of the caller, not 0.
     * @param nowNs         when the notice came, nanoseconds since 1970.
     * @param into          gets the message.
     * @param offset        where.
     * @return length in bytes.
     */
    public int encode(
        final NoticeRequest notice, final long correlationId, final long nowNs, final MutableDirectBuffer into,
        final int offset) {
        final NoticeToken token = notice.token();
        report.wrapAndApplyHeader(into, offset, header)
            .correlationId(correlationId)
            .clientSendTimeNs(nowNs)
            .eventTimeNs(EventReportEncoder.eventTimeNsNullValue())
            .amountMicros(amountMicros(notice))
            .offerId(token.offerId())
            .creativeId(token.creativeId())
            .placementId(token.placementId())
            .storeId(0)
            .customerNamespace(0)
            .currency(token.currency())
            .channel(Channel.AD_EXCHANGE)
            .intent(Intent.UNKNOWN)
            .eventType(EventType.get((short) notice.kind().eventTypeCode()))
            .minToWinMicros(notice.minToWinMicros() == NoticeRequest.NONE
                ? EventReportEncoder.minToWinMicrosNullValue() : notice.minToWinMicros())
            .lossReason(lossReason(notice.lossReason()));
        report.eventId().high(notice.eventId().high()).low(notice.eventId().low());
        report.decisionId().high(token.decisionHigh()).low(token.decisionLow());
        report.basketLinesCount(0);
        report.putCustomerId(NOBODY, 0, 0);
        return MessageHeaderEncoder.ENCODED_LENGTH + report.encodedLength();
    }

    /** No code of the list is longer than four digits. */
    private static int lossReason(final int code) {
        return code < 0 || code > EventReportEncoder.lossReasonMaxValue()
            ? EventReportEncoder.lossReasonNullValue() : code;
    }

    /**
     * Money of a won or billed bid is what it costs; that of a lost one what it was lost to, in the bid's currency,
     * which may well be above the bid; that of an impression its price, where it is believed: some exchanges say the
     * price in markup only.
     */
    private static long amountMicros(final NoticeRequest notice) {
        final boolean said = switch (notice.kind()) {
            case WIN, BILL -> true;
            case LOSS -> notice.priceState().isKnown() || notice.priceState() == PriceState.ABOVE_BID;
            case IMP -> notice.priceState().isKnown();
            default -> false;
        };
        return !said ? EventReportEncoder.amountMicrosNullValue()
            : notice.kind() == NoticeKind.LOSS ? notice.priceMicros() : notice.payableMicros();
    }
}
