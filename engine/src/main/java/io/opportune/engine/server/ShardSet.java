package io.opportune.engine.server;

import io.opportune.engine.pipeline.Shard;
import io.opportune.engine.pipeline.ShardThread;
import io.opportune.engine.shard.ShardEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * All shards with their engines and, in ring mode, their threads. Lets control threads run something on a shard and
 * wait for it.
 */
final class ShardSet {
    private static final long CALL_TIMEOUT_S = 30;

    private final Shard[] shards;
    private final ShardEngine[] engines;
    private final boolean inline;
    private final List<ShardThread> threads = new ArrayList<>();
    private volatile boolean started;
    private volatile Runnable waker = () -> { };

    ShardSet(final Shard[] shards, final ShardEngine[] engines, final boolean inline) {
        this.shards = shards;
        this.engines = engines;
        this.inline = inline;
        for (int i = 0; i < shards.length; i++) {
            shards[i].handler(engines[i]);
        }
    }

    int count() {
        return shards.length;
    }

    Shard shard(final int index) {
        return shards[index];
    }

    ShardEngine engine(final int index) {
        return engines[index];
    }

    boolean inline() {
        return inline;
    }

    /** Starts the shard threads; in inline mode the event loop has the shard from here on. */
    void start(final Runnable wakeEventLoop) {
        waker = wakeEventLoop;
        if (!inline) {
            startThreads();
        }
        started = true;
        for (int i = 0; i < shards.length; i++) {
            call(i, engines[i]::warmUp);
        }
    }

    /** The event loops have ended: in inline mode the shard gets a thread, so that it can be stopped like any other. */
    void eventLoopsEnded() {
        waker = () -> { };
        if (inline) {
            startThreads();
        }
    }

    private void startThreads() {
        for (final Shard shard : shards) {
            final ShardThread thread = new ShardThread(shard);
            threads.add(thread);
            thread.start();
        }
    }

    /** Runs something on a shard's thread, or here while the shards have not started, and waits for it. */
    void call(final int index, final Runnable task) {
        if (!started) {
            task.run();
            return;
        }
        final CompletableFuture<Void> done = new CompletableFuture<>();
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(CALL_TIMEOUT_S);
        while (!shards[index].tryCommand(() -> run(task, done))) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException("shard " + index + " took no command for " + CALL_TIMEOUT_S + " s");
            }
            Thread.onSpinWait();
        }
        waker.run();
        try {
            done.get(CALL_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for shard " + index, e);
        } catch (final TimeoutException e) {
            throw new IllegalStateException(
                "shard " + index + " did not finish within " + CALL_TIMEOUT_S + " s", e);
        } catch (final ExecutionException e) {
            throw new IllegalStateException("shard " + index + " failed", e.getCause());
        }
    }

    private static void run(final Runnable task, final CompletableFuture<Void> done) {
        try {
            task.run();
            done.complete(null);
        } catch (final Throwable e) {
            done.completeExceptionally(e);
        }
    }

    /** Lets an inline shard go on with its background task when no messages come. */
    void nudge() {
        waker.run();
    }

    void stop() {
        threads.forEach(ShardThread::close);
    }
}
