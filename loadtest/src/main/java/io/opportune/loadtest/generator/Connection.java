package io.opportune.loadtest.generator;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.opportune.protocol.Sofh;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One connection of the generator: collects what is to be written until the pump flushes, and turns what is read into
 * frames. Owned by the generator's thread.
 */
final class Connection extends ChannelInboundHandlerAdapter implements FrameAssembler.FrameHandler {
    private static final int INITIAL_WRITE_BYTES = 16 * 1024;

    private final int index;
    private final Listener listener;
    private final FrameAssembler assembler = new FrameAssembler();
    private Channel channel;
    private ByteBuf pending;
    private boolean ready;
    private boolean closed;
    private int inFlight;
    private int inFlightLimit;
    private long lastSendNs;
    private long readNs;

    /** What happens on a connection. */
    interface Listener {
        void onFrame(Connection connection, UnsafeBuffer buffer, int offset, int length, long nowNs);

        void onMalformed(Connection connection);

        void onClosed(Connection connection);
    }

    Connection(final int index, final Listener listener) {
        this.index = index;
        this.listener = listener;
    }

    int index() {
        return index;
    }

    boolean closed() {
        return closed;
    }

    boolean connected() {
        return channel != null && channel.isActive();
    }

    boolean ready() {
        return ready;
    }

    void ready(final int limit) {
        ready = true;
        inFlightLimit = limit;
    }

    boolean hasRoom() {
        return ready && !closed && inFlight < inFlightLimit && channel.isWritable();
    }

    void inFlightAdd(final int delta) {
        inFlight += delta;
    }

    long lastSendNs() {
        return lastSendNs;
    }

    /** Appends a frame whose SBE message already stands in {@code scratch} behind room for the SOFH header. */
    void append(final UnsafeBuffer scratch, final ByteBuffer scratchBytes, final int messageLength, final long nowNs) {
        final int frameLength = Sofh.HEADER_LENGTH_BYTES + messageLength;
        Sofh.encode(scratch, 0, frameLength);
        if (pending == null) {
            pending = channel.alloc().directBuffer(INITIAL_WRITE_BYTES);
        }
        scratchBytes.limit(frameLength).position(0);
        pending.writeBytes(scratchBytes);
        lastSendNs = nowNs;
    }

    void flush() {
        if (pending != null) {
            final ByteBuf out = pending;
            pending = null;
            channel.writeAndFlush(out, channel.voidPromise());
        }
    }

    void close() {
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        channel = context.channel();
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        final ByteBuf in = (ByteBuf) message;
        try {
            readNs = System.nanoTime();
            if (!closed && !assembler.onBytes(in, this)) {
                fail();
            }
        } catch (final IndexOutOfBoundsException | IllegalStateException e) {
            fail();
        } finally {
            in.release();
        }
    }

    @Override
    public void onFrame(final UnsafeBuffer buffer, final int offset, final int length) {
        listener.onFrame(this, buffer, offset, length, readNs);
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        if (!closed) {
            closed = true;
            listener.onClosed(this);
        }
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        context.close();
    }

    private void fail() {
        listener.onMalformed(this);
        close();
    }
}
