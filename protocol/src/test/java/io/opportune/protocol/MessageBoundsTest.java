package io.opportune.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.NameKind;
import io.opportune.protocol.codec.RejectReason;
import io.opportune.protocol.codec.ResolveRequestEncoder;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.junit.jupiter.api.Test;

class MessageBoundsTest {
    private static final int SOFH = Sofh.HEADER_LENGTH_BYTES;

    private static int check(final byte[] frame) {
        return MessageBounds.check(new UnsafeBuffer(frame), SOFH, frame.length - SOFH);
    }

    private static byte[] withUint16(final byte[] frame, final int offset, final int value) {
        final byte[] changed = frame.clone();
        new UnsafeBuffer(changed).putShort(offset, (short) value, ByteOrder.LITTLE_ENDIAN);
        return changed;
    }

    @Test
    void shouldAcceptEveryMessage() {
        SampleMessages.frames().forEach((name, frame) -> assertEquals(MessageBounds.OK, check(frame), name));
    }

    @Test
    void shouldHaveOneSamplePerTemplate() {
        assertEquals(MessageTexts.decoders().count(), SampleMessages.frames().size());
    }

    @Test
    void shouldRefuseEveryTruncation() {
        SampleMessages.frames().forEach((name, frame) -> {
            for (int length = 0; length < frame.length - SOFH; length++) {
                final int code = MessageBounds.check(new UnsafeBuffer(frame), SOFH, length);
                assertEquals(MessageBounds.MALFORMED, code, name + " cut to " + length);
            }
        });
    }

    @Test
    void shouldRefuseTrailingBytesUnlessThePeerIsNewer() {
        SampleMessages.frames().forEach((name, frame) -> {
            final byte[] longer = Arrays.copyOf(frame, frame.length + 3);
            assertEquals(MessageBounds.MALFORMED, check(longer), name);
            final byte[] newer = withUint16(longer, SOFH + 6, MessageHeaderDecoder.SCHEMA_VERSION + 1);
            assertEquals(MessageBounds.OK, check(newer), name);
        });
    }

    @Test
    void shouldKnowTheBlockLengthsOfThisVersion() {
        MessageTexts.decoders().forEach((final MessageDecoderFlyweight decoder) -> {
            final byte[] frame = SampleMessages.frames().get(nameOf(decoder));
            final int blockLength = decoder.sbeBlockLength();
            assertEquals(MessageBounds.OK, check(frame));
            // One byte less than its version has is too short, whatever follows.
            assertEquals(MessageBounds.MALFORMED, check(withUint16(frame, SOFH, blockLength - 1)), nameOf(decoder));
        });
    }

    @Test
    void shouldKnowTheBlockLengthsOfVersionOne() {
        SampleMessages.frames().keySet().forEach(name -> {
            final byte[] frame = GoldenFiles.frame(1, name);
            final int blockLength = new UnsafeBuffer(frame).getShort(SOFH, ByteOrder.LITTLE_ENDIAN);
            assertEquals(MessageBounds.OK, check(frame), name);
            assertEquals(MessageBounds.MALFORMED, check(withUint16(frame, SOFH, blockLength - 1)), name);
        });
    }

    /** From the version on that appended it, decoders read it: then it must be there. */
    @Test
    void shouldAskForWhatAVersionAppended() {
        for (final String name : new String[] {"DecisionRequest", "EventReport"}) {
            assertEquals(MessageBounds.MALFORMED, check(withUint16(GoldenFiles.frame(1, name), SOFH + 6, 2)), name);
        }
    }

    @Test
    void shouldRefuseForeignSchemasAndTemplatesAndVersionZero() {
        final byte[] frame = SampleMessages.frames().get("DecisionRequest");
        assertEquals(MessageBounds.UNKNOWN_SCHEMA, check(withUint16(frame, SOFH + 4, 2)));
        assertEquals(MessageBounds.UNKNOWN_TEMPLATE, check(withUint16(frame, SOFH + 2, 9)));
        assertEquals(MessageBounds.UNKNOWN_TEMPLATE, check(withUint16(frame, SOFH + 2, 65_535)));
        assertEquals(MessageBounds.MALFORMED, check(withUint16(frame, SOFH + 6, 0)));
    }

    @Test
    void shouldRefuseGroupCountsBeyondTheFrame() {
        final byte[] frame = SampleMessages.frames().get("DecisionRequest");
        final int group = SOFH + MessageBounds.MESSAGE_HEADER_BYTES + 69;
        assertEquals(MessageBounds.MALFORMED, check(withUint16(frame, group + 2, 65_535)));
        assertEquals(MessageBounds.MALFORMED, check(withUint16(frame, group, 65_535)));
        assertEquals(MessageBounds.MALFORMED, check(withUint16(frame, group, 0)));
        assertEquals(MessageBounds.MALFORMED, check(withUint16(frame, group, 25)));
    }

