package io.opportune.engine.gateway;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A transport's parts of all event loops. Made and closed by one controlling thread.
 *
 * @param <L> the transport's part of one.
 */
public final class TransportLoops<L extends TransportLoop> {
    /** Waiting for connections may take a little longer than their own deadlines, which are looked at in intervals. */
    private static final long SHUTDOWN_SLACK_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ConnectionSettings settings;
    private final List<L> loops = new ArrayList<>();
    private final Map<EventLoop, L> loopByEventLoop = new IdentityHashMap<>();

    /** Makes the transport's part of one event loop. */
    @FunctionalInterface
    public interface Maker<L> {
        /**
         * Makes it.
         *
         * @param loopIndex from 0.
         * @param eventLoop with this index.
         * @return its part.
         */
        L make(int loopIndex, EventLoop eventLoop);
    }

    /**
     * Makes all parts, one by one.
     *
     * @param eventLoops perhaps shared with other transports.
     * @param settings   of the transport.
     * @param maker      called once for each by the calling thread.
     */
    public TransportLoops(
        final GatewayEventLoops eventLoops, final ConnectionSettings settings, final Maker<L> maker) {
        this.settings = settings;
        for (final EventLoop eventLoop : eventLoops.eventLoops()) {
            final L loop = maker.make(loops.size(), eventLoop);
            loops.add(loop);
            loopByEventLoop.put(eventLoop, loop);
        }
    }

    /**
     * The part of one event loop.
     *
     * @param index of the event loop.
     * @return its part.
     */
    public L get(final int index) {
        return loops.get(index);
    }

    /**
     * The part that a connection belongs to.
     *
     * @param channel registered with its event loop.
     * @return its part.
     */
    public L of(final Channel channel) {
        return loopByEventLoop.get(channel.eventLoop());
    }

    /**
     * All of them.
     *
     * @return in the order of their indexes; not to be changed.
     */
    public List<L> all() {
        return List.copyOf(loops);
    }

    /**
     * Lets every connection be answered and closed, waits for that, at most for the shutdown time-out, and closes what
     * is left. Must not be called by an event loop.
     */
    public void shutDown() {
        for (final L loop : loops) {
            loop.eventLoop().execute(loop::beginShutdown);
        }
        final long deadlineNs = System.nanoTime()
            + settings.shutdownTimeoutNs() + settings.closeTimeoutNs() + SHUTDOWN_SLACK_NS;
        try {
            for (final L loop : loops) {
                loop.ended().await(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (final InterruptedException e) {
            // Whoever interrupts wants it over: the connections that are left are closed without waiting.
            Thread.currentThread().interrupt();
        }
        for (final L loop : loops) {
            loop.eventLoop().submit(loop::closeAll).awaitUninterruptibly();
        }
    }
}
