package io.opportune.engine.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The buffers that one event loop fills with answers. Netty's own pool allocates a little when more than some 30 of its
 * buffers are out at once, which a drain for many sessions needs; these are only lent, and nearly always back at once
 * because the kernel takes a batch whole. Owned by one event loop.
 */
public final class OutputBuffers {
    /** Enough for a batch of 32 answers of usual size; a batch that needs more becomes a gathering write. */
    public static final int BUFFER_LENGTH_BYTES = 16 * 1024;

    /** As many as are likely to be out at once; 4 MiB. */
    private static final int MAX_KEPT = 256;

    private final ByteBuf[] kept = new ByteBuf[MAX_KEPT];
    private int keptCount;
    private boolean closed;

    /**
     * Lends a buffer.
     *
     * @param allocator   asked where none is kept.
     * @param lengthBytes that must fit.
     * @return an empty buffer with room for at least this much, which the caller owns.
     */
    public ByteBuf take(final ByteBufAllocator allocator, final int lengthBytes) {
        if (lengthBytes > BUFFER_LENGTH_BYTES || keptCount == 0) {
            return allocator.directBuffer(Math.max(lengthBytes, BUFFER_LENGTH_BYTES));
        }
        final ByteBuf buffer = kept[--keptCount];
        kept[keptCount] = null;
        return buffer;
    }

    /**
     * Takes the caller's reference over: keeps the buffer when nobody else has one, otherwise lets go of it.
     *
     * @param buffer from {@link #take}.
     */
    public void giveBack(final ByteBuf buffer) {
        final boolean usable = buffer.refCnt() == 1 && buffer.capacity() == BUFFER_LENGTH_BYTES;
        if (usable && keptCount < MAX_KEPT && !closed) {
            kept[keptCount++] = buffer.clear();
        } else {
            buffer.release();
        }
    }

    /** Lets go of all that is kept, and keeps nothing from now on. */
    public void close() {
        closed = true;
        while (keptCount > 0) {
            kept[--keptCount].release();
            kept[keptCount] = null;
        }
    }
}
