package io.opportune.engine.gateway;

import io.netty.channel.EventLoop;

/**
 * The way back to an event loop, whatever an answer looks like. As it stands it is the one for an engine that runs on
 * the event loop itself: nothing is ever put aside.
 */
public abstract class LoopSink {
    private final EventLoop eventLoop;
    private final LoopWake wake;

    /**
     * Makes the way back.
     *
     * @param loop woken by {@link #wake()}.
     */
    protected LoopSink(final TransportLoop loop) {
        this.eventLoop = loop.eventLoop();
        this.wake = new LoopWake(eventLoop, loop::onIdle);
    }

    /** Wakes the event loop after a batch of answers; cheap when it is awake already. Any thread may call it. */
    public final void wake() {
        wake.wake();
    }

    /**
     * Who is calling.
     *
     * @return true when the calling thread is the event loop.
     */
    protected final boolean inEventLoop() {
        return eventLoop.inEventLoop();
    }

    /** Sends what other threads have put aside, at most a bounded number. Called by the event loop only. */
    void drain() {
        // Nothing is ever put aside.
    }
}
