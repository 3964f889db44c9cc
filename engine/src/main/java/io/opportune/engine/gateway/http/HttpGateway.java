package io.opportune.engine.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.opportune.engine.gateway.GatewayEventLoops;
import io.opportune.engine.gateway.TransportLoops;
import io.opportune.engine.session.HttpExchangeHandlerSupplier;
import io.opportune.engine.session.HttpResponseSink;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * HTTP's server side: accepts connections and lets each event loop turn their bytes into calls of its {@link
 * io.opportune.engine.session.HttpExchangeHandler}. HTTP/1.1 and 1.0, and HTTP/2 by prior knowledge, on the clear port;
 * both by ALPN on the TLS port. Made, started and closed by one controlling thread; knows nothing of what bodies mean.
 */
public final class HttpGateway implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final int NO_PORT = -1;
    private static final long SETTLE_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final HttpGatewaySettings settings;
    private final GatewayEventLoops eventLoops;
    private final TransportLoops<HttpLoop> loops;
    private final SslContext tls;
    private Channel serverChannel;
    private Channel tlsServerChannel;
    private boolean closed;

    /**
     * Makes the handlers behind the event loops; nothing listens yet.
     *
     * @param environment what the gateway needs from the server around it.
     * @param handlers    called once per event loop by the calling thread.
     * @param eventLoops  perhaps shared with other transports; closed by their owner, after this gateway.
     * @throws IllegalStateException when certificate or key cannot be used; the cause says why.
     */
    public HttpGateway(
        final HttpGatewayEnvironment environment,
        final HttpExchangeHandlerSupplier handlers,
        final GatewayEventLoops eventLoops) {
        this.settings = environment.settings();
        this.eventLoops = eventLoops;
        this.tls = settings.tlsPort() == NO_PORT ? null : HttpTls.context(settings);
        final AtomicInteger openConnections = new AtomicInteger();
        this.loops = new TransportLoops<>(eventLoops, settings.connections(), (index, eventLoop) ->
            new HttpLoop(index, eventLoop, environment, environment.counters().apply(index), handlers,
                openConnections));
    }

    /**
     * Listens from now on.
     *
     * @return this.
     * @throws IllegalStateException when an address cannot be had; the cause says why.
     */
    public HttpGateway start() {
        if (settings.port() != NO_PORT) {
            serverChannel = listen(settings.port(), new ChannelInitializer<>() {
                @Override
                protected void initChannel(final Channel channel) {
                    final HttpLoop loop = loops.of(channel);
                    channel.pipeline().addLast(new Http1Connection(loop, loop.admitConnection(channel), true));
                }
            });
        }
        if (settings.tlsPort() != NO_PORT) {
            tlsServerChannel = listen(settings.tlsPort(), new ChannelInitializer<>() {
                @Override
                protected void initChannel(final Channel channel) {
                    final HttpLoop loop = loops.of(channel);
                    if (loop.admitConnection(channel)) {
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()), new AfterHandshake(loop));
                    } else {
                        channel.close(); // a handshake is more than a refused connection is worth
                    }
                }
            });
        }
        return this;
    }

    private Channel listen(final int port, final ChannelInitializer<Channel> initializer) {
        return eventLoops.listen(settings.connections(), port, BACKLOG, initializer);
    }

    /** Adds the connection that the client chose during the handshake. */
    private static final class AfterHandshake extends ApplicationProtocolNegotiationHandler {
        private static final String TLS_FAILED = "TLS handshake failed";
        private final HttpLoop loop;

        AfterHandshake(final HttpLoop loop) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.loop = loop;
        }

        @Override
        protected void configurePipeline(final ChannelHandlerContext context, final String protocol) {
            if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
                Http2Connection.addTo(context.pipeline(), loop);
            } else {
                context.pipeline().addLast(new Http1Connection(loop, true, false));
            }
        }

        @Override
        protected void handshakeFailure(final ChannelHandlerContext context, final Throwable cause) {
            loop.errors().onPeerError(HttpLoop.COMPONENT, TLS_FAILED);
            context.close();
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
            loop.errors().onPeerError(HttpLoop.COMPONENT, TLS_FAILED);
            context.close();
        }
    }

    /**
     * Where clients can reach it without TLS.
     *
     * @return the port it listens on; the real one where the settings left it open.
     * @throws IllegalStateException before {@link #start()}, or when there is no such port.
     */
    public int port() {
        return portOf(serverChannel);
    }

    /**
     * Where clients can reach it with TLS.
     *
     * @return the port it listens on; the real one where the settings left it open.
     * @throws IllegalStateException before {@link #start()}, or when there is no such port.
     */
    public int tlsPort() {
        return portOf(tlsServerChannel);
    }

    private static int portOf(final Channel channel) {
        if (channel == null) {
            throw new IllegalStateException("the gateway has not been started on such a port");
        }
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /**
     * The way back to the clients of one event loop.
     *
     * @param eventLoopIndex from {@link io.opportune.engine.session.SessionKey#eventLoopIndex} of an exchange key.
     * @return the same sink that this loop's handler was made with.
     */
    public HttpResponseSink responseSink(final int eventLoopIndex) {
        return loops.get(eventLoopIndex).responseSink();
    }

    /**
     * Takes no more connections and no more requests, answers what is in flight and waits, at most for the shutdown
     * time-out, until all clients have gone. The engine behind must go on answering meanwhile. Must not be called by an
     * event loop. Closing twice does nothing.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (serverChannel != null) {
            serverChannel.close().awaitUninterruptibly();
        }
        if (tlsServerChannel != null) {
            tlsServerChannel.close().awaitUninterruptibly();
        }
        loops.shutDown();
        settle();
    }

    /** What handlers have taken and could not hand on yet gets another moment, because nobody sends it again. */
    private void settle() {
        final long deadlineNs = System.nanoTime() + settings.connections().shutdownTimeoutNs();
        for (final HttpLoop loop : loops.all()) {
            boolean last = false;
            while (!loop.eventLoop().submit(loop.settling(last)).awaitUninterruptibly().getNow() && !last) {
                LockSupport.parkNanos(SETTLE_PAUSE_NS);
                last = System.nanoTime() - deadlineNs >= 0;
            }
        }
    }
}
