package io.opportune.engine.gateway.binary;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.opportune.engine.gateway.GatewayEventLoops;
import io.opportune.engine.gateway.GatewayTransport;
import io.opportune.engine.gateway.TransportLoops;
import io.opportune.engine.session.MessageHandlerSupplier;
import io.opportune.engine.session.ResponseSink;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The binary protocol's server side: accepts connections, and lets each event loop turn their bytes into calls of its
 * {@link io.opportune.engine.session.MessageHandler}. Made, started and closed by one controlling thread; never decodes
 * an application message and never decides anything about one.
 */
public final class BinaryGateway implements AutoCloseable {
    private static final int BACKLOG = 1024;

    private final BinaryGatewaySettings settings;
    private final GatewayEventLoops eventLoops;
    private final boolean ownsEventLoops;
    private final TransportLoops<BinaryLoop> loops;
    private Channel serverChannel;
    private boolean closed;

    /**
     * Makes event loops of its own and the handlers behind them; nothing listens yet.
     *
     * @param environment what the gateway needs from the server around it.
     * @param handlers    called once per event loop by the calling thread.
     * @throws IllegalStateException when the chosen transport does not work on this machine.
     */
    public BinaryGateway(final BinaryGatewayEnvironment environment, final MessageHandlerSupplier handlers) {
        this(environment, handlers,
            new GatewayEventLoops(environment.settings().transport(), environment.settings().eventLoops()), true);
    }

    /**
     * Makes the handlers behind event loops that other transports use too; nothing listens yet.
     *
     * @param environment what the gateway needs from the server around it; its settings' transport and number of event
     *                    loops are not looked at.
     * @param handlers    called once per event loop by the calling thread.
     * @param eventLoops  closed by their owner, after this gateway.
     */
    public BinaryGateway(
        final BinaryGatewayEnvironment environment,
        final MessageHandlerSupplier handlers,
        final GatewayEventLoops eventLoops) {
        this(environment, handlers, eventLoops, false);
    }

    private BinaryGateway(
        final BinaryGatewayEnvironment environment,
        final MessageHandlerSupplier handlers,
        final GatewayEventLoops eventLoops,
        final boolean ownsEventLoops) {
        this.settings = environment.settings();
        this.eventLoops = eventLoops;
        this.ownsEventLoops = ownsEventLoops;
        final AtomicInteger openSessions = new AtomicInteger();
        this.loops = new TransportLoops<>(eventLoops, settings.connections(), (index, eventLoop) ->
            new BinaryLoop(index, eventLoop, environment, environment.counters().apply(index), handlers, openSessions));
    }

    /**
     * Listens from now on.
     *
     * @return this.
     * @throws IllegalStateException when the address cannot be had; the cause says why.
     */
    public BinaryGateway start() {
        loops.all().forEach(BinaryLoop::start);
        serverChannel = eventLoops.listen(settings.connections(), settings.port(), BACKLOG,
            new ChannelInitializer<>() {
                @Override
                protected void initChannel(final Channel channel) {
                    channel.pipeline().addLast(new SessionChannelHandler(loops.of(channel)));
                }
            });
        return this;
    }

    /**
     * Where clients can reach it.
     *
     * @return the port it listens on; the real one where the settings left it open.
     * @throws IllegalStateException before {@link #start()}.
     */
    public int port() {
        if (serverChannel == null) {
            throw new IllegalStateException("the gateway has not been started");
        }
        return ((InetSocketAddress) serverChannel.localAddress()).getPort();
    }

    /**
     * How sockets are reached on this machine.
     *
     * @return never {@link GatewayTransport#AUTO}.
     */
    public GatewayTransport transport() {
        return eventLoops.transport();
    }

    /**
     * The way back to the clients of one event loop.
     *
     * @param eventLoopIndex from {@link io.opportune.engine.session.SessionKey#eventLoopIndex}.
     * @return the same sink that this loop's handler was made with.
     */
    public ResponseSink responseSink(final int eventLoopIndex) {
        return loops.get(eventLoopIndex).responseSink();
    }

    /**
     * Takes no more connections and no more messages, answers what is in flight, logs every client off and waits, at
     * most for the shutdown time-out, until all have gone. The engine behind must go on answering meanwhile. Must not
     * be called by an event loop. Closing twice does nothing.
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
        loops.shutDown();
        if (ownsEventLoops) {
            eventLoops.close();
        }
    }
}
