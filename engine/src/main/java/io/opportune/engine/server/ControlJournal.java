package io.opportune.engine.server;

import io.opportune.engine.decision.Hold;
import io.opportune.engine.decision.HoldReason;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.RecordWriter;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.RegistryQueue;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Path;
import org.agrona.concurrent.EpochNanoClock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The queue of what belongs to no shard: names and their ids, terms, catalogue versions, what is held back. Synced with
 * every record, with the names of a catalogue once: an id that was given to anybody must never be given again. Any
 * thread may append, one at a time.
 */
final class ControlJournal implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(ControlJournal.class);
    private static final int MAX_RECORD_BYTES = 4096;

    private final JournalWriter writer;
    private final RecordWriter records;
    private final EpochNanoClock clock;
    private final NameRegistry registry;
    private final long term;
    private long sequence;
    private long catalogueCounter;
    private Holds holds;

    ControlJournal(
        final Path queue,
        final JournalSettings settings,
        final JournalCounters counters,
        final EpochNanoClock clock,
        final int tenant,
        final String serverVersion) {
        this.clock = clock;
        records = new RecordWriter(tenant, MAX_RECORD_BYTES);
        writer = new JournalWriter(queue, settings, clock, counters, null,
            error -> LOG.error("the control journal cannot be written", error));
        registry = new NameRegistry(new Names());
        boolean started = false;
        try {
            final RegistryQueue.Position position = RegistryQueue.restore(queue, registry);
            sequence = position.lastSequence();
            catalogueCounter = position.catalogueCounter();
            holds = position.holdsAt(position.holds().size());
            term = position.lastTerm() + 1;
            records.term(term);
            begin().termRecord().serverVersion(serverVersion);
            commit("the start of term " + term);
            started = true;
        } finally {
            if (!started) {
                writer.close();
            }
        }
    }

    NameRegistry registry() {
        return registry;
    }

    /** Counts the starts of servers on this data, from 1. */
    long term() {
        return term;
    }

    /** Counter of the last catalogue that was in service; 0 before the first. */
    synchronized long lastCatalogueCounter() {
        return catalogueCounter;
    }

    synchronized void catalogue(final long counter, final long contentHash) {
        begin().catalogue().catalogueCounter(counter).catalogueHash(contentHash);
        commit("catalogue version " + counter);
        catalogueCounter = counter;
    }

    /** What is held back now. */
    synchronized Holds holds() {
        return holds;
    }

    /** Keeps that something is held back from now on, or no longer; it stays so over restarts. */
    synchronized Hold hold(final Hold.Target target, final int id, final HoldReason reason, final boolean held) {
        final Hold change = new Hold(holds.epoch() + 1, target, id, reason, held);
        begin().hold()
            .controlEpoch(change.epoch())
            .registryId(id)
            .target((short) target.code())
            .reason((short) reason.code())
            .held((short) (held ? 1 : 0));
        commit("what is held back");
        holds = holds.with(change);
        return change;
    }

    private synchronized void append(final NameKind kind, final int id, final String name) {
        begin().name().id(id).kind(io.opportune.engine.journal.codec.NameKind.get(kind.value())).name(name);
        write("the name " + name);
    }

    private synchronized void sync() {
        writer.endOfBatch();
    }

    /** Names alone are synced one by one; those of a catalogue together. */
    private final class Names implements NameRegistry.Log {
        @Override
        public void append(final NameKind kind, final int id, final String name) {
            ControlJournal.this.append(kind, id, name);
            sync();
        }

        @Override
        public void appendInBatch(final NameKind kind, final int id, final String name) {
            ControlJournal.this.append(kind, id, name);
        }

        @Override
        public void endOfBatch() {
            sync();
        }
    }

    private RecordWriter begin() {
        final long nowNs = clock.nanoTime();
        return records.at(RecordHeaderFlyweight.CONTROL_PARTITION, ++sequence, nowNs, nowNs, 0, 0);
    }

    private void commit(final String what) {
        write(what);
        writer.endOfBatch();
    }

    private void write(final String what) {
        if (writer.append(records.buffer(), 0, records.length()) == JournalWriter.NOT_WRITTEN) {
            throw new IllegalStateException("the journal cannot be written (disk full?), so " + what
                + " cannot be kept; free some disk space and try again");
        }
    }

    @Override
    public synchronized void close() {
        writer.close();
    }
}
