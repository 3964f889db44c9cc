package io.opportune.engine.gateway.binary;

import io.opportune.protocol.Sofh;
import java.util.Arrays;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds SOFH frames in the bytes of one connection, which may be cut anywhere. Whole frames are handed over in place;
 * only the beginning of a frame whose rest has not come is copied. Owned by the connection's event loop; knows no
 * sockets and no messages, and never throws whatever the bytes are.
 */
final class FrameReader {
    private static final byte[] NOTHING = new byte[0];
    private static final int MIN_TAIL_CAPACITY_BYTES = 256;
    private static final int BROKEN = -1;

    private final int maxFrameLengthBytes;
    private final FrameHandler handler;
    private final UnsafeBuffer tail = new UnsafeBuffer(NOTHING);
    private byte[] tailBytes = NOTHING;
    private int tailLengthBytes;
    private boolean stopped;

    FrameReader(final int maxFrameLengthBytes, final FrameHandler handler) {
        this.maxFrameLengthBytes = maxFrameLengthBytes;
        this.handler = handler;
    }

    /** Takes the next bytes of the connection, which are valid only during the call. */
    void onBytes(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        final int end = offset + lengthBytes;
        int position = offset;
        if (tailLengthBytes > 0 && !stopped) {
            position = completeTail(buffer, position, end);
        }
        while (!stopped && end - position >= Sofh.HEADER_LENGTH_BYTES) {
            final int frameLengthBytes = frameLengthBytes(buffer, position);
            if (frameLengthBytes == BROKEN || end - position < frameLengthBytes) {
                break;
            }
            handOver(buffer, position, frameLengthBytes);
            position += frameLengthBytes;
        }
        if (!stopped) {
            appendToTail(buffer, position, end - position);
        }
    }

    /** Bytes kept of a frame whose rest has not come. */
    int tailLengthBytes() {
        return tailLengthBytes;
    }

    private int completeTail(final DirectBuffer buffer, final int offset, final int end) {
        int position = offset;
        if (tailLengthBytes < Sofh.HEADER_LENGTH_BYTES) {
            position += appendToTail(
                buffer, position, Math.min(Sofh.HEADER_LENGTH_BYTES - tailLengthBytes, end - position));
            if (tailLengthBytes < Sofh.HEADER_LENGTH_BYTES) {
                return position;
            }
        }
        final int frameLengthBytes = frameLengthBytes(tail, 0);
        if (frameLengthBytes == BROKEN) {
            return position;
        }
        ensureTailCapacity(frameLengthBytes);
        position += appendToTail(buffer, position, Math.min(frameLengthBytes - tailLengthBytes, end - position));
        if (tailLengthBytes == frameLengthBytes) {
            tailLengthBytes = 0;
            handOver(tail, 0, frameLengthBytes);
        }
        return position;
    }

    private void handOver(final DirectBuffer buffer, final int offset, final int frameLengthBytes) {
        final boolean goOn = handler.onFrame(
            buffer, offset + Sofh.HEADER_LENGTH_BYTES, frameLengthBytes - Sofh.HEADER_LENGTH_BYTES);
        stopped |= !goOn;
    }

    private int frameLengthBytes(final DirectBuffer buffer, final int offset) {
        final int frameLengthBytes = Sofh.frameLengthBytes(buffer, offset);
        final SessionRefusal refusal;
        if (Sofh.encodingType(buffer, offset) != Sofh.ENCODING_SBE_LITTLE_ENDIAN) {
            refusal = SessionRefusal.UNKNOWN_ENCODING;
        } else if (frameLengthBytes < 0 || frameLengthBytes > maxFrameLengthBytes) {
            refusal = SessionRefusal.FRAME_TOO_LONG;
        } else if (frameLengthBytes < Sofh.MIN_FRAME_LENGTH_BYTES) {
            refusal = SessionRefusal.FRAME_TOO_SHORT;
        } else {
            return frameLengthBytes;
        }
        stopped = true;
        handler.onBrokenFraming(refusal);
        return BROKEN;
    }

    private int appendToTail(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (lengthBytes > 0) {
            ensureTailCapacity(tailLengthBytes + lengthBytes);
            buffer.getBytes(offset, tailBytes, tailLengthBytes, lengthBytes);
            tailLengthBytes += lengthBytes;
        }
        return lengthBytes;
    }

    private void ensureTailCapacity(final int capacityBytes) {
        if (tailBytes.length < capacityBytes) {
            final int newCapacityBytes = BitUtil.findNextPositivePowerOfTwo(capacityBytes);
            tailBytes = Arrays.copyOf(tailBytes, Math.max(MIN_TAIL_CAPACITY_BYTES, newCapacityBytes));
            tail.wrap(tailBytes);
        }
    }
}
