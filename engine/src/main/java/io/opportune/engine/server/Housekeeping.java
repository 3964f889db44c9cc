package io.opportune.engine.server;

import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalErasure;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.SyncPolicy;
import io.opportune.engine.recovery.Snapshotter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * What happens by the clock: interval syncs of the journal, snapshots, retention, erasing from journal files, gauges.
 * Owns two daemon threads.
 */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(Housekeeping.class);
    private static final long GAUGE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final OpportuneServer server;
    private final List<JournalWriter> writers;
    private final ServerSettings settings;
    private final Periodic syncing;
    private final Periodic tasks;
    private final JournalErasure erasure;
    private boolean unhealthy;
    private boolean controlUnhealthy;
    private long nextErasureNs = System.nanoTime();
    private long lastGaugesNs;

    Housekeeping(final OpportuneServer server, final List<JournalWriter> writers, final ServerSettings settings) {
        this.server = server;
        this.writers = writers;
        this.settings = settings;
        erasure = new JournalErasure(server.state().journals(), this::keepErasing);
        syncing = new Periodic("journal-sync", server.counters().errors()::record);
        tasks = new Periodic("housekeeping", server.counters().errors()::record);
    }

    void start() {
        if (settings.journal().sync() == SyncPolicy.INTERVAL) {
            final long intervalNs = settings.journal().syncIntervalNs();
            syncing.every(
                intervalNs, intervalNs, () -> writers.forEach(writer -> writer.syncIfDue(System.nanoTime())));
        }
        final long snapshotNs = settings.config().durationNs(ConfigKey.SNAPSHOT_INTERVAL);
        tasks.every(snapshotNs, snapshotNs, this::snapshot);
        server.counters().counter(CounterDescriptor.PROFILES_CAPACITY)
            .setRelease(server.state().profiles().capacity());
        tasks.every(0, GAUGE_INTERVAL_NS, this::gauges);
    }

    private void snapshot() {
        try {
            final Snapshotter.Result result = server.takeSnapshot();
            LOG.info("snapshot of {} profiles in {} ms", result.profiles(), result.durationNs() / 1_000_000);
        } catch (final IOException e) {
            LOG.error("the snapshot failed, the last good one stays: {}", e.toString());
            server.counters().errors().record(e);
            return;
        }
        if (System.nanoTime() - nextErasureNs >= 0) {
            nextErasureNs = System.nanoTime() + settings.config().durationNs(ConfigKey.JOURNAL_ERASE_INTERVAL);
            eraseFromJournals();
        }
    }

    private void eraseFromJournals() {
        final JournalDirectory journals = server.state().journals();
        final Set<String> written = new HashSet<>();
        for (int shard = 0; shard < writers.size(); shard++) {
            written.add(journals.shardQueue(shard).getFileName().toString());
        }
        try {
            final JournalErasure.Result result = erasure.run(this::appliedFrom, written::contains);
            server.counters().counter(CounterDescriptor.JOURNAL_REDACTED).getAndAddRelease(result.recordsRedacted());
            if (result.recordsRedacted() > 0) {
                LOG.info("{} records of erased customers overwritten in {} journal files{}", result.recordsRedacted(),
                    result.filesRewritten(), result.complete() ? "" : ", to be continued");
            }
        } catch (final IOException | UncheckedIOException e) {
            LOG.error("erased customers could not be overwritten in the journal, to be tried again: {}", e.toString());
            server.counters().errors().record(e);
        }
    }

    private long appliedFrom(final String queue) {
        try {
            return server.snapshotter().appliedFrom(queue);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A long run lets the gauges move, and ends with the server. */
    private boolean keepErasing() {
        final long nowNs = System.nanoTime();
        if (nowNs - lastGaugesNs >= GAUGE_INTERVAL_NS) {
            lastGaugesNs = nowNs;
            gauges();
        }
        return !server.stopping();
    }

    private void gauges() {
        server.control().retry();
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
        final boolean controlHealthy = server.control().healthy();
        if (controlHealthy == controlUnhealthy) {
            controlUnhealthy = !controlHealthy;
            if (controlHealthy) {
                LOG.info("the control journal can be written again");
            } else {
                LOG.error("the control journal cannot be written: new names, catalogues and pauses are refused");
            }
        }
    }

    void deleteExpiredJournals(
        final Snapshotter snapshotter, final LearningService learning, final JournalDirectory journals,
        final long nowNs) throws IOException {
        final long retentionNs = settings.config().durationNs(ConfigKey.JOURNAL_RETENTION);
        for (final Path queue : journals.queues()) {
            if (!queue.equals(journals.registryQueue())) {
                final long needed = snapshotter.neededFrom(queue.getFileName().toString());
                JournalDirectory.deleteExpired(queue, retentionNs, nowNs,
                    learning == null ? needed : Math.min(needed, learning.neededFrom(queue)));
            }
        }
        if (learning != null) {
            learning.trim(nowNs);
        }
    }

    @Override
    public void close() {
        final boolean synced = syncing.end(5);
        if (!tasks.end(30) || !synced) {
            LOG.warn("a snapshot or a sync is still running");
        }
    }
}
