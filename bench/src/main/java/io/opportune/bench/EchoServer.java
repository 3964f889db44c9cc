package io.opportune.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.opportune.engine.gateway.GatewayTransport;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The wire limit: a bare Netty server on one event loop that answers every SOFH frame with the same prepared answer,
 * and does nothing else. It uses the gateway's transport, allocator, framing and flush rule (one write and flush per
 * read batch), so that every throughput can be given as a ratio to it.
 *
 * <p>The prepared answer is a whole frame; the 64-bit correlation id of the request is copied into it, behind the SOFH
 * and SBE headers where all messages have theirs. A logon is answered with a LogonAck, so that ordinary clients can
 * use it, but nothing is checked; heartbeats, logoffs and rejects get no answer.
 */
public final class EchoServer implements AutoCloseable {
    private static final int BACKLOG = 1024;

    private final MultiThreadIoEventLoopGroup group;
    private final Channel serverChannel;

    /**
     * Listens on a free loopback port at once.
     *
     * @param transport how sockets are reached.
     * @param answer    a whole frame, SOFH header first, with room for a correlation id at offset 14; its bytes are
     *                  copied.
     * @throws IllegalStateException when the transport does not work here.
     */
    public EchoServer(final GatewayTransport transport, final byte[] answer) {
        this(transport, answer, 0);
    }

    /**
     * Listens on a free loopback port at once and keeps the core busy for a while before each answer, so that the wire
     * is seen under the rhythm of a server that decides.
     *
     * @param transport how sockets are reached.
     * @param answer    a whole frame, see the other constructor.
     * @param thinkNs   busy time before each answer, nanoseconds, 0 or more.
     * @throws IllegalStateException when the transport does not work here.
     */
    public EchoServer(final GatewayTransport transport, final byte[] answer, final long thinkNs) {
        final GatewayTransport resolved = transport.resolve();
        group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("echo", true), ioHandlerFactory(resolved));
        serverChannel = new ServerBootstrap()
            .group(group)
            .channel(serverChannelClass(resolved))
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childHandler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(final Channel channel) {
                    channel.pipeline().addLast(new EchoServerHandler(answer, thinkNs));
                }
            })
            .bind("127.0.0.1", 0).syncUninterruptibly().channel();
    }

    private static IoHandlerFactory ioHandlerFactory(final GatewayTransport transport) {
        return switch (transport) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            default -> NioIoHandler.newFactory();
        };
    }

    private static Class<? extends ServerSocketChannel> serverChannelClass(final GatewayTransport transport) {
        return switch (transport) {
            case EPOLL -> EpollServerSocketChannel.class;
            case IO_URING -> IoUringServerSocketChannel.class;
            default -> NioServerSocketChannel.class;
        };
    }

    /**
     * Where it listens.
     *
     * @return a loopback port.
     */
    public int port() {
        return ((InetSocketAddress) serverChannel.localAddress()).getPort();
    }

    @Override
    public void close() {
        serverChannel.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
