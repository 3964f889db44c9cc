package io.opportune.engine.recovery;

import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.ledger.Ledger;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.PartitionCopyHeader;
import io.opportune.engine.profile.PartitionCopyReader;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileMigration;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.profile.StoreRefusedException;
import io.opportune.engine.state.AnswerCache;
import io.opportune.engine.state.PartitionTable;
import io.opportune.engine.state.StateMachine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Rebuilds the state at start: the newest whole snapshot, then the journal's tail. A damaged snapshot is passed over
 * for the one before; without any the whole journal is applied. Single-threaded, before the shards start.
 */
public final class Recovery {
    private final ProfileStore profiles;
    private final IdentityIndex identities;
    private final EventIdHorizon eventIds;
    private final PartitionTable table;
    private final String keyId;
    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private final MessageHeaderDecoder messageHeader = new MessageHeaderDecoder();
    private final DecisionRecordDecoder decision = new DecisionRecordDecoder();
    private final UnsafeBuffer response = new UnsafeBuffer(0, 0);
    private final List<String> remarks = new ArrayList<>();
    private Ledger ledger;

    /** A root whose merge a crash cut off between giving and taking. */
    public record CutOffMerge(int partition, long rootHigh, long rootLow) {
    }

    /**
     * What starting again came to.
     *
     * @param snapshot         number of the snapshot used; 0 for none.
     * @param snapshotProfiles profiles it held.
     * @param records          of the journal that were applied.
     * @param answers          remembered again for retried requests.
     * @param cutOffMerges     to be resumed by the shards.
     * @param gaps             places where the journal lacks records, which was accepted.
     * @param durationNs       all in all.
     * @param remarks          what an operator should know: damaged snapshots or records.
     */
    public record Result(
        long snapshot,
        long snapshotProfiles,
        long records,
        long answers,
        List<CutOffMerge> cutOffMerges,
        long gaps,
        long durationNs,
        List<String> remarks) {
    }

    /**
     * Binds empty state.
     *
     * @param profiles   empty.
     * @param identities empty.
     * @param eventIds   empty.
     * @param table      of new partitions.
     * @param keyId      of the pseudonym key.
     */
    public Recovery(
        final ProfileStore profiles,
        final IdentityIndex identities,
        final EventIdHorizon eventIds,
        final PartitionTable table,
        final String keyId) {
        this.profiles = profiles;
        this.identities = identities;
        this.eventIds = eventIds;
        this.table = table;
        this.keyId = keyId;
    }

    /**
     * Rebuilds a ledger too.
     *
     * @param empty nothing is known to it.
     * @return this.
     */
    public Recovery ledger(final Ledger empty) {
        ledger = empty;
        return this;
    }

    /**
     * Rebuilds.
     *
     * @param snapshotRoot folder of snapshots.
     * @param queues       folders of the shards' queues, those of earlier shard counts included.
     * @param answersOf    where answers of a partition are remembered; may give null.
     * @param acceptGaps   whether to go on without records that are missing.
     * @return what came of it.
     * @throws IOException when a file cannot be read, the store has no room for what the snapshot holds, or records are
     *     missing and that is not accepted.
     */
    public Result run(
        final Path snapshotRoot,
        final List<Path> queues,
        final IntFunction<AnswerCache> answersOf,
        final boolean acceptGaps) throws IOException {
        final long startNs = System.nanoTime();
        final Snapshots snapshots = new Snapshots(snapshotRoot);
        long used = 0;
        long loaded = 0;
        SnapshotManifest manifest = null;
        for (final long number : snapshots.numbers()) {
            try {
                manifest = verify(snapshots.folder(number));
                used = number;
                break;
            } catch (final IOException e) {
                remarks.add("snapshot " + number + " is not usable: " + e.getMessage());
            }
        }
        if (manifest != null) {
            loaded = load(snapshots.folder(used), manifest);
        }
        if (manifest == null && !snapshots.numbers().isEmpty()) {
            remarks.add("no snapshot is usable: the journal is applied from its first kept record");
        }
        final HistoryCheck history = new HistoryCheck(table);
        final long[] counts = applyTail(queues, manifest, answersOf, history);
        if (history.gaps() > 0) {
            onGaps(history, acceptGaps);
        }
        return new Result(used, loaded, counts[0], counts[1], cutOffMerges(), history.gaps(),
            System.nanoTime() - startNs, List.copyOf(remarks));
    }

