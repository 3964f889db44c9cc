package io.opportune.engine.gateway;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;

/** How the gateway reaches sockets. Stateless. */
public enum GatewayTransport {
    /** Epoll where it works, otherwise NIO; io_uring only where it was chosen by name. */
    AUTO,
    /** Linux epoll, edge triggered. */
    EPOLL,
    /** Linux io_uring. */
    IO_URING,
    /** The JDK's selectors. */
    NIO;

    /**
     * The transport that will really be used.
     *
     * @return one of the others for {@link #AUTO}, otherwise this.
     * @throws IllegalStateException when this machine cannot do it; the cause says why.
     */
    public GatewayTransport resolve() {
        return switch (this) {
            case AUTO -> Epoll.isAvailable() ? EPOLL : NIO;
            case EPOLL -> available(Epoll.unavailabilityCause());
            case IO_URING -> available(IoUring.unavailabilityCause());
            case NIO -> NIO;
        };
    }

    IoHandlerFactory ioHandlerFactory() {
        return switch (resolve()) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            default -> NioIoHandler.newFactory();
        };
    }

    Class<? extends ServerSocketChannel> serverChannelClass() {
        return switch (resolve()) {
            case EPOLL -> EpollServerSocketChannel.class;
            case IO_URING -> IoUringServerSocketChannel.class;
            default -> NioServerSocketChannel.class;
        };
    }

    private GatewayTransport available(final Throwable unavailabilityCause) {
        if (unavailabilityCause != null) {
            throw new IllegalStateException("transport " + this + " does not work here", unavailabilityCause);
        }
        return this;
    }
}
