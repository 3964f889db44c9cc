package io.opportune.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DiscountType;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.LogonAckDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The rules of EVOLUTION.md: today's codecs against those of a made-up next version, both ways. */
class EvolutionTest {
    private static final int SOFH = Sofh.HEADER_LENGTH_BYTES;

    /** The version that the made-up one follows. */
    private static final int TODAY = 2;

    private static UnsafeBuffer golden(final String message) {
        return new UnsafeBuffer(GoldenFiles.frame(TODAY, message));
    }

    private static io.opportune.protocol.codec.v3.MessageHeaderDecoder newerHeader() {
        return new io.opportune.protocol.codec.v3.MessageHeaderDecoder();
    }

    @Test
    void shouldLetANewerServerReadAnOlderClientsRequest() {
        final UnsafeBuffer buffer = golden("DecisionRequest");
        final io.opportune.protocol.codec.v3.DecisionRequestDecoder request =
            new io.opportune.protocol.codec.v3.DecisionRequestDecoder();
        request.wrapAndApplyHeader(buffer, SOFH, newerHeader());
        assertTrue(FieldTexts.contains(request.toString(), GoldenFiles.text(TODAY, "DecisionRequest")),
            request.toString());
        request.sbeRewind();
        assertEquals(io.opportune.protocol.codec.v3.DecisionRequestDecoder.weatherIdNullValue(), request.weatherId());
        assertFalse(request.flags().withImages());
        final io.opportune.protocol.codec.v3.DecisionRequestDecoder.BasketLinesDecoder lines = request.basketLines();
        while (lines.hasNext()) {
            assertEquals(Long.MIN_VALUE, lines.next().taxMicros());
        }
        request.sbeSkip();
        assertEquals("", request.locale());
    }

    @Test
    void shouldLetANewerClientReadAnOlderServersAnswers() {
        final io.opportune.protocol.codec.v3.DecisionResponseDecoder response =
            new io.opportune.protocol.codec.v3.DecisionResponseDecoder();
        response.wrapAndApplyHeader(golden("DecisionResponse"), SOFH, newerHeader());
        assertTrue(FieldTexts.contains(response.toString(), GoldenFiles.text(TODAY, "DecisionResponse")),
            response.toString());
        response.sbeRewind();
        assertEquals(0, response.experimentId());
        response.offers().forEach(offer -> assertEquals(0, offer.imageId()));
        response.explanations().forEach(explanation -> assertEquals(65, explanation.offerId()));
        response.texts().forEach(text -> text.skipText());
        assertEquals(0, response.alternatives().count());

        final io.opportune.protocol.codec.v3.LogonAckDecoder logonAck =
            new io.opportune.protocol.codec.v3.LogonAckDecoder();
        logonAck.wrapAndApplyHeader(golden("LogonAck"), SOFH, newerHeader());
        assertEquals(io.opportune.protocol.codec.v3.LogonAckDecoder.maxSessionsNullValue(), logonAck.maxSessions());
        assertEquals("0.1.0", logonAck.serverVersion());
        assertEquals("", logonAck.region());

        final io.opportune.protocol.codec.v3.EventAckDecoder eventAck =
            new io.opportune.protocol.codec.v3.EventAckDecoder();
        eventAck.wrapAndApplyHeader(golden("EventAck"), SOFH, newerHeader());
        assertEquals(io.opportune.protocol.codec.v3.EventAckDecoder.sequenceNullValue(), eventAck.sequence());
    }

    @Test
    void shouldLetAnOlderServerReadANewerClientsRequest() {
        final byte[] frame = NewerMessages.decisionRequest();
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        assertEquals(MessageBounds.OK, MessageBounds.check(buffer, SOFH, frame.length - SOFH));
        final DecisionRequestDecoder request =
            new DecisionRequestDecoder().wrapAndApplyHeader(buffer, SOFH, new MessageHeaderDecoder());
        assertEquals(101, request.correlationId());
        assertEquals(Channel.SBE_UNKNOWN, request.channel());
        assertTrue(request.flags().explain());
        final DecisionRequestDecoder.BasketLinesDecoder lines = request.basketLines();
        assertEquals(2, lines.count());
        assertEquals(1, lines.next().itemId());
        assertEquals(20, lines.amountMicros());
        assertEquals(3, lines.next().itemId());
        assertEquals(40, lines.amountMicros());
        assertEquals(0, request.attributes().count());
        final DecisionRequestDecoder.AttributeTextsDecoder texts = request.attributeTexts();
        assertEquals("rain", texts.next().text());
        assertEquals("hh-1042", request.customerId());
        assertEquals(2, request.restrictionsLength());
    }

