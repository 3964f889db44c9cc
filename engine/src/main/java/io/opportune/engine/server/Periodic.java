package io.opportune.engine.server;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tasks that are done again and again on one daemon thread, each so long after it was done before. What a task throws
 * is reported, and the task is done again.
 */
final class Periodic implements AutoCloseable {
    private final ScheduledExecutorService executor;
    private final Consumer<Throwable> errors;

    /**
     * Starts nothing yet.
     *
     * @param name   of the thread.
     * @param errors hears of what tasks throw.
     */
    Periodic(final String name, final Consumer<Throwable> errors) {
        executor = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name(name).factory());
        this.errors = errors;
    }

    /** Does a task for the first time after a while, then again and again. */
    void every(final long delayNs, final long intervalNs, final Runnable task) {
        executor.scheduleWithFixedDelay(() -> {
            try {
                task.run();
            } catch (final RuntimeException e) {
                errors.accept(e);
            }
        }, delayNs, intervalNs, TimeUnit.NANOSECONDS);
    }

    /** Begins no task any more and waits for the one that is being done; false when it takes longer than that. */
    boolean end(final long waitSeconds) {
        executor.shutdown();
        try {
            return executor.awaitTermination(waitSeconds, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends, if need be by interrupting a task. */
    @Override
    public void close() {
        if (!end(10)) {
            executor.shutdownNow();
        }
    }
}
