package io.opportune.engine.gateway;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Wakes an event loop once, however many threads ask for it. The event loop takes the wish back before it looks for
 * work, so that an answer is either seen by that look or wakes it again.
 */
public final class LoopWake {
    private final EventLoop eventLoop;
    private final AtomicBoolean wakeWanted = new AtomicBoolean();
    private final Runnable wakeTask;

    /**
     * Makes the bell of one event loop.
     *
     * @param eventLoop to wake.
     * @param work      what it does when woken.
     */
    public LoopWake(final EventLoop eventLoop, final Runnable work) {
        this.eventLoop = eventLoop;
        this.wakeTask = () -> {
            wakeWanted.set(false);
            work.run();
        };
    }

    /** Wakes the event loop; cheap when it has been woken already. Any thread may call it. */
    public void wake() {
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
}
