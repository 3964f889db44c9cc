package io.opportune.engine.gateway.binary;

import io.netty.channel.EventLoop;
import io.opportune.engine.gateway.LoopWake;
import io.opportune.engine.session.ResponseSink;

/** What the two ways back to an event loop have in common. */
abstract class LoopResponseSink implements ResponseSink {
    private final EventLoop eventLoop;
    private final LoopWake wake;

    /** The work is what the event loop does when woken. */
    LoopResponseSink(final EventLoop eventLoop, final Runnable work) {
        this.eventLoop = eventLoop;
        this.wake = new LoopWake(eventLoop, work);
    }

    @Override
    public final void wake() {
        wake.wake();
    }

    final EventLoop eventLoop() {
        return eventLoop;
    }

    /** Sends what other threads have put aside, at most a bounded number. Called by the event loop only. */
    abstract void drain();
}
