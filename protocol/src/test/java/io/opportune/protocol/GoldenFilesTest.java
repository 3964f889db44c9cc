package io.opportune.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.Moment;
import java.io.IOException;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every frame that a version ever wrote must decode to the same values for good. */
class GoldenFilesTest {
    private static final int VERSION = 2;

    /** Only for messages that have no files yet: what is there is never written again. */
    @BeforeAll
    static void regenerate() throws IOException {
        if (ProjectFiles.REGENERATE && MessageHeaderDecoder.SCHEMA_VERSION == VERSION) {
            for (final Map.Entry<String, byte[]> entry : SampleMessages.frames().entrySet()) {
                final byte[] frame = entry.getValue();
                GoldenFiles.writeMissing(VERSION, entry.getKey(), frame, MessageTexts.text(frame));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, VERSION})
    void shouldDecodeEveryMessageOfEveryVersionToItsValues(final int version) {
        for (final String message : SampleMessages.frames().keySet()) {
            final byte[] frame = GoldenFiles.frame(version, message);
            assertEquals(MessageBounds.OK,
                MessageBounds.check(new UnsafeBuffer(frame), 6, frame.length - 6), message);
            assertTrue(FieldTexts.contains(MessageTexts.text(frame), GoldenFiles.text(version, message)),
                message + " decodes to\n" + MessageTexts.text(frame) + "\nexpected\n"
                    + GoldenFiles.text(version, message));
        }
    }

    @Test
    void shouldStillEncodeTheNewestVersionByteForByte() {
        assertEquals(VERSION, MessageHeaderDecoder.SCHEMA_VERSION,
            "the schema has moved on: keep v2 as it is, add golden files of the new version");
        SampleMessages.frames().forEach((message, frame) ->
            assertArrayEquals(GoldenFiles.frame(VERSION, message), frame,
                message + "; only if no release has it: delete its files and " + ProjectFiles.HOW_TO_REGENERATE));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, VERSION})
    void shouldReadTheFieldsOfADecisionRequest(final int version) {
        final UnsafeBuffer buffer = new UnsafeBuffer(GoldenFiles.frame(version, "DecisionRequest"));
        final DecisionRequestDecoder request =
            new DecisionRequestDecoder().wrapAndApplyHeader(buffer, 6, new MessageHeaderDecoder());
        assertEquals(101, request.correlationId());
        assertEquals(0x1112131415161718L, request.requestId().low());
        assertEquals(Channel.TILL, request.channel());
        assertEquals(Moment.TENDER, request.moment());
        assertTrue(request.flags().explain());
        final DecisionRequestDecoder.BasketLinesDecoder lines = request.basketLines();
        assertEquals(2, lines.count());
        assertEquals(1_029_743L, lines.next().itemId());
        assertEquals(-990_000L, lines.next().amountMicros());
        assertEquals(-52_000_000L, request.attributes().next().value());
        final DecisionRequestDecoder.AttributeTextsDecoder texts = request.attributeTexts();
        assertEquals("rain", texts.next().text());
        assertEquals("M\u00fcnchen", texts.next().text());
        assertEquals("hh-1042", request.customerId());
        assertEquals(version == 1 ? 0 : 3, request.restrictionsLength());
    }

    @Test
    void shouldNoticeAValueThatChanged() {
        final String text = GoldenFiles.text(VERSION, "EventAck");
        assertTrue(FieldTexts.contains(text + "|sequence=5", text));
        assertFalse(FieldTexts.contains(text.replace("DUPLICATE", "ACCEPTED"), text));
        assertFalse(FieldTexts.contains(text.replace("correlationId=102|", ""), text));
    }
}
