package io.opportune.loadtest.generator;

import io.netty.buffer.ByteBuf;
import io.opportune.protocol.Sofh;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Puts frames together from what a socket gives. One per connection, owned by its thread; allocates at start only. */
final class FrameAssembler {
    /** Longer than any frame either side accepts. */
    private static final int CAPACITY_BYTES = 1 << 18;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(CAPACITY_BYTES);
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private int length;

    /** Takes a message without its SOFH header. */
    interface FrameHandler {
        void onFrame(UnsafeBuffer buffer, int offset, int length);
    }

    /**
     * Takes all bytes and hands over each complete frame.
     *
     * @return false when the bytes are no frames of this protocol; the connection must be closed.
     */
    boolean onBytes(final ByteBuf in, final FrameHandler handler) {
        while (in.isReadable()) {
            final int count = Math.min(in.readableBytes(), CAPACITY_BYTES - length);
            if (count == 0) {
                return false;
            }
            bytes.limit(length + count).position(length);
            in.readBytes(bytes);
            length += count;
            if (!handOver(handler)) {
                return false;
            }
        }
        return true;
    }

    private boolean handOver(final FrameHandler handler) {
        int offset = 0;
        while (length - offset >= Sofh.HEADER_LENGTH_BYTES) {
            final int frameLength = Sofh.frameLengthBytes(buffer, offset);
            if (frameLength < Sofh.MIN_FRAME_LENGTH_BYTES || frameLength > CAPACITY_BYTES
                || Sofh.encodingType(buffer, offset) != Sofh.ENCODING_SBE_LITTLE_ENDIAN) {
                return false;
            }
            if (length - offset < frameLength) {
                break;
            }
            handler.onFrame(buffer, offset + Sofh.HEADER_LENGTH_BYTES, frameLength - Sofh.HEADER_LENGTH_BYTES);
            offset += frameLength;
        }
        length -= offset;
        if (offset > 0 && length > 0) {
            buffer.putBytes(0, buffer, offset, length);
        }
        return true;
    }
}
