package io.opportune.protocol;

import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.ContextAckEncoder;
import io.opportune.protocol.codec.ContextOperation;
import io.opportune.protocol.codec.ContextUpdateEncoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.DecisionResponseEncoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.DiscountType;
import io.opportune.protocol.codec.EventAckEncoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.HeartbeatEncoder;
import io.opportune.protocol.codec.IdentityLinkEncoder;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.LinkOperation;
import io.opportune.protocol.codec.LogoffEncoder;
import io.opportune.protocol.codec.LogonAckEncoder;
import io.opportune.protocol.codec.LogonEncoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import io.opportune.protocol.codec.RejectEncoder;
import io.opportune.protocol.codec.RejectReason;
import io.opportune.protocol.codec.ResolveRequestEncoder;
import io.opportune.protocol.codec.ResolveResponseEncoder;
import io.opportune.protocol.codec.TextKind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/** One whole frame of every message, each field with a value of its own; the golden files are made of these. */
public final class SampleMessages {
    private static final int SOFH = Sofh.HEADER_LENGTH_BYTES;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[4096]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();

    private SampleMessages() {
    }

    /**
     * Encodes all of them.
     *
     * @return message name to frame, SOFH header included, in the order of template ids.
     */
    public static Map<String, byte[]> frames() {
        final SampleMessages samples = new SampleMessages();
        final Map<String, byte[]> frames = new LinkedHashMap<>();
        frames.put("Logon", samples.logon());
        frames.put("LogonAck", samples.logonAck());
        frames.put("Heartbeat", samples.heartbeat());
        frames.put("Logoff", samples.logoff());
        frames.put("Reject", samples.reject());
        frames.put("DecisionRequest", samples.decisionRequest());
        frames.put("DecisionResponse", samples.decisionResponse());
        frames.put("EventReport", samples.eventReport());
        frames.put("EventAck", samples.eventAck());
        frames.put("ContextUpdate", samples.contextUpdate());
        frames.put("IdentityLink", samples.identityLink());
        frames.put("ContextAck", samples.contextAck());
        frames.put("ResolveRequest", samples.resolveRequest());
        frames.put("ResolveResponse", samples.resolveResponse());
        return frames;
    }

    private byte[] frame(final MessageEncoderFlyweight encoder) {
        final int lengthBytes = SOFH + MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
        Sofh.encode(buffer, 0, lengthBytes);
        return Arrays.copyOf(buffer.byteArray(), lengthBytes);
    }

    private byte[] logon() {
        return frame(new LogonEncoder().wrapAndApplyHeader(buffer, SOFH, header)
            .protocolVersion(2)
            .heartbeatIntervalMs(5_000)
            .inFlightLimit(64)
            .clientSendTimeNs(1_500_000_000_000_000_001L)
            .clientId("till-7")
            .clientKey("sesame"));
    }

    private byte[] logonAck() {
        final LogonAckEncoder encoder = new LogonAckEncoder().wrapAndApplyHeader(buffer, SOFH, header)
            .protocolVersion(2)
            .heartbeatIntervalMs(4_000)
            .inFlightLimit(256)
            .maxFrameLengthBytes(16_384)
            .maxTimeBudgetUs(100_000)
            .maxOffers(16);
        encoder.catalogueVersion().counter(3).contentHash(-4);
        encoder.serverTimeNs(1_500_000_000_000_000_009L)
            .clientSendTimeNs(1_500_000_000_000_000_001L)
            .serverVersion("0.1.0");
        return frame(encoder);
    }

    private byte[] heartbeat() {
        return frame(new HeartbeatEncoder().wrapAndApplyHeader(buffer, SOFH, header)
            .sendTimeNs(1_500_000_000_000_000_011L)
            .peerSendTimeNs(1_500_000_000_000_000_007L)
            .peerReceiveTimeNs(1_500_000_000_000_000_008L));
    }