    @Test
    void shouldReadARequestOfVersionOneAsOneWithoutRestrictions() {
        final UnsafeBuffer buffer = new UnsafeBuffer(GoldenFiles.frame(1, "DecisionRequest"));
        final DecisionRequestDecoder request =
            new DecisionRequestDecoder().wrapAndApplyHeader(buffer, SOFH, new MessageHeaderDecoder());
        request.basketLines().forEach(line -> { });
        request.attributes().forEach(attribute -> { });
        request.attributeTexts().forEach(text -> text.skipText());
        assertEquals("hh-1042", request.customerId());
        assertEquals(buffer.capacity(), request.limit());
        assertEquals(0, request.restrictionsLength());
        assertEquals(0, request.skipRestrictions());
        assertEquals(buffer.capacity(), request.limit());
    }

    @Test
    void shouldReadAnEventOfVersionOneAsOneWithoutWhatALostBidSays() {
        final EventReportDecoder report = new EventReportDecoder().wrapAndApplyHeader(
            new UnsafeBuffer(GoldenFiles.frame(1, "EventReport")), SOFH, new MessageHeaderDecoder());
        assertEquals(EventReportDecoder.minToWinMicrosNullValue(), report.minToWinMicros());
        assertEquals(EventReportDecoder.lossReasonNullValue(), report.lossReason());
        assertEquals("1042", skipLines(report).customerId());
    }

    /** What a server of version 1 does with a report of version 2: it goes by the block length that travels along. */
    @Test
    void shouldFindTheSameGroupsBehindALongerBlock() {
        final EventReportDecoder report = new EventReportDecoder().wrapAndApplyHeader(
            golden("EventReport"), SOFH, new MessageHeaderDecoder());
        assertEquals(2_500_000L, report.minToWinMicros());
        assertEquals(102, report.lossReason());
        assertEquals("1042", skipLines(report).customerId());
    }

    private static EventReportDecoder skipLines(final EventReportDecoder report) {
        report.basketLines().forEach(line -> assertEquals(-5, line.itemId()));
        return report;
    }

    @Test
    void shouldLetAnOlderClientReadANewerServersAnswers() {
        final byte[] frame = NewerMessages.decisionResponse(101);
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        assertEquals(MessageBounds.OK, MessageBounds.check(buffer, SOFH, frame.length - SOFH));
        final DecisionResponseDecoder response =
            new DecisionResponseDecoder().wrapAndApplyHeader(buffer, SOFH, new MessageHeaderDecoder());
        assertEquals(101, response.correlationId());
        final DecisionResponseDecoder.OffersDecoder offers = response.offers();
        assertEquals(2, offers.count());
        assertEquals(61, offers.next().offerId());
        assertEquals(DiscountType.SBE_UNKNOWN, offers.discountType());
        assertEquals(62, offers.next().offerId());
        assertEquals(0.25, offers.score());
        assertEquals(65, response.explanations().next().offerId());
        assertEquals("Milk", response.texts().next().text());

        final byte[] ack = NewerMessages.logonAck();
        assertEquals(MessageBounds.OK, MessageBounds.check(new UnsafeBuffer(ack), SOFH, ack.length - SOFH));
        final LogonAckDecoder logonAck = new LogonAckDecoder()
            .wrapAndApplyHeader(new UnsafeBuffer(ack), SOFH, new MessageHeaderDecoder());
        assertEquals(3, logonAck.protocolVersion());
        assertEquals("3.0.0", logonAck.serverVersion());
    }

    @Test
    void shouldKnowThatANewerMessageIsUnknownRatherThanBroken() {
        final byte[] notice = NewerMessages.notice();
        assertEquals(MessageBounds.UNKNOWN_TEMPLATE,
            MessageBounds.check(new UnsafeBuffer(notice), SOFH, notice.length - SOFH));
    }
}
