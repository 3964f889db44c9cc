package io.opportune.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.opportune.protocol.Sofh;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a fixed number of requests in flight on each of some connections, all equal, from one event loop; a closed
 * loop that costs as little as possible. Answers are told apart by their fixed length only.
 */
final class PipelinedClient implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group;
    private final List<Channel> channels = new ArrayList<>();
    private final byte[] logon;
    private final byte[] request;
    private final int answerLengthBytes;
    private final int inFlight;
    private volatile long answerCount;

    PipelinedClient(
        final int port, final int connections, final int inFlight, final byte[] logon, final byte[] request,
        final int answerLengthBytes) {
        this.logon = logon;
        this.request = request;
        this.answerLengthBytes = answerLengthBytes;
        this.inFlight = inFlight;
        final boolean epoll = Epoll.isAvailable();
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("pipelined-client", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        final Bootstrap bootstrap = new Bootstrap()
            .group(group)
            .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .handler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(final Channel channel) {
                    channel.pipeline().addLast(new Handler());
                }
            });
        for (int i = 0; i < connections; i++) {
            channels.add(bootstrap.connect("127.0.0.1", port).syncUninterruptibly().channel());
        }
    }

    long answerCount() {
        return answerCount;
    }

    /** Waits until this many more answers have come, and returns how long that took. */
    long awaitAnswers(final long count) {
        final long startNs = System.nanoTime();
        final long target = answerCount + count;
        while (answerCount < target) {
            if (System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(60)) {
                throw new AssertionError("answers stopped at " + answerCount);
            }
            try {
                Thread.sleep(1); // leaves the cores to the two event loops that are measured
            } catch (final InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return System.nanoTime() - startNs;
    }

    @Override
    public void close() {
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Handler extends ChannelInboundHandlerAdapter {
        private int unmatchedBytes;
        private int answersInBatch;
        private boolean loggedOn;

        @Override
        public void channelActive(final ChannelHandlerContext context) {
            context.writeAndFlush(Unpooled.wrappedBuffer(logon));
        }

        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            final ByteBuf bytes = (ByteBuf) message;
            if (loggedOn) {
                unmatchedBytes += bytes.readableBytes();
                answersInBatch += unmatchedBytes / answerLengthBytes;
                unmatchedBytes %= answerLengthBytes;
            } else {
                if (bytes.readableBytes() < Sofh.HEADER_LENGTH_BYTES
                    || bytes.readableBytes() != bytes.getInt(bytes.readerIndex())) {
                    throw new IllegalStateException("the logon's answer is not one frame");
                }
                loggedOn = true;
                send(context, inFlight);
            }
            bytes.release();
        }

        @Override
        @SuppressWarnings("NonAtomicOperationOnVolatileField")
        public void channelReadComplete(final ChannelHandlerContext context) {
            if (answersInBatch > 0) {
                answerCount = answerCount + answersInBatch; // this event loop is the only writer
                send(context, answersInBatch);
                answersInBatch = 0;
            }
        }

        private void send(final ChannelHandlerContext context, final int count) {
            final ByteBuf batch = context.alloc().directBuffer(count * request.length);
            for (int i = 0; i < count; i++) {
                batch.writeBytes(request);
            }
            context.writeAndFlush(batch, context.voidPromise());
        }
    }
}
