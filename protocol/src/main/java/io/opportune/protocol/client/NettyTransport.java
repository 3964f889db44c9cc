package io.opportune.protocol.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.RejectedExecutionException;
import org.agrona.DirectBuffer;

/** One TCP connection at a time, over Netty. Owned by the event loop; only the look-up of the host runs elsewhere. */
final class NettyTransport implements ClientTransport {
    private static final int OUTBOUND_BYTES = 4 * 1024;

    private final TillClientSettings settings;
    private final EventLoop eventLoop;
    private final Class<? extends SocketChannel> channelType;
    private final Runnable afterWork;
    private ClientConductor conductor;
    private Channel channel;
    private ByteBuf outbound;

    NettyTransport(
        final TillClientSettings settings,
        final EventLoop eventLoop,
        final Class<? extends SocketChannel> channelType,
        final Runnable afterWork) {
        this.settings = settings;
        this.eventLoop = eventLoop;
        this.channelType = channelType;
        this.afterWork = afterWork;
    }

    /** Completes the construction: conductor and transport know each other. */
    void conductor(final ClientConductor value) {
        conductor = value;
    }

    @Override
    public void connect(final long connectionId) {
        // Looking up a name may block for seconds, which neither time-outs nor answers can wait for.
        Thread.ofVirtual().name("opportune-till-lookup").start(() -> {
            try {
                eventLoop.execute(lookUp(connectionId));
            } catch (final RejectedExecutionException e) {
                // The client was closed meanwhile: nobody wants the address any more.
            }
        });
    }

    private Runnable lookUp(final long connectionId) {
        try {
            final InetAddress address = InetAddress.getByName(settings.host());
            return () -> connect(connectionId, new InetSocketAddress(address, settings.port()));
        } catch (final UnknownHostException e) {
            return () -> disconnected(connectionId, "unknown host " + settings.host());
        }
    }

    @Override
    public void send(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (channel == null) {
            return;
        }
        if (outbound == null) {
            outbound = channel.alloc().directBuffer(Math.max(OUTBOUND_BYTES, lengthBytes));
        }
        if (buffer.byteArray() != null) {
            outbound.writeBytes(buffer.byteArray(), buffer.wrapAdjustment() + offset, lengthBytes);
        } else {
            for (int i = 0; i < lengthBytes; i++) {
                outbound.writeByte(buffer.getByte(offset + i));
            }
        }
    }

    @Override
    public void flush() {
        if (outbound != null) {
            final ByteBuf bytes = outbound;
            outbound = null;
            channel.writeAndFlush(bytes, channel.voidPromise());
        }
    }

    @Override
    public void close() {
        if (outbound != null) {
            outbound.release();
            outbound = null;
        }
        if (channel != null) {
            final Channel old = channel;
            channel = null;
            old.close();
        }
    }

    private void connect(final long connectionId, final InetSocketAddress address) {
        if (!conductor.isCurrent(connectionId)) {
            return;
        }
        final ChannelFuture attempt = new Bootstrap()
            .group(eventLoop)
            .channel(channelType)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) (settings.connectTimeoutNs() / 1_000_000L))
            .handler(new ConnectionHandler(connectionId))
            .connect(address);
        channel = attempt.channel();
        attempt.addListener(result -> {
            if (!result.isSuccess()) {
                disconnected(connectionId, "cannot connect: " + result.cause().getMessage());
            }
        });
    }

    private void disconnected(final long connectionId, final String why) {
        conductor.onDisconnected(connectionId, why, settings.nanoClock().nanoTime());
        afterWork.run();
    }

    /** Hands the bytes and the end of one connection to the conductor, as long as it is the current one. */
    private final class ConnectionHandler extends ChannelInboundHandlerAdapter {
        private final long connectionId;

        ConnectionHandler(final long connectionId) {
            this.connectionId = connectionId;
        }

        @Override
        public void channelActive(final ChannelHandlerContext context) {
            if (conductor.isCurrent(connectionId)) {
                conductor.onConnected(connectionId, settings.nanoClock().nanoTime());
                afterWork.run();
            } else {
                context.close();
            }
        }

        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            final ByteBuf bytes = (ByteBuf) message;
            try {
                if (conductor.isCurrent(connectionId)) {
                    final FrameAssembler assembler = conductor.assembler();
                    final int lengthBytes = bytes.readableBytes();
                    assembler.reserve(lengthBytes);
                    bytes.readBytes(assembler.array(), assembler.writeIndex(), lengthBytes);
                    assembler.commit(lengthBytes);
                    conductor.onRead(connectionId, settings.nanoClock().nanoTime());
                }
            } finally {
                bytes.release();
            }
            afterWork.run();
        }

        @Override
        public void channelInactive(final ChannelHandlerContext context) {
            disconnected(connectionId, "the server closed the connection");
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
            context.close();
            disconnected(connectionId, "the connection broke: " + cause.getMessage());
        }
    }
}
