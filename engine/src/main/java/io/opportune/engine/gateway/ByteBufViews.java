package io.opportune.engine.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Lays Agrona views over Netty's memory, without allocating where that memory has an address. Stateless. */
public final class ByteBufViews {
    private ByteBufViews() {
    }

    /**
     * Lets the view show exactly the given part of the bytes, at offset 0.
     *
     * @param view        to wrap.
     * @param bytes       that the caller keeps alive.
     * @param index       of the part, absolute.
     * @param lengthBytes of the part.
     */
    public static void wrap(final UnsafeBuffer view, final ByteBuf bytes, final int index, final int lengthBytes) {
        if (bytes.hasMemoryAddress()) {
            view.wrap(bytes.memoryAddress() + index, lengthBytes);
        } else {
            final ByteBuffer nioBuffer = bytes.internalNioBuffer(index, lengthBytes);
            view.wrap(nioBuffer, nioBuffer.position(), lengthBytes);
        }
    }
}
