package io.opportune.engine.pipeline;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * Runs a shard on a thread of its own, in ring mode. Idles by spinning briefly, yielding, then parking up to 50
 * microseconds: with few cores a spinning shard would take the core its event loop needs.
 */
public final class ShardThread implements AutoCloseable {
    private final Shard shard;
    private final Thread thread;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean stopping;

    /**
     * Makes the thread; {@link #start()} runs it.
     *
     * @param shard to run.
     */
    public ShardThread(final Shard shard) {
        this.shard = shard;
        thread = Thread.ofPlatform().name("shard-" + shard.index()).unstarted(this::run);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /**
     * The thread, for measurements.
     *
     * @return the platform thread.
     */
    public Thread thread() {
        return thread;
    }

    private void run() {
        final IdleStrategy idle = new BackoffIdleStrategy(20, 20, 1_000, 50_000);
        try {
            while (!stopping) {
                idle.idle(shard.doWork());
            }
            shard.stop();
        } finally {
            stopped.countDown();
        }
    }

    /** Stops after what is in the ring has been handled; waits for at most ten seconds. */
    @Override
    public void close() {
        stopping = true;
        if (!thread.isAlive()) {
            return;
        }
        try {
            if (!stopped.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException(thread.getName() + " did not stop within 10 s");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
