package io.opportune.engine.gateway;

import io.netty.channel.EventLoop;
import io.opportune.engine.session.ResponseSink;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the two ways back to an event loop have in common: waking it once, however many threads ask for it. The event
 * loop takes the wish back before it looks for work, so that an answer is either seen by that look or wakes it again.
 */
abstract class LoopResponseSink implements ResponseSink {
    private final EventLoop eventLoop;
    private final AtomicBoolean wakeWanted = new AtomicBoolean();
    private final Runnable wakeTask;

    /** The work is what the event loop does when woken. */
    LoopResponseSink(final EventLoop eventLoop, final Runnable work) {
        this.eventLoop = eventLoop;
        this.wakeTask = () -> {
            wakeWanted.set(false);
            work.run();
        };
    }

    @Override
    public final void wake() {
        if (!wakeWanted.get() && wakeWanted.compareAndSet(false, true)) {
            try {
                eventLoop.execute(wakeTask);
            } catch (final RejectedExecutionException e) {
                // The event loop has ended, and with it every session that could have got an answer. The wish stays
                // set, so that nobody tries again.
                return;
            }
        }
    }

    final EventLoop eventLoop() {
        return eventLoop;
    }

    /** Sends what other threads have put aside, at most a bounded number. Called by the event loop only. */
    abstract void drain();
}