    private byte[] logoff() {
        return frame(new LogoffEncoder().wrapAndApplyHeader(buffer, SOFH, header)
            .reason(RejectReason.SHUTTING_DOWN)
            .text("going down"));
    }

    private byte[] reject() {
        return frame(new RejectEncoder().wrapAndApplyHeader(buffer, SOFH, header)
            .correlationId(77)
            .refTemplateId(10)
            .reason(RejectReason.INVALID_FIELD)
            .text("channel 99 is not known"));
    }

    private byte[] decisionRequest() {
        final DecisionRequestEncoder encoder = new DecisionRequestEncoder().wrapAndApplyHeader(buffer, SOFH, header)
            .correlationId(101);
        encoder.requestId().high(0x0102030405060708L).low(0x1112131415161718L);
        encoder.clientSendTimeNs(1_500_000_000_000_000_021L)
            .eventTimeNs(1_490_000_000_000_000_000L)
            .timeBudgetUs(2_500)
            .placementId(31)
            .storeId(32)
            .latitudeE7(520_000_000)
            .longitudeE7(-130_000_000)
            .customerNamespace(Namespaces.LOYALTY)
            .currency(840)
            .channel(Channel.TILL)
            .moment(Moment.TENDER)
            .intent(Intent.GIFT)
            .offersWanted((short) 3);
        encoder.flags().clear().explain(true).withTexts(true);
        encoder.basketLinesCount(2)
            .next().itemId(1_029_743L).categoryId(41).quantityMilli(2_000).amountMicros(3_980_000L).currency(840)
            .next().itemId(4_006_381_333_931L).categoryId(0).quantityMilli(-1_000).amountMicros(-990_000L).currency(0);
        encoder.attributesCount(1)
            .next().attributeId(51).valueType(AttributeType.DECIMAL_MICROS).value(-52_000_000L);
        encoder.attributeTextsCount(2)
            .next().attributeId(53).text("rain")
            .next().attributeId(54).text("M\u00fcnchen");
        encoder.customerId("hh-1042");
        encoder.putRestrictions(new byte[] {1, (byte) 0xFE, 3}, 0, 3);
        return frame(encoder);
    }

    private byte[] decisionResponse() {
        final DecisionResponseEncoder encoder = new DecisionResponseEncoder().wrapAndApplyHeader(buffer, SOFH, header)
            .correlationId(101);
        encoder.decisionId().high(0x0003000000000002L).low(9);
        encoder.catalogueVersion().counter(3).contentHash(-4);
        encoder.serverTimeNs(1_500_000_000_000_000_025L)
            .timeTakenNs(43_000)
            .reason(ReasonCode.NONE.code())
            .status(DecisionStatus.OFFERS);
        encoder.offersCount(2)
            .next().offerId(61).creativeId(62).campaignId(63).currency(840).discountType(DiscountType.PERCENT_OFF)
            .valueMicros(1_200_000L).discountValue(1_000).propensity(0.05).score(60_000.0)
            .expiryNs(1_500_000_100_000_000_000L)
            .next().offerId(64).creativeId(0).campaignId(0).currency(0).discountType(DiscountType.GIFT)
            .valueMicros(10).discountValue(0).propensity(0.5).score(5.0)
            .expiryNs(DecisionResponseEncoder.OffersEncoder.expiryNsNullValue());
        encoder.explanationsCount(1)
            .next().offerId(65).reason(ReasonCode.OUTRANKED.code());
        encoder.textsCount(2)
            .next().offerIndex((short) 0).kind(TextKind.TITLE).text("Milk 10 % off")
            .next().offerIndex((short) 1).kind(TextKind.WHY).text("");
        return frame(encoder);
    }

