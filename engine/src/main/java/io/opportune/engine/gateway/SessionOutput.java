package io.opportune.engine.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Collects the frames for one connection and gives them to Netty with one write and flush per batch. Owned by the
 * connection's event loop. A buffer is held only between the first frame of a batch and its flush.
 */
final class SessionOutput {
    private final ChannelHandlerContext context;
    private final OutputBuffers buffers;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private ByteBuf pending;
    private long unflushedBytes;

    SessionOutput(final ChannelHandlerContext context, final OutputBuffers buffers) {
        this.context = context;
        this.buffers = buffers;
    }

    /** Copies one frame behind those that wait. */
    void append(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (pending != null && pending.writableBytes() < lengthBytes) {
            final ByteBuf full = pending;
            pending = null;
            context.write(full, context.voidPromise());
        }
        if (pending == null) {
            pending = buffers.take(context.alloc(), lengthBytes);
            wrapWholeOf(pending);
        }
        final int writerIndex = pending.writerIndex();
        view.putBytes(writerIndex, buffer, offset, lengthBytes);
        pending.writerIndex(writerIndex + lengthBytes);
        unflushedBytes += lengthBytes;
    }

    /** Gives all that waits to Netty and returns how many bytes that were. */
    long flush() {
        final long flushedBytes = unflushedBytes;
        if (pending != null) {
            final ByteBuf batch = pending;
            pending = null;
            unflushedBytes = 0;
            batch.retain();
            context.writeAndFlush(batch, context.voidPromise());
            buffers.giveBack(batch); // the kernel has it all by now, unless the peer is slow
        }
        return flushedBytes;
    }

    /** The same, and tells when the kernel has taken everything, or that it never will. */
    long flush(final ChannelFutureListener onFlushed) {
        final long flushedBytes = unflushedBytes;
        final ByteBuf batch = pending == null ? Unpooled.EMPTY_BUFFER : pending;
        pending = null;
        unflushedBytes = 0;
        context.writeAndFlush(batch).addListener(onFlushed);
        return flushedBytes;
    }

    /** Forgets what waits: the connection has gone. */
    void release() {
        if (pending != null) {
            pending.release();
            pending = null;
            unflushedBytes = 0;
        }
    }

    private void wrapWholeOf(final ByteBuf bytes) {
        ByteBufViews.wrap(view, bytes, 0, bytes.capacity());
    }
}
