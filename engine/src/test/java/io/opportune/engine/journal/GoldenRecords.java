package io.opportune.engine.journal;

import io.opportune.engine.journal.codec.NameKind;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.ContextOperation;
import io.opportune.protocol.codec.ContextUpdateEncoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.DecisionResponseEncoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.DiscountType;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.TextKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/** One record of each template, the same bytes on every run. What each version wrote lies in golden files. */
final class GoldenRecords {
    private static final long TIME_NS = 1_483_228_800_123_456_789L;
    private static final long HIGH = 0x0123_4567_89AB_CDEFL;
    private static final long LOW = 0xFEDC_BA98_7654_3210L;
    /** Counts one more of key 5 within a week, for a person of a household in a session of 30 minutes. */
    private static final byte[] COUNTS = {1, 0, 77, 0, 8, 7, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0};

    private final RecordWriter writer = new RecordWriter(1, 64 << 10);
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[16 << 10]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final Map<String, byte[]> records = new LinkedHashMap<>();
    private long sequence;

    private GoldenRecords() {
        writer.term(3);
    }

    /** Template name to bytes. */
    static Map<String, byte[]> all() {
        final GoldenRecords golden = new GoldenRecords();
        golden.withMessages();
        golden.identity();
        golden.control();
        return golden.records;
    }

    private void withMessages() {
        final byte[] request = request();
        final byte[] response = response();
        next().decision()
            .requestIdHigh(LOW).requestIdLow(HIGH)
            .catalogueCounter(12).catalogueHash(0xCAFE_BABE_0000_0001L)
            .modelEpoch(4).controlEpoch(5).candidateCount(17).scoredCount(16).timeTakenNs(21_500).clientIndex(2)
            .affinityTable(0x0000_0003_DEAD_BEEFL)
            .putRequest(request, 0, request.length)
            .putResponse(response, 0, response.length)
            .putReservations(entries("0a000000 40010000 00000000 00000000 80841e0000000000 100e0000"), 0, 28)
            .putCounts(COUNTS, 0, COUNTS.length)
            .putWithheld(entries("14000000 9d01 1e000000 9e01"), 0, 12)
            .putChoice(entries("02060101 02000100 000000000000e03f 0a000000 0b000000 00000000 000000000000b03f"
                + "000000000000d03f 0b000000 efcdab8967452301 000020c0 0000403f"), 0, 64)
            .putFeatures(entries("01000102 4d000000 efbeadde 0000803f"
                + "01020000 05000000 06000000 100e0000 0000803d efcdab89 0000003f"
                + "00000000 05000000 00000000 00000000 00000000"), 0, 64);
        keep("DecisionRecord");
        final byte[] report = report();
        next().event().clientIndex(2).putReport(report, 0, report.length)
            .putSettlement(entries("01000000 40010000 00000000 00000000 80841e0000000000"), 0, 24)
            .putCounts(COUNTS, 0, COUNTS.length);
        keep("EventRecord");
        final byte[] update = update();
        next().context().clientIndex(0).putUpdate(update, 0, update.length);
        keep("ContextRecord");
    }

    private void identity() {
        next().erasure().eventIdHigh(11).eventIdLow(12);
        keep("ErasureRecord");
        next().mergeOut().eventIdHigh(11).eventIdLow(13).target().high(LOW).low(HIGH);
        keep("MergeOutRecord");
        final var mergeIn = next().mergeIn();
        mergeIn.eventIdHigh(11).eventIdLow(13).source().high(LOW).low(HIGH);
        mergeIn.person(77);
        mergeIn.putProfile(new byte[] {1, 2, 3, (byte) 0xFF}, 0, 4);
        keep("MergeInRecord");
        next().mergeDone().target().high(LOW).low(HIGH);
        keep("MergeDoneRecord");
        final var unlink = next().unlink();
        unlink.eventIdHigh(11).eventIdLow(14).member().high(1).low(2);
        unlink.freshRoot().high(3).low(4);
        keep("UnlinkRecord");
        next().erasure().eventIdHigh(11).eventIdLow(15);
        RecordRedaction.whole(writer.buffer(), 0, writer.length());
        keep("RedactedRecord");
    }

    private void control() {
        control(1).catalogue().catalogueCounter(13).catalogueHash(0xCAFE_BABE_0000_0002L);
        keep("CatalogueRecord");
        control(4).hold().controlEpoch(5).registryId(10).target((short) 1).reason((short) 1).held((short) 1);
        keep("HoldRecord");
        control(5).model().modelEpoch(6).examples(1_000_000)
            .checksum(0x0123_4567_89AB_CDEFL).kind((short) 1).pendingBytes(1 << 26)
            .champion("house:1 bayes").shadow("fast:2 ftrl")
            .putPositions(entries("00000000 0200000001000000 01000000 0300000001000000"), 0, 24);
        keep("ModelRecord");
        control(2).termRecord().serverVersion("0.1.0");
        keep("TermRecord");
        control(3).name().id(42).kind(NameKind.CATEGORY).name("FROMAGE \"frais\"\té");
        keep("NameRecord");
    }

