package io.opportune.engine.server;

import io.opportune.engine.catalogue.CatalogueContent;
import io.opportune.engine.replay.CatalogueArchive;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.status.AtomicCounter;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Puts catalogues that are in service into the archive, one after the other on a thread of its own, so that nobody
 * waits for the disk. What cannot be kept is counted and tried again.
 */
final class CatalogueKeeper implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(CatalogueKeeper.class);
    private static final long RETRY_S = 5;
    private static final long CLOSE_WAIT_S = 60;
    /** Each is some kilobytes as a rule; more wait only while the disk takes nothing, nor any change. */
    private static final int MOST_WAITING = 10_000;

    private final CatalogueArchive archive;
    private final AtomicCounter failures;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
        1, Thread.ofPlatform().daemon().name("catalogue-keeper").factory());
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    /** Of the thread. */
    private boolean retrying;

    private record Waiting(CatalogueContent content, Map<String, byte[]> files) {
    }

    CatalogueKeeper(final CatalogueArchive archive, final AtomicCounter failures) {
        this.archive = archive;
        this.failures = failures;
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Keeps a catalogue soon; files are those that {@link CatalogueArchive#lacks} says are not kept, or more. */
    void keep(final CatalogueContent content, final Map<String, byte[]> files) {
        synchronized (waiting) {
            if (waiting.size() >= MOST_WAITING) {
                LOG.error("catalogue {} is not kept: its decisions cannot be made again",
                    String.format("%016x", waiting.removeFirst().content.hash()));
            }
            waiting.add(new Waiting(content, files));
        }
        thread.execute(this::keepWaiting);
    }

    private void keepWaiting() {
        if (!keepAll() && !retrying && !thread.isShutdown()) {
            retrying = true;
            thread.schedule(this::retry, RETRY_S, TimeUnit.SECONDS);
        }
    }

    private void retry() {
        retrying = false;
        keepWaiting();
    }

    /** In their order; false when one could not be kept. */
    private boolean keepAll() {
        while (true) {
            final Waiting next;
            synchronized (waiting) {
                next = waiting.peekFirst();
            }
            if (next == null) {
                return true;
            }
            try {
                archive.keep(next.content, next.files);
            } catch (final IOException | RuntimeException e) {
                failures.incrementRelease();
                LOG.warn("catalogue {} could not be kept for later replays, to be tried again: {}",
                    String.format("%016x", next.content.hash()), e.toString());
                return false;
            }
            synchronized (waiting) {
                waiting.remove(next);
            }
        }
    }

    /** Waits until everything is kept, or has been tried once more. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_WAIT_S, TimeUnit.SECONDS)) {
                LOG.warn("catalogues are still being kept for later replays");
            } else if (!keepAll()) {
                LOG.error("the last catalogues are not kept: their decisions cannot be made again");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