    /** Profiles built from half a history look like whole ones, so nobody but the operator may decide to use them. */
    private void onGaps(final HistoryCheck history, final boolean accepted) throws IOException {
        final String missing = "the journal lacks records that no snapshot holds: " + history.description();
        if (!accepted) {
            throw new IOException(missing + (remarks.isEmpty() ? "" : "; " + String.join("; ", remarks))
                + ". Restore the older journal files or the snapshot, or start with recovery.accept-gaps = true to go"
                + " on without what these records said");
        }
        remarks.add("HISTORY IS MISSING, accepted by recovery.accept-gaps: " + missing);
    }

    /** Checks all files of a snapshot before anything of it is used. */
    private SnapshotManifest verify(final Path folder) throws IOException {
        final SnapshotManifest manifest = SnapshotManifest.read(folder);
        if (manifest.partitions().size() != table.partitions()) {
            throw new IOException("it has " + manifest.partitions().size() + " partitions, the store "
                + table.partitions());
        }
        for (int partition = 0; partition < table.partitions(); partition++) {
            open(Snapshotter.partitionFile(folder, partition), partition).close();
        }
        open(folder.resolve(Snapshotter.IDENTITIES_FILE), PartitionCopyHeader.NO_PARTITION).close();
        open(folder.resolve(Snapshotter.EVENT_IDS_FILE), PartitionCopyHeader.NO_PARTITION).close();
        if (Files.exists(folder.resolve(Snapshotter.NOTICE_IDS_FILE))) {
            open(folder.resolve(Snapshotter.NOTICE_IDS_FILE), PartitionCopyHeader.NO_PARTITION).close();
        }
        readLedger(folder.resolve(Snapshotter.LEDGER_FILE), manifest.ledgerCrc());
        return manifest;
    }

    /**
     * Reads all or nothing. A snapshot of an earlier version has none: nothing had been reserved by then. Any other one
     * without it would let every budget be spent once more.
     */
    private void readLedger(final Path file, final String crc) throws IOException {
        final byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : null;
        if (crc != null && (bytes == null || !SnapshotManifest.crc(bytes).equals(crc))) {
            throw new IOException(file + (bytes == null ? ": is missing" : ": is not the one of this snapshot"));
        }
        if (ledger != null && bytes != null) {
            ledger.read(new ByteArrayInputStream(bytes));
        }
    }