    @Test
    void shouldRefuseCountsAndTextsAboveTheirLimits() {
        assertEquals(MessageBounds.OK, check(resolveRequest(MessageBounds.MAX_NAMES, 1)));
        assertEquals(MessageBounds.LIMIT_EXCEEDED, check(resolveRequest(MessageBounds.MAX_NAMES + 1, 1)));
        assertEquals(MessageBounds.OK, check(resolveRequest(1, MessageBounds.MAX_NAME_BYTES)));
        assertEquals(MessageBounds.LIMIT_EXCEEDED, check(resolveRequest(1, MessageBounds.MAX_NAME_BYTES + 1)));
    }

    @Test
    void shouldUseTheValuesOfRejectReason() {
        assertEquals(RejectReason.UNKNOWN_SCHEMA, RejectReason.get(MessageBounds.UNKNOWN_SCHEMA));
        assertEquals(RejectReason.UNKNOWN_TEMPLATE, RejectReason.get(MessageBounds.UNKNOWN_TEMPLATE));
        assertEquals(RejectReason.MALFORMED_MESSAGE, RejectReason.get(MessageBounds.MALFORMED));
        assertEquals(RejectReason.INVALID_FIELD, RejectReason.get(MessageBounds.LIMIT_EXCEEDED));
    }

    @Test
    void shouldReadTheCorrelationIdOfABrokenMessage() {
        final Map<String, byte[]> frames = SampleMessages.frames();
        final UnsafeBuffer request = new UnsafeBuffer(frames.get("DecisionRequest"));
        assertEquals(101, MessageBounds.correlationId(request, SOFH, 20));
        assertEquals(0, MessageBounds.correlationId(request, SOFH, 15));
        final byte[] logon = frames.get("Logon");
        assertEquals(0, MessageBounds.correlationId(new UnsafeBuffer(logon), SOFH, logon.length - SOFH));
    }

    /** The generated decoders, reading every field of a frame that holds nothing else, are the oracle. */
    @Test
    void shouldNeverLetADecoderReadBeyondTheFrame() {
        final long seed = 20_260_101L;
        final Random random = new Random(seed);
        final byte[][] frames = Stream.concat(SampleMessages.frames().values().stream(),
            SampleMessages.frames().keySet().stream().map(name -> GoldenFiles.frame(1, name))).toArray(byte[][]::new);
        int accepted = 0;
        for (int i = 0; i < 200_000; i++) {
            final byte[] frame = mutated(random, frames[random.nextInt(frames.length)]);
            if (check(frame) == MessageBounds.OK) {
                accepted++;
                try {
                    assertNotEquals("", MessageTexts.text(frame));
                } catch (final IndexOutOfBoundsException e) {
                    fail("seed " + seed + ", round " + i + ": " + Arrays.toString(frame), e);
                }
            }
        }
        assertTrue(accepted > 10_000, "too few mutants were accepted to prove anything: " + accepted);
    }

    private static byte[] mutated(final Random random, final byte[] original) {
        final int change = random.nextInt(-8, 9);
        final byte[] frame = Arrays.copyOf(original,
            Math.max(Sofh.MIN_FRAME_LENGTH_BYTES, random.nextInt(4) == 0 ? original.length + change : original.length));
        final int changes = random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            // Half of the changes hit the header, where they hurt most; small numbers are likelier to be accepted.
            final int offset = random.nextInt(4) == 0 ? SOFH + random.nextInt(8) : random.nextInt(SOFH, frame.length);
            frame[offset] = (byte) (random.nextBoolean() ? random.nextInt() : frame[offset] + random.nextInt(-2, 3));
        }
        return frame;
    }

    private static byte[] resolveRequest(final int count, final int nameBytes) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[8192]);
        final ResolveRequestEncoder encoder = new ResolveRequestEncoder().wrapAndApplyHeader(
            buffer, SOFH, new MessageHeaderEncoder());
        encoder.correlationId(1);
        final ResolveRequestEncoder.NamesEncoder names = encoder.namesCount(count);
        for (int i = 0; i < count; i++) {
            names.next().kind(NameKind.OFFER).name("n".repeat(nameBytes));
        }
        return Arrays.copyOf(buffer.byteArray(), SOFH + MessageBounds.MESSAGE_HEADER_BYTES + encoder.encodedLength());
    }

    private static String nameOf(final MessageDecoderFlyweight decoder) {
        return decoder.getClass().getSimpleName().replace("Decoder", "");
    }
}
