package io.opportune.engine.gateway.binary;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes come in, however they are cut: the frame reader finds the same frames, and what the bounds check lets
 * pass can be decoded to the last field without reading beyond its frame.
 *
 * <p>{@code mvn verify} fuzzes for one minute, coverage-guided (Jazzer), in a JVM of its own; {@code -Djazzer.fuzz=0}
 * only tries the seeds. For five minutes:
 * <pre>
 *   JAZZER_FUZZ=1 mvn -pl engine -am test -Dtest='FrameReaderFuzzTest#shouldWithstandAnyBytesForFiveMinutes' \
 *       -Dexcluded.test.tags=none -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 * What it learns is kept in {@code .cifuzz-corpus} and used by the next run; an input that fails is written to
 * {@code src/test/resources} beside this class's package, where ordinary runs try it again.
 */
class FrameReaderFuzzTest {
    private static final int MAX_FRAME_LENGTH_BYTES = 2048;

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "1m")
    void shouldWithstandAnyBytes(final byte[] input) {
        check(input);
    }

    @Tag("slow")
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5m")
    void shouldWithstandAnyBytesForFiveMinutes(final byte[] input) {
        check(input);
    }

    /** The first byte says how the rest is cut into reads. */
    private static void check(final byte[] input) {
        if (input.length == 0) {
            return;
        }
        final byte[] stream = Arrays.copyOfRange(input, 1, input.length);
        final Frames inOnePiece = new Frames();
        inOnePiece.read(stream, Math.max(1, stream.length));
        final Frames inPieces = new Frames();
        inPieces.read(stream, 1 + (input[0] & 0xFF));
        if (!inOnePiece.found.equals(inPieces.found)) {
            throw new AssertionError("in one piece " + inOnePiece.found + ", in pieces " + inPieces.found);
        }
        if (!inOnePiece.found.equals(naive(stream))) {
            throw new AssertionError("found " + inOnePiece.found + ", there are " + naive(stream));
        }
    }

    /** The frames as somebody would find them who has the whole stream and all the time. */
    private static List<String> naive(final byte[] stream) {
        final List<String> found = new ArrayList<>();
        int position = 0;
        while (stream.length - position >= 6) {
            final long lengthBytes = (stream[position] & 0xFFL) << 24 | (stream[position + 1] & 0xFFL) << 16
                | (stream[position + 2] & 0xFFL) << 8 | stream[position + 3] & 0xFFL;
            if ((stream[position + 4] & 0xFF) != 0xEB || (stream[position + 5] & 0xFF) != 0x50) {
                found.add(SessionRefusal.UNKNOWN_ENCODING.name());
                break;
            } else if (lengthBytes > MAX_FRAME_LENGTH_BYTES) {
                found.add(SessionRefusal.FRAME_TOO_LONG.name());
                break;
            } else if (lengthBytes < 14) {
                found.add(SessionRefusal.FRAME_TOO_SHORT.name());
                break;
            } else if (lengthBytes > stream.length - position) {
                break;
            }
            final int end = position + (int) lengthBytes;
            found.add(description(Arrays.copyOfRange(stream, position + 6, end)));
            position = end;
        }
        return found;
    }

    private static String description(final byte[] message) {
        return message.length + " bytes, hash " + Arrays.hashCode(message);
    }

    static Stream<byte[]> seeds() {
        final List<byte[]> messages = new ArrayList<>(Decoding.samples());
        Collections.addAll(messages, WireClient.request(1, 3), WireClient.heartbeat(2), WireClient.logoff(),
            WireClient.logon(1, 1000, 1, "till", "key"), WireClient.request(1, 0));
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        messages.forEach(all::writeBytes);
        messages.add(all.toByteArray());
        messages.add(Arrays.copyOf(all.toByteArray(), all.size() - 1));
        messages.add(new byte[] {0, 0, 0, 13, (byte) 0xEB, 0x50});
        messages.add(new byte[] {-1, -1, -1, -1, (byte) 0xEB, 0x50});
        messages.add("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return messages.stream().flatMap(message -> Stream.of(0, 6, 255).map(cut -> {
            final byte[] input = new byte[1 + message.length];
            input[0] = cut.byteValue();
            System.arraycopy(message, 0, input, 1, message.length);
            return input;
        }));
    }

    /** Lists the frames that a reader finds, and decodes those that are said to be good. */
    private static final class Frames implements FrameHandler {
        private final List<String> found = new ArrayList<>();

        void read(final byte[] stream, final int pieceLengthBytes) {
            final FrameReader reader = new FrameReader(MAX_FRAME_LENGTH_BYTES, this);
            for (int position = 0; position < stream.length; position += pieceLengthBytes) {
                final int end = Math.min(stream.length, position + pieceLengthBytes);
                // A copy that ends where the piece ends, so that reading beyond it is an error.
                final byte[] piece = Arrays.copyOfRange(stream, position, end);
                reader.onBytes(new UnsafeBuffer(piece), 0, piece.length);
                if (reader.tailLengthBytes() > MAX_FRAME_LENGTH_BYTES) {
                    throw new AssertionError("keeps " + reader.tailLengthBytes() + " bytes");
                }
            }
        }

        @Override
        public boolean onFrame(final DirectBuffer buffer, final int offset, final int lengthBytes) {
            final byte[] message = new byte[lengthBytes];
            buffer.getBytes(offset, message);
            found.add(description(message));
            if (MessageBounds.check(buffer, offset, lengthBytes) == MessageBounds.OK) {
                final int templateId = buffer.getShort(offset + 2, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
                // Again on a buffer that ends where the message ends, so that reading beyond it is an error.
                Decoding.decodeAll(templateId, new UnsafeBuffer(message), new MessageHeaderDecoder());
            }
            MessageBounds.correlationId(buffer, offset, lengthBytes);
            return true;
        }

        @Override
        public void onBrokenFraming(final SessionRefusal refusal) {
            found.add(refusal.name());
        }
    }
}