    private byte[] eventReport() {
        final EventReportEncoder encoder = new EventReportEncoder().wrapAndApplyHeader(buffer, SOFH, header)
            .correlationId(102);
        encoder.eventId().high(0x2122232425262728L).low(0x3132333435363738L);
        encoder.decisionId().high(0x0003000000000002L).low(9);
        encoder.clientSendTimeNs(1_500_000_000_000_000_031L)
            .eventTimeNs(1_490_000_000_000_000_005L)
            .amountMicros(-7_000_000L)
            .offerId(61)
            .creativeId(62)
            .placementId(31)
            .storeId(32)
            .customerNamespace(Namespaces.HOUSEHOLD)
            .currency(978)
            .channel(Channel.SELF_CHECKOUT)
            .intent(Intent.BUYING)
            .eventType(EventType.RETURN)
            .minToWinMicros(2_500_000L)
            .lossReason(102);
        encoder.basketLinesCount(1)
            .next().itemId(-5).categoryId(42).quantityMilli(500).amountMicros(-7_000_000L).currency(978);
        encoder.customerId("1042");
        return frame(encoder);
    }

    private byte[] eventAck() {
        final EventAckEncoder encoder = new EventAckEncoder().wrapAndApplyHeader(buffer, SOFH, header)
            .correlationId(102);
        encoder.eventId().high(0x2122232425262728L).low(0x3132333435363738L);
        return frame(encoder.status(AckStatus.DUPLICATE).reason(ReasonCode.DUPLICATE_EVENT.code()));
    }

    private byte[] contextUpdate() {
        final ContextUpdateEncoder encoder = new ContextUpdateEncoder().wrapAndApplyHeader(buffer, SOFH, header)
            .correlationId(103);
        encoder.eventId().high(-1).low(-2);
        encoder.clientSendTimeNs(1_500_000_000_000_000_041L)
            .eventTimeNs(ContextUpdateEncoder.eventTimeNsNullValue())
            .customerNamespace(Namespaces.APP_ACCOUNT);
        encoder.operationsCount(2)
            .next().operation(ContextOperation.GRANT_CONSENT).valueType(AttributeType.NULL_VAL)
            .id(Consent.PERSONALISATION | Consent.LOCATION).value(0)
            .next().operation(ContextOperation.SET_ATTRIBUTE).valueType(AttributeType.TEXT).id(71).value(72);
        encoder.attributeTextsCount(1)
            .next().attributeId(71).text("gold");
        encoder.customerId("app-9");
        return frame(encoder);
    }

    private byte[] identityLink() {
        final IdentityLinkEncoder encoder = new IdentityLinkEncoder().wrapAndApplyHeader(buffer, SOFH, header)
            .correlationId(104);
        encoder.eventId().high(3).low(4);
        encoder.clientSendTimeNs(1_500_000_000_000_000_051L)
            .eventTimeNs(1_490_000_000_000_000_007L)
            .customerNamespace(Namespaces.LOYALTY)
            .otherNamespace(Namespaces.HOUSEHOLD)
            .operation(LinkOperation.LINK);
        return frame(encoder.customerId("card-1").otherId("hh-1042"));
    }

    private byte[] contextAck() {
        final ContextAckEncoder encoder = new ContextAckEncoder().wrapAndApplyHeader(buffer, SOFH, header)
            .correlationId(104);
        encoder.eventId().high(3).low(4);
        return frame(encoder.status(AckStatus.REJECTED).reason(ReasonCode.LINK_NOT_PERMITTED.code()));
    }

    private byte[] resolveRequest() {
        final ResolveRequestEncoder encoder = new ResolveRequestEncoder().wrapAndApplyHeader(buffer, SOFH, header)
            .correlationId(105);
        encoder.namesCount(2)
            .next().kind(NameKind.PLACEMENT).name("checkout")
            .next().kind(NameKind.STORE).name("309");
        return frame(encoder);
    }

    private byte[] resolveResponse() {
        final ResolveResponseEncoder encoder = new ResolveResponseEncoder().wrapAndApplyHeader(buffer, SOFH, header)
            .correlationId(105);
        encoder.catalogueVersion().counter(3).contentHash(-4);
        encoder.idsCount(2)
            .next().id(31)
            .next().id(0);
        return frame(encoder);
    }
}
