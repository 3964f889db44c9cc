package io.opportune.engine.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The threads that read and write sockets, for one transport or for several that share them: with one core there is
 * one event loop, and everything runs on it. Whoever made it closes it, after the transports.
 */
public final class GatewayEventLoops implements AutoCloseable {
    private static final long TIMEOUT_MS = 2000;

    private final GatewayTransport transport;
    private final MultiThreadIoEventLoopGroup group;
    private final List<EventLoop> eventLoops = new ArrayList<>();

    /**
     * Makes event loops; their threads start when first used.
     *
     * @param transport how sockets are reached.
     * @param count     number of threads, 1 or more.
     * @throws IllegalStateException when the chosen transport does not work on this machine.
     */
    public GatewayEventLoops(final GatewayTransport transport, final int count) {
        this.transport = transport.resolve();
        this.group = new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory("gateway", true), this.transport.ioHandlerFactory());
        for (final EventExecutor executor : group) {
            eventLoops.add((EventLoop) executor);
        }
    }

    /**
     * How sockets are reached on this machine.
     *
     * @return never {@link GatewayTransport#AUTO}.
     */
    public GatewayTransport transport() {
        return transport;
    }

    /**
     * All of them, for a bootstrap.
     *
     * @return Netty's group.
     */
    public MultiThreadIoEventLoopGroup group() {
        return group;
    }

    /**
     * All of them, one by one.
     *
     * @return in the order of their indexes.
     */
    public List<EventLoop> eventLoops() {
        return List.copyOf(eventLoops);
    }

    /**
     * What listens on these event loops.
     *
     * @return class of the transport's server channels.
     */
    public Class<? extends ServerSocketChannel> serverChannelClass() {
        return transport.serverChannelClass();
    }

    /**
     * Takes connections from now on and spreads them over these event loops.
     *
     * @param settings    of the connections.
     * @param port        to listen on; 0 for any free one.
     * @param backlog     most connections that wait for being taken.
     * @param initializer makes the pipeline of each.
     * @return the channel that listens, to be closed by the caller.
     * @throws IllegalStateException when the address cannot be had; the cause says why.
     */
    public ServerChannel listen(
        final ConnectionSettings settings,
        final int port,
        final int backlog,
        final ChannelInitializer<Channel> initializer) {
        final ChannelFuture bound = new ServerBootstrap()
            .group(group)
            .channel(transport.serverChannelClass())
            .option(ChannelOption.SO_BACKLOG, backlog)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            // A client that closes its side still gets the answers in flight.
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(settings.writeBufferLowBytes(), settings.writeBufferHighBytes()))
            .childHandler(initializer)
            .bind(settings.host(), port).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IllegalStateException("cannot listen on " + settings.host() + ":" + port, bound.cause());
        }
        return (ServerChannel) bound.channel();
    }

    /** Ends the threads. Must not be called by one of them. Closing twice does nothing. */
    @Override
    public void close() {
        group.shutdownGracefully(0, TIMEOUT_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
