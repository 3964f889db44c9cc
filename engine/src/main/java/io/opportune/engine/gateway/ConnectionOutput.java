package io.opportune.engine.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Collects what goes to one connection and gives it to Netty with one write and flush per batch. Owned by the
 * connection's event loop. A buffer is held only between the first bytes of a batch and its flush.
 */
public final class ConnectionOutput {
    private final ChannelHandlerContext context;
    private final OutputBuffers buffers;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private ByteBuf pending;
    private long unflushedBytes;

    /**
     * Makes the outgoing side of a connection.
     *
     * @param context written to.
     * @param buffers of the event loop.
     */
    public ConnectionOutput(final ChannelHandlerContext context, final OutputBuffers buffers) {
        this.context = context;
        this.buffers = buffers;
    }

    /**
     * Copies bytes behind those that wait.
     *
     * @param buffer      holding them.
     * @param offset      of the first.
     * @param lengthBytes of them.
     */
    public void append(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        final int index = reserve(lengthBytes);
        view.putBytes(index, buffer, offset, lengthBytes);
        commit(lengthBytes);
    }

    /**
     * Makes room behind what waits, to be written through {@link #view()} and then committed.
     *
     * @param lengthBytes at most so many.
     * @return where in the view they go.
     */
    public int reserve(final int lengthBytes) {
        if (pending != null && pending.writableBytes() < lengthBytes) {
            final ByteBuf full = pending;
            pending = null;
            context.write(full, context.voidPromise());
        }
        if (pending == null) {
            pending = buffers.take(context.alloc(), lengthBytes);
            ByteBufViews.wrap(view, pending, 0, pending.capacity());
        }
        return pending.writerIndex();
    }

    /**
     * What reserved bytes are written through.
     *
     * @return valid until the next call of any other method.
     */
    public UnsafeBuffer view() {
        return view;
    }

    /**
     * Puts reserved bytes behind those that wait.
     *
     * @param lengthBytes as many as have been written, no more than were reserved.
     */
    public void commit(final int lengthBytes) {
        pending.writerIndex(pending.writerIndex() + lengthBytes);
        unflushedBytes += lengthBytes;
    }

    /**
     * Gives all that waits to Netty.
     *
     * @return how many bytes that were.
     */
    public long flush() {
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

    /**
     * The same, and tells when the kernel has taken everything, or that it never will.
     *
     * @param onFlushed told.
     * @return how many bytes were given to Netty.
     */
    public long flush(final ChannelFutureListener onFlushed) {
        final long flushedBytes = unflushedBytes;
        final ByteBuf batch = pending == null ? Unpooled.EMPTY_BUFFER : pending;
        pending = null;
        unflushedBytes = 0;
        context.writeAndFlush(batch).addListener(onFlushed);
        return flushedBytes;
    }

    /** Forgets what waits: the connection has gone. */
    public void release() {
        if (pending != null) {
            pending.release();
            pending = null;
            unflushedBytes = 0;
        }
    }
}