    private static byte[] entries(final String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private RecordWriter next() {
        sequence++;
        return writer.at(7, sequence, TIME_NS + sequence, TIME_NS + 1_000_000_000L, HIGH, LOW);
    }

    private RecordWriter control(final long controlSequence) {
        return writer.at(RecordHeaderFlyweight.CONTROL_PARTITION, controlSequence, TIME_NS, TIME_NS, 0, 0);
    }

    private void keep(final String template) {
        records.put(template, copy(writer.buffer(), writer.length()));
    }

    private byte[] request() {
        final DecisionRequestEncoder m = new DecisionRequestEncoder().wrapAndApplyHeader(message, 0, header);
        m.correlationId(-1).clientSendTimeNs(TIME_NS).eventTimeNs(DecisionRequestEncoder.eventTimeNsNullValue())
            .timeBudgetUs(5000).placementId(3).storeId(9).latitudeE7(401_000_000).longitudeE7(-742_000_000)
            .customerNamespace(1).currency(840).channel(Channel.TILL).moment(Moment.BASKET_UPDATE)
            .intent(Intent.BUYING).offersWanted((short) 2);
        m.requestId().high(LOW).low(HIGH);
        m.flags().clear().explain(true);
        m.basketLinesCount(2)
            .next().itemId(1_029_743L).categoryId(4).quantityMilli(2000).amountMicros(3_490_000).currency(0)
            .next().itemId(1_106_523L).categoryId(0).quantityMilli(-1000).amountMicros(-1_250_000).currency(978);
        m.attributesCount(2)
            .next().attributeId(1).valueType(AttributeType.BOOLEAN).value(1)
            .next().attributeId(2).valueType(AttributeType.TIME_EPOCH_NS).value(TIME_NS);
        m.attributeTextsCount(1).next().attributeId(5).text("grüne Wiese");
        m.customerId("");
        return asVersion1(
            copy(message, MessageHeaderEncoder.ENCODED_LENGTH + m.encodedLength()), 69, m.sbeBlockLength());
    }

    private byte[] response() {
        final DecisionResponseEncoder m = new DecisionResponseEncoder().wrapAndApplyHeader(message, 0, header);
        m.correlationId(-1).serverTimeNs(TIME_NS).timeTakenNs(20_100).reason(0).status(DecisionStatus.OFFERS);
        m.decisionId().high(7L << 48 | 3).low(1);
        m.catalogueVersion().counter(12).contentHash(0xCAFE_BABE_0000_0001L);
        m.offersCount(1).next().offerId(10).creativeId(11).campaignId(12).currency(840)
            .discountType(DiscountType.PERCENT_OFF).valueMicros(1_200_000).discountValue(1000)
            .propensity(0.05).score(60_000.0).expiryNs(TIME_NS + 1);
        m.explanationsCount(2).next().offerId(20).reason(405).next().offerId(21).reason(999);
        m.textsCount(1).next().offerIndex((short) 0).kind(TextKind.TITLE).text("Milk 10 % off");
        return asVersion1(
            copy(message, MessageHeaderEncoder.ENCODED_LENGTH + m.encodedLength()), 55, m.sbeBlockLength());
    }

    private byte[] report() {
        final EventReportEncoder m = new EventReportEncoder().wrapAndApplyHeader(message, 0, header);
        m.correlationId(77).clientSendTimeNs(TIME_NS).eventTimeNs(TIME_NS - 5).amountMicros(4_740_000).offerId(10)
            .creativeId(11).placementId(3).storeId(9).customerNamespace(2).currency(840).channel(Channel.TILL)
            .intent(Intent.UNKNOWN).eventType(EventType.PURCHASE);
        m.eventId().high(21).low(22);
        m.decisionId().high(7L << 48 | 3).low(1);
        m.basketLinesCount(1)
            .next().itemId(1_029_743L).categoryId(4).quantityMilli(1000).amountMicros(1_745_000).currency(0);
        m.customerId("");
        return asVersion1(
            copy(message, MessageHeaderEncoder.ENCODED_LENGTH + m.encodedLength()), 87, m.sbeBlockLength());
    }

    private byte[] update() {
        final ContextUpdateEncoder m = new ContextUpdateEncoder().wrapAndApplyHeader(message, 0, header);
        m.correlationId(78).clientSendTimeNs(TIME_NS).eventTimeNs(TIME_NS).customerNamespace(1);
        m.eventId().high(23).low(24);
        m.operationsCount(2)
            .next().operation(ContextOperation.GRANT_CONSENT).valueType(AttributeType.NULL_VAL).id(3).value(0)
            .next().operation(ContextOperation.SET_ATTRIBUTE).valueType(AttributeType.DECIMAL_MICROS).id(6)
            .value(2_500_000);
        m.attributeTextsCount(0);
        m.customerId("");
        return asVersion1(
            copy(message, MessageHeaderEncoder.ENCODED_LENGTH + m.encodedLength()), 42, m.sbeBlockLength());
    }

    /** The message as version 1 of the wire schema writes it, which knows less of the block. */
    private static byte[] asVersion1(final byte[] message, final int blockLength, final int newBlockLength) {
        final int more = newBlockLength - blockLength;
        final int behind = MessageHeaderEncoder.ENCODED_LENGTH + blockLength;
        final byte[] older = Arrays.copyOf(message, message.length - more);
        System.arraycopy(message, behind + more, older, behind, older.length - behind);
        new MessageHeaderEncoder().wrap(new UnsafeBuffer(older), 0).blockLength(blockLength).version(1);
        return older;
    }

    private static byte[] copy(final UnsafeBuffer buffer, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        return bytes;
    }

    /** Text of a resource of this module. */
    static String resource(final String name) throws IOException {
        try (InputStream in = GoldenRecords.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("missing " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