    private PartitionCopyReader open(final Path file, final int partition) throws IOException {
        final PartitionCopyReader reader;
        try {
            reader = PartitionCopyReader.open(file);
        } catch (final StoreRefusedException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (reader.header().partition() != partition || !reader.header().keyId().equals(keyId)) {
            reader.close();
            throw new IOException(file + ": of another partition or another pseudonym key");
        }
        return reader;
    }

    private long load(final Path folder, final SnapshotManifest manifest) throws IOException {
        long loaded = 0;
        for (int partition = 0; partition < table.partitions(); partition++) {
            final SnapshotManifest.Partition state = manifest.partitions().get(partition);
            table.applied(partition, state.sequence(), state.businessTimeNs());
            synchronized (table) {
                table.identityApplied(partition, state.identitySequence());
            }
            loaded += loadPartition(Snapshotter.partitionFile(folder, partition), partition);
        }
        try (PartitionCopyReader copy =
            open(folder.resolve(Snapshotter.IDENTITIES_FILE), PartitionCopyHeader.NO_PARTITION)) {
            while (copy.next()) {
                identities.restore(copy.high(), copy.low(), copy.rootHigh(), copy.rootLow(), copy.person());
            }
        }
        try (PartitionCopyReader copy =
            open(folder.resolve(Snapshotter.EVENT_IDS_FILE), PartitionCopyHeader.NO_PARTITION)) {
            while (copy.next()) {
                eventIds.addIfAbsent(copy.high(), copy.low());
            }
        }
        loadNotices(folder.resolve(Snapshotter.NOTICE_IDS_FILE), manifest);
        return loaded;
    }

    private void loadNotices(final Path file, final SnapshotManifest manifest) throws IOException {
        if (!Files.exists(file)) {
            // Of an earlier version, which knew notices among all events: those that it may have taken are not taken.
            manifest.partitions().forEach(each -> eventIds.notices().forgetUpTo(each.businessTimeNs()));
            return;
        }
        try (PartitionCopyReader copy = open(file, PartitionCopyHeader.NO_PARTITION)) {
            while (copy.next()) {
                eventIds.notices().restore(copy.high(), copy.low());
            }
        }
    }

    private long loadPartition(final Path file, final int partition) throws IOException {
        final ProfileFlyweight profile = new ProfileFlyweight();
        long loaded = 0;
        long lost = 0;
        try (PartitionCopyReader copy = open(file, partition)) {
            while (copy.next()) {
                if (profiles.findOrCreate(partition, copy.high(), copy.low(), profile)) {
                    ProfileMigration.read(copy.buffer(), copy.offset(), copy.header().recordBytes(), profile);
                    loaded++;
                } else {
                    lost++;
                }
            }
        }
        if (lost > 0) {
            throw new IOException("partition " + partition + " has no room for " + lost
                + " profiles of the snapshot: raise store.max-profiles");
        }
        return loaded;
    }

    private long[] applyTail(
        final List<Path> queues,
        final SnapshotManifest manifest,
        final IntFunction<AnswerCache> answersOf,
        final HistoryCheck history) {
        final Map<String, SnapshotManifest.Queue> marks = new HashMap<>();
        if (manifest != null) {
            manifest.queues().forEach(queue -> marks.put(queue.name(), queue));
        }
        final StateMachine state = new StateMachine(profiles, identities, eventIds, table);
        final LedgerTail money = ledger == null ? null : new LedgerTail(ledger);
        final int[] shards = queues.stream().mapToInt(JournalDirectory::shardOf).toArray();
        final long[] counts = new long[2];
        final long[] appliedBefore = new long[queues.size()];
        try (JournalTail tail = new JournalTail(queues)) {
            for (int i = 0; i < queues.size(); i++) {
                appliedBefore[i] = position(tail.reader(i), marks.get(queues.get(i).getFileName().toString()));
            }
            tail.forEach((queue, reader) -> {
                if (reader.index() > appliedBefore[queue]) {
                    history.onRecord(
                        header.wrap(reader.buffer(), reader.offset()), queues.get(queue).getFileName().toString());
                    state.apply(reader.buffer(), reader.offset(), reader.length());
                    if (money != null) {
                        money.onRecord(shards[queue], reader);
                    }
                    counts[0]++;
                }
                counts[1] += remember(shards[queue], reader, answersOf);
            });
            for (int i = 0; i < queues.size(); i++) {
                if (tail.reader(i).damagedCount() > 0) {
                    remarks.add(queues.get(i).getFileName() + ": " + tail.reader(i).damagedCount()
                        + " damaged records were passed over");
                }
            }
        }
        return counts;
    }

    /** Moves the reader to where it must start and returns the last index that the snapshot has already seen. */
    private long position(final JournalReader reader, final SnapshotManifest.Queue mark) {
        if (mark == null || mark.appliedIndex() == Long.MIN_VALUE) {
            reader.moveToStart();
            return Long.MIN_VALUE;
        }
        final long from = Math.min(mark.appliedIndex(), mark.answersIndex());
        if (!reader.moveTo(from) && !reader.moveTo(mark.appliedIndex())) {
            // The file of the mark has been deleted, so everything that is left is newer.
            reader.moveToStart();
        }
        return mark.appliedIndex();
    }

    private long remember(
        final int writer, final JournalReader reader, final IntFunction<AnswerCache> answersOf) {
        header.wrap(reader.buffer(), reader.offset());
        if (header.templateId() != DecisionRecordDecoder.TEMPLATE_ID) {
            return 0;
        }
        final AnswerCache answers = answersOf.apply(header.partition());
        if (answers == null) {
            return 0;
        }
        decision.wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
        final long high = decision.requestIdHigh();
        final long low = decision.requestIdLow();
        if (!answers.key(high, low, decision.clientIndex())) {
            return 0;
        }
        decision.skipRequest();
        decision.wrapResponse(response);
        answers.put(writer, reader.index(), response, 0, response.capacity());
        return 1;
    }

    private List<CutOffMerge> cutOffMerges() {
        final List<CutOffMerge> found = new ArrayList<>();
        final ProfileFlyweight profile = new ProfileFlyweight();
        for (int p = 0; p < table.partitions(); p++) {
            final int partition = p;
            for (int chunk = 0; chunk < profiles.chunkCount(partition); chunk++) {
                profiles.copyChunk(partition, chunk, (high, low, buffer, offset, length) -> {
                    if (profile.wrap(buffer, offset).isMergePending()) {
                        found.add(new CutOffMerge(partition, high, low));
                    }
                });
            }
        }
        return found;
    }
}
