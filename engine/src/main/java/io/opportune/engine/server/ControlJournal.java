package io.opportune.engine.server;

import io.opportune.engine.decision.Hold;
import io.opportune.engine.decision.HoldReason;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.journal.FreeSpace;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalRefusedException;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.RecordWriter;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.RegistryQueue;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.EpochNanoClock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The queue of what belongs to no shard: names and their ids, terms, catalogue versions, what is held back. Synced with
 * every record, with the names of a catalogue batch by batch: an id that was given to anybody must never be given
 * again. What is appended counts, also when it could not be synced: nothing else gets its number. Any thread may
 * append, one at a time.
 */
final class ControlJournal implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(ControlJournal.class);
    private static final int MAX_RECORD_BYTES = 4096;
    private static final int MAX_DESCRIBED = 8;
    /** Beside the queue's files; lists the gaps that an operator has accepted, so that only new ones are refused. */
    private static final String ACCEPTED_GAPS = "accepted-gaps";

    private final JournalWriter writer;
    private final RecordWriter records;
    private final EpochNanoClock clock;
    private final NameRegistry registry;
    private final String serverVersion;
    private final int gaps;
    private final long term;
    private long sequence;
    private long catalogueCounter;
    private Holds holds;
    private Hold lastHold;

    ControlJournal(
        final Path queue,
        final JournalSettings settings,
        final JournalCounters counters,
        final FreeSpace freeSpace,
        final EpochNanoClock clock,
        final int tenant,
        final String serverVersion,
        final boolean acceptGaps) throws IOException {
        this.clock = clock;
        this.serverVersion = serverVersion;
        records = new RecordWriter(tenant, MAX_RECORD_BYTES);
        writer = new JournalWriter(queue, settings, clock, counters, freeSpace,
            error -> LOG.error("the control journal cannot be written", error));
        registry = new NameRegistry(new Names());
        boolean started = false;
        try {
            final RegistryQueue.Position position = RegistryQueue.restore(queue, registry);
            final List<String> missing = missing(queue, position);
            gaps = missing.isEmpty() ? 0 : onGaps(queue, missing, acceptGaps);
            sequence = position.lastSequence();
            catalogueCounter = position.catalogueCounter();
            holds = position.holdsAt(position.holds().size());
            term = position.lastTerm() + 1;
            records.term(term);
            appendTerm();
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

    private static List<String> missing(final Path queue, final RegistryQueue.Position position) {
        // The first thing that a server writes is its term, before a shard writes anything.
        final boolean lost = position.lastSequence() == 0 && new JournalDirectory(queue.toAbsolutePath().getParent())
            .queues().stream().anyMatch(other -> !other.getFileName().equals(queue.getFileName()));
        return lost ? List.of("expected sequence 1, found none, although shards have written") : position.gaps();
    }

    /** An id given twice or a pause forgotten cannot be seen later, so only an operator may go on with them. */
    private static int onGaps(final Path queue, final List<String> gaps, final boolean accepted) throws IOException {
        final int more = gaps.size() - Math.min(gaps.size(), MAX_DESCRIBED);
        final String missing = "the control journal " + queue + " lacks records: "
            + String.join("; ", gaps.subList(0, gaps.size() - more)) + (more > 0 ? "; and " + more + " more" : "");
        final Path note = queue.resolve(ACCEPTED_GAPS);
        final String all = String.join("\n", gaps) + "\n";
        if (Files.exists(note) && Files.readString(note).equals(all)) {
            LOG.warn("{}; accepted by an earlier start", missing);
            return 0;
        }
        if (!accepted) {
            throw new IOException(missing + ". Restore its files, or start with recovery.accept-gaps = true to go on"
                + " without what these records said: pauses may be forgotten, ids of lost names be given to others");
        }
        LOG.warn("HISTORY IS MISSING, accepted by recovery.accept-gaps: {}", missing);
        DurableFiles.write(note, all.getBytes(StandardCharsets.UTF_8));
        return gaps.size();
    }

    /** How many places lack records, which was accepted at this start. */
    int gaps() {
        return gaps;
    }

    private void appendTerm() {
        begin().termRecord().serverVersion(serverVersion);
        append("the start of term " + term);
        sync("the start of term " + term);
    }

    /** Whether records are being taken and synced, as far as the last one told. */
    boolean healthy() {
        return writer.healthy();
    }

    /** Tries again after a failure: nothing else may come for days. Says the term once more, which changes nothing. */
    synchronized void retry() {
        if (!writer.healthy() && writer.sync() && !writer.healthy()) {
            try {
                appendTerm();
            } catch (final JournalRefusedException still) {
                LOG.debug("still: {}", still.getMessage());
            }
        }
    }

    /** Counts the starts of servers on this data, from 1. */
    long term() {
        return term;
    }

    /** Counter of the last catalogue that was in service; 0 before the first. */
    synchronized long lastCatalogueCounter() {
        return catalogueCounter;
    }

    /**
     * Keeps that a catalogue is in service.
     *
     * @throws JournalRefusedException when it cannot be kept for good; its counter may be used up all the same.
     */
    synchronized void catalogue(final long counter, final long contentHash) {
        final String what = "catalogue version " + counter;
        begin().catalogue().catalogueCounter(counter).catalogueHash(contentHash);
        append(what);
        catalogueCounter = counter;
        sync(what);
    }

    /** What is held back now. */
    synchronized Holds holds() {
        return holds;
    }

    /** The last change of what is held back that this server made, also one that could not be synced; or null. */
    synchronized Hold lastHold() {
        return lastHold;
    }

    /**
     * Keeps that something is held back from now on, or no longer; it stays so over restarts.
     *
     * @throws JournalRefusedException when it cannot be kept for good; {@link #holds} may have changed all the same.
     */
    synchronized Hold hold(final Hold.Target target, final int id, final HoldReason reason, final boolean held) {
        final String what = "what is held back";
        final Hold change = new Hold(holds.epoch() + 1, target, id, reason, held);
        begin().hold()
            .controlEpoch(change.epoch())
            .registryId(id)
            .target((short) target.code())
            .reason((short) reason.code())
            .held((short) (held ? 1 : 0));
        append(what);
        holds = holds.with(change);
        lastHold = change;
        sync(what);
        return change;
    }

    /** Makes sure that what was appended lasts; tried again when it failed before. */
    synchronized void sync(final String what) {
        if (!writer.endOfBatch()) {
            throw new JournalRefusedException("the journal cannot be synced to the disk, so " + what
                + " may not last; see the log for the reason, and try again");
        }
    }

    private final class Names implements NameRegistry.Log {
        @Override
        public void append(final NameKind kind, final int id, final String name) {
            synchronized (ControlJournal.this) {
                begin().name().id(id).kind(io.opportune.engine.journal.codec.NameKind.get(kind.value())).name(name);
                ControlJournal.this.append("the name " + name);
            }
        }

        @Override
        public void endOfBatch() {
            sync("a name");
        }
    }

    private RecordWriter begin() {
        final long nowNs = clock.nanoTime();
        return records.at(RecordHeaderFlyweight.CONTROL_PARTITION, sequence + 1, nowNs, nowNs, 0, 0);
    }

    /** A record that is refused leaves its sequence to the next one. */
    private void append(final String what) {
        if (writer.append(records.buffer(), 0, records.length()) == JournalWriter.NOT_WRITTEN) {
            throw new JournalRefusedException("the journal cannot be written (disk full?), so " + what
                + " cannot be kept; free some disk space and try again");
        }
        sequence++;
    }

    @Override
    public synchronized void close() {
        writer.close();
    }
}
