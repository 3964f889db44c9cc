package io.opportune.protocol.client;

import io.opportune.protocol.Sofh;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Cuts the bytes of a connection into SOFH frames, however they arrive. Keeps at most one frame and one read. Owned by
 * the event loop; after it reported a problem the connection is out of step and must be closed.
 */
final class FrameAssembler {
    /** No whole frame is there yet. */
    static final int NEED_MORE = 0;
    /** The frame's length or encoding is not acceptable. */
    static final int BROKEN = -1;

    private static final int INITIAL_BYTES = 8 * 1024;

    private final int maxFrameLengthBytes;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[INITIAL_BYTES]);
    private int readIndex;
    private int writeIndex;

    FrameAssembler(final int maxFrameLengthBytes) {
        this.maxFrameLengthBytes = maxFrameLengthBytes;
    }

    void reset() {
        readIndex = 0;
        writeIndex = 0;
    }

    /** Makes room for so many bytes at {@link #writeIndex()} of {@link #array()}. */
    void reserve(final int lengthBytes) {
        if (readIndex > 0) {
            buffer.putBytes(0, buffer, readIndex, writeIndex - readIndex);
            writeIndex -= readIndex;
            readIndex = 0;
        }
        if (buffer.capacity() - writeIndex < lengthBytes) {
            final int capacity = Math.max(buffer.capacity() * 2, writeIndex + lengthBytes);
            buffer.wrap(Arrays.copyOf(buffer.byteArray(), capacity));
        }
    }

    byte[] array() {
        return buffer.byteArray();
    }

    int writeIndex() {
        return writeIndex;
    }

    /** Takes note of bytes written after {@link #reserve(int)}. */
    void commit(final int lengthBytes) {
        writeIndex += lengthBytes;
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    int frameOffset() {
        return readIndex;
    }

    /** Returns the length of the whole frame at {@link #frameOffset()}, {@link #NEED_MORE} or {@link #BROKEN}. */
    int frameLengthBytes() {
        final int available = writeIndex - readIndex;
        if (available < Sofh.HEADER_LENGTH_BYTES) {
            return NEED_MORE;
        }
        final int lengthBytes = Sofh.frameLengthBytes(buffer, readIndex);
        if (lengthBytes < Sofh.MIN_FRAME_LENGTH_BYTES || lengthBytes > maxFrameLengthBytes
            || Sofh.encodingType(buffer, readIndex) != Sofh.ENCODING_SBE_LITTLE_ENDIAN) {
            return BROKEN;
        }
        return available < lengthBytes ? NEED_MORE : lengthBytes;
    }

    void skip(final int lengthBytes) {
        readIndex += lengthBytes;
    }
}
