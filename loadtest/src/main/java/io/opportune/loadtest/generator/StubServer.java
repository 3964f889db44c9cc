package io.opportune.loadtest.generator;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A server with known faults, for checking the generator: answers everything at once from one event loop, except that
 * it may stall, fall silent or close a connection. It decides nothing.
 */
public final class StubServer implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, Transport.handlers());
    private final AtomicLong work = new AtomicLong();
    private final Channel listening;
    private final Faults faults;
    private long firstWorkNs;
    private boolean stalled;

    /**
     * What goes wrong.
     *
     * @param stallAfterNs   time after the first message at which everything stands still once; negative: never.
     * @param stallNs        how long it stands still.
     * @param silentAfter    number of messages that are answered before none is any more.
     * @param closeAfter     number of messages after which connections are closed.
     * @param inFlightLimit  stated in the logon's acknowledgement.
     */
    public record Faults(long stallAfterNs, long stallNs, long silentAfter, long closeAfter, int inFlightLimit) {
        /**
         * A server without faults.
         *
         * @return no stall, no silence, no closing.
         */
        public static Faults none() {
            return new Faults(-1, 0, Long.MAX_VALUE, Long.MAX_VALUE, 4_096);
        }

        /**
         * A server that stalls once.
         *
         * @param afterNs time after the first measured message.
         * @param forNs   length of the stall.
         * @return faults with that stall only.
         */
        public static Faults stall(final long afterNs, final long forNs) {
            return new Faults(afterNs, forNs, Long.MAX_VALUE, Long.MAX_VALUE, 4_096);
        }
    }

    /**
     * Starts on a free port of the loopback interface.
     *
     * @param faults that it has.
     */
    public StubServer(final Faults faults) {
        this.faults = faults;
        listening = new ServerBootstrap()
            .group(group)
            .channel(Transport.serverSocket())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(final SocketChannel channel) {
                    channel.pipeline().addLast(new Session());
                }
            })
            .bind(new InetSocketAddress("127.0.0.1", 0))
            .syncUninterruptibly()
            .channel();
    }

    /**
     * The port it listens on.
     *
     * @return 1..65535.
     */
    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /**
     * How many decision requests, events and updates arrived.
     *
     * @return 0 or more.
     */
    public long messages() {
        return work.get();
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** One connection; the stall holds all of them up, because they share the event loop. */
    private final class Session extends ChannelInboundHandlerAdapter implements FrameAssembler.FrameHandler {
        private final FrameAssembler assembler = new FrameAssembler();
        private final StubAnswers answers = new StubAnswers(faults.inFlightLimit());
        private final ByteBuffer outBytes = ByteBuffer.allocateDirect(1 << 16);
        private final UnsafeBuffer out = new UnsafeBuffer(outBytes);
        private ByteBuf pending;
        private Channel channel;

        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            channel = context.channel();
            final ByteBuf in = (ByteBuf) message;
            final boolean sound = assembler.onBytes(in, this);
            in.release();
            if (pending != null) {
                context.writeAndFlush(pending, context.voidPromise());
                pending = null;
            }
            if (!sound || work.get() >= faults.closeAfter()) {
                context.close();
            }
        }

        @Override
        public void onFrame(final UnsafeBuffer buffer, final int offset, final int length) {
            if (answers.isWork(buffer, offset)) {
                final long count = work.incrementAndGet();
                stallIfDue();
                if (count > faults.silentAfter() || count > faults.closeAfter()) {
                    return;
                }
            }
            final int frameLength = answers.answer(buffer, offset, out);
            if (frameLength > 0) {
                if (pending == null) {
                    pending = channel.alloc().directBuffer(16 * 1024);
                }
                outBytes.limit(frameLength).position(0);
                pending.writeBytes(outBytes);
            }
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
            context.close();
        }

        private void stallIfDue() {
            final long nowNs = System.nanoTime();
            if (firstWorkNs == 0) {
                firstWorkNs = nowNs;
            }
            if (faults.stallAfterNs() < 0 || stalled || nowNs - firstWorkNs < faults.stallAfterNs()) {
                return;
            }
            stalled = true;
            final long untilNs = nowNs + faults.stallNs();
            while (System.nanoTime() < untilNs) {
                LockSupport.parkNanos(untilNs - System.nanoTime());
            }
        }
    }
}
