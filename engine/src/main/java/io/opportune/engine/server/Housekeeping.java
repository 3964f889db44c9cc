package io.opportune.engine.server;

import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.SyncPolicy;
import io.opportune.engine.recovery.Snapshotter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** What happens by the clock: interval syncs of the journal, snapshots, retention, gauges. Owns two daemon threads. */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(Housekeeping.class);
    private static final long GAUGE_INTERVAL_MS = 1_000;

    private final OpportuneServer server;
    private final List<JournalWriter> writers;
    private final ServerSettings settings;
    private final ScheduledExecutorService syncing;
    private final ScheduledExecutorService tasks;
    private boolean unhealthy;

    Housekeeping(final OpportuneServer server, final List<JournalWriter> writers, final ServerSettings settings) {
        this.server = server;
        this.writers = writers;
        this.settings = settings;
        syncing = daemon("journal-sync");
        tasks = daemon("housekeeping");
    }

    private static ScheduledExecutorService daemon(final String name) {
        return Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name(name).factory());
    }

    void start() {
        if (settings.journal().sync() == SyncPolicy.INTERVAL) {
            final long intervalNs = settings.journal().syncIntervalNs();
            syncing.scheduleWithFixedDelay(
                guarded(() -> writers.forEach(w -> w.syncIfDue(System.nanoTime()))), intervalNs, intervalNs,
                TimeUnit.NANOSECONDS);
        }
        final long snapshotNs = settings.config().durationNs(ConfigKey.SNAPSHOT_INTERVAL);
        tasks.scheduleWithFixedDelay(guarded(this::snapshot), snapshotNs, snapshotNs, TimeUnit.NANOSECONDS);
        server.counters().counter(CounterDescriptor.PROFILES_CAPACITY)
            .setRelease(server.state().profiles().capacity());
        tasks.scheduleWithFixedDelay(guarded(this::gauges), 0, GAUGE_INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    private Runnable guarded(final Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (final RuntimeException e) {
                server.counters().errors().record(e);
            }
        };
    }

    private void snapshot() {
        try {
            final Snapshotter.Result result = server.takeSnapshot();
            LOG.info("snapshot of {} profiles in {} ms", result.profiles(), result.durationNs() / 1_000_000);
        } catch (final IOException e) {
            LOG.error("the snapshot failed, the last good one stays: {}", e.toString());
            server.counters().errors().record(e);
        }
    }

    private void gauges() {
        server.counters().counter(CounterDescriptor.PROFILES).setRelease(server.state().profiles().size());
        final boolean healthy = server.journalHealthy();
        if (healthy == unhealthy) {
            unhealthy = !healthy;
            if (healthy) {
                LOG.info("the journal can be written again");
            } else {
                LOG.error("the journal cannot be written: decisions go on without a record, events are refused");
            }
        }
    }

    void deleteExpiredJournals(final Snapshotter snapshotter, final JournalDirectory journals, final long nowNs)
        throws IOException {
        final long retentionNs = settings.config().durationNs(ConfigKey.JOURNAL_RETENTION);
        for (final Path queue : journals.queues()) {
            if (!queue.equals(journals.registryQueue())) {
                JournalDirectory.deleteExpired(
                    queue, retentionNs, nowNs, snapshotter.neededFrom(queue.getFileName().toString()));
            }
        }
    }

    @Override
    public void close() {
        syncing.shutdown();
        tasks.shutdown();
        try {
            if (!tasks.awaitTermination(30, TimeUnit.SECONDS) || !syncing.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("a snapshot or a sync is still running");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
