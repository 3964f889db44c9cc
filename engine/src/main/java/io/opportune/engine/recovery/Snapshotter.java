package io.opportune.engine.recovery;

import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.PartitionCopyHeader;
import io.opportune.engine.profile.PartitionCopyWriter;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.profile.ProfileStoreSettings;
import io.opportune.engine.state.PartitionTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Takes snapshots while the shards serve. First each shard says where its journal stands; then identities, event ids
 * and profiles are copied, each at its own moment; the journal read on from the first point makes them agree, because
 * records that a copy has already seen change nothing. One at a time, on a control thread.
 */
public final class Snapshotter {
    static final String IDENTITIES_FILE = "identities";
    static final String EVENT_IDS_FILE = "event-ids";
    static final String NOTICE_IDS_FILE = "notice-ids";
    static final String LEDGER_FILE = "ledger";
    private static final long CHUNK_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private final Path root;
    private final Snapshots snapshots;
    private final ProfileStore profiles;
    private final IdentityIndex identities;
    private final EventIdHorizon eventIds;
    private final PartitionTable table;
    private final ProfileStoreSettings settings;
    private final long term;
    private final LedgerCopy ledger;

    /** Writes the ledger as it is after everything that the shards have told it. */
    @FunctionalInterface
    public interface LedgerCopy {
        /**
         * Writes it.
         *
         * @param out closed by the caller.
         * @throws IOException when it cannot be written.
         */
        void write(OutputStream out) throws IOException;
    }

    /**
     * What a snapshot came to.
     *
     * @param folder      of it.
     * @param profiles    copied.
     * @param lengthBytes of the profiles' copies.
     * @param durationNs  from start to manifest.
     */
    public record Result(Path folder, long profiles, long lengthBytes, long durationNs) {
    }

    /**
     * Binds what is copied.
     *
     * @param root       folder of snapshots.
     * @param profiles   copied by their shards.
     * @param identities copied here.
     * @param eventIds   copied here.
     * @param table      read by the shards.
     * @param settings   of the profile store.
     * @param term       of this server.
     * @param ledger     copied here.
     */
    public Snapshotter(
        final Path root,
        final ProfileStore profiles,
        final IdentityIndex identities,
        final EventIdHorizon eventIds,
        final PartitionTable table,
        final ProfileStoreSettings settings,
        final long term,
        final LedgerCopy ledger) {
        this.root = root;
        snapshots = new Snapshots(root);
        this.profiles = profiles;
        this.identities = identities;
        this.eventIds = eventIds;
        this.table = table;
        this.settings = settings;
        this.term = term;
        this.ledger = ledger;
    }

    /**
     * Takes a snapshot, and forgets those that are no longer needed.
     *
     * @param shards that own the profiles.
     * @return what came of it.
     * @throws IOException when a file cannot be written; the last good snapshot stays.
     */
    public synchronized Result take(final ShardAccess shards) throws IOException {
        final long startNs = System.nanoTime();
        Files.createDirectories(root);
        final Path folder = snapshots.next();
        final List<SnapshotManifest.Queue> queues = markQueues(shards);
        final String ledgerCrc = copyLedger(folder);
        copyEventIds(folder);
        final long[] identitySequences = copyIdentities(folder);
        final SnapshotManifest.Partition[] partitions = new SnapshotManifest.Partition[table.partitions()];
        long copied = 0;
        for (int shard = 0; shard < shards.count(); shard++) {
            copied += copyShard(shards, shard, folder, partitions, identitySequences);
        }
        if (!shards.syncJournals()) {
            // A snapshot ahead of the journal on the disk would leave a gap after the machine was lost.
            throw new IOException("the journal could not be forced to the disk");
        }
        new SnapshotManifest(term, queues, Arrays.asList(partitions), ledgerCrc).write(folder);
        snapshots.prune();
        return new Result(folder, copied, copied * PartitionCopyTask.ENTRY_LENGTH_BYTES, System.nanoTime() - startNs);
    }

    /** After the queues were marked: the ledger has then seen at least what stands before the marks. */
    private String copyLedger(final Path folder) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ledger.write(bytes);
        DurableFiles.place(folder.resolve(LEDGER_FILE), bytes.toByteArray());
        return SnapshotManifest.crc(bytes.toByteArray());
    }

    private void copyEventIds(final Path folder) throws IOException {
        try (PartitionCopyWriter writer =
            new PartitionCopyWriter(folder.resolve(EVENT_IDS_FILE), header(PartitionCopyHeader.IDS, 0))) {
            eventIds.dump((high, low) -> write(() -> writer.write(high, low)));
            writer.commit();
        }
        try (PartitionCopyWriter writer =
            new PartitionCopyWriter(folder.resolve(NOTICE_IDS_FILE), header(PartitionCopyHeader.IDS, 0))) {
            eventIds.notices().dump((fingerprint, timeNs) -> write(() -> writer.write(fingerprint, timeNs)));
            writer.commit();
        }
    }

    /**
     * Copies the identities as they are at one moment; gives the position of each partition at that moment. Shards that
     * link wait meanwhile. Chunks with pauses between them would not do, although the journal is applied from before
     * the copy: a profile's copy carries the last sequence it has seen, an id's carries none, so that changes would be
     * applied to a state that holds them already. An erasure would forget a cluster that joined after it, and the links
     * within that cluster may be older than what is applied.
     */
    private long[] copyIdentities(final Path folder) throws IOException {
        final long[] sequences = new long[table.partitions()];
        try (PartitionCopyWriter writer = new PartitionCopyWriter(
            folder.resolve(IDENTITIES_FILE),
            header(PartitionCopyHeader.IDENTITIES, PartitionCopyHeader.IDENTITY_BYTES))) {
            synchronized (table) {
                Arrays.setAll(sequences, table::identitySequence);
                identities.forEach((memberHigh, memberLow, rootHigh, rootLow, person) ->
                    write(() -> writer.write(memberHigh, memberLow, rootHigh, rootLow, person)));
            }
            writer.commit();
        }
        return sequences;
    }

    private PartitionCopyHeader header(final int kind, final int recordBytes) {
        return new PartitionCopyHeader(kind, 1, recordBytes, settings.tenant(), PartitionCopyHeader.NO_PARTITION,
            settings.partitions(), term, 0, settings.keyId());
    }

    /** One write of a copy. */
    @FunctionalInterface
    private interface Write {
        void run() throws IOException;
    }

    private static void write(final Write write) {
        try {
            write.run();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<SnapshotManifest.Queue> markQueues(final ShardAccess shards) {
        // All of an idle queue has been applied at start; without its mark the next start would apply it again.
        final Map<String, Long> applied = new LinkedHashMap<>(shards.idleQueues());
        for (int i = 0; i < shards.count(); i++) {
            applied.put(shards.queueName(i), Long.MIN_VALUE);
        }
        final Map<String, Long> answers = new HashMap<>();
        for (int i = 0; i < shards.count(); i++) {
            final int shard = i;
            shards.call(shard, () -> {
                applied.put(shards.queueName(shard), shards.appliedIndex(shard));
                applied.keySet().forEach(
                    name -> answers.merge(name, shards.answersIndex(shard, name), Math::min));
            });
        }
        return applied.entrySet().stream()
            .map(queue -> new SnapshotManifest.Queue(queue.getKey(), queue.getValue(), answers.get(queue.getKey())))
            .toList();
    }

    private long copyShard(
        final ShardAccess shards,
        final int shard,
        final Path folder,
        final SnapshotManifest.Partition[] partitions,
        final long[] identitySequences) throws IOException {
        final int[] owned = IntStream.range(0, table.partitions()).filter(p -> p % shards.count() == shard).toArray();
        if (owned.length == 0) {
            return 0;
        }
        final PartitionCopyTask task = new PartitionCopyTask(profiles, table, owned);
        shards.call(shard, () -> shards.background(shard, task));
        long copied = 0;
        PartitionCopyWriter writer = null;
        try {
            boolean more = true;
            while (more) {
                final PartitionCopyTask.Chunk chunk = task.take(CHUNK_TIMEOUT_NS, shards::nudge);
                if (chunk == null) {
                    throw new IOException("shard " + shard + " gave no profiles for 30 s");
                }
                if (writer == null) {
                    writer = open(folder, chunk);
                    partitions[chunk.partition] = new SnapshotManifest.Partition(
                        chunk.sequence, chunk.businessTimeNs, identitySequences[chunk.partition]);
                }
                for (int i = 0; i < chunk.count; i++) {
                    final int at = i * PartitionCopyTask.ENTRY_LENGTH_BYTES;
                    writer.write(chunk.entries.getLong(at), chunk.entries.getLong(at + 8), chunk.entries, at + 16);
                }
                copied += chunk.count;
                if (chunk.lastOfPartition) {
                    writer.commit();
                    writer = null;
                }
                more = !chunk.lastOfShard;
                task.release(chunk);
            }
        } finally {
            if (writer != null) {
                writer.close();
            }
        }
        return copied;
    }

    private PartitionCopyWriter open(final Path folder, final PartitionCopyTask.Chunk chunk) throws IOException {
        return new PartitionCopyWriter(partitionFile(folder, chunk.partition),
            PartitionCopyHeader.ofProfiles(settings, chunk.partition, term, chunk.sequence));
    }

    static Path partitionFile(final Path folder, final int partition) {
        return folder.resolve(String.format("partition-%05d.copy", partition));
    }

    /**
     * Where the journal of a queue is applied from at the earliest when a kept snapshot is started from: whatever
     * stands before may be overwritten.
     *
     * @param queueName folder name of the queue.
     * @return the last index that every kept snapshot has seen; Long.MAX_VALUE when none knows the queue.
     * @throws IOException when a manifest cannot be read.
     */
    public long appliedFrom(final String queueName) throws IOException {
        long needed = Long.MAX_VALUE;
        for (final long number : snapshots.numbers()) {
            for (final SnapshotManifest.Queue queue : SnapshotManifest.read(snapshots.folder(number)).queues()) {
                if (queue.name().equals(queueName)) {
                    needed = Math.min(needed, Math.max(0, queue.appliedIndex()));
                }
            }
        }
        return needed;
    }

    /**
     * Where the journal of a queue is still needed from: before this nothing may be deleted.
     *
     * @param queueName folder name of the queue.
     * @return journal index of the oldest kept snapshot; 0 when everything is needed.
     * @throws IOException when a manifest cannot be read.
     */
    public long neededFrom(final String queueName) throws IOException {
        long needed = Long.MAX_VALUE;
        for (final long number : snapshots.numbers()) {
            long index = 0;
            for (final SnapshotManifest.Queue queue : SnapshotManifest.read(snapshots.folder(number)).queues()) {
                if (queue.name().equals(queueName) && queue.appliedIndex() != Long.MIN_VALUE) {
                    index = Math.min(queue.appliedIndex(), queue.answersIndex());
                }
            }
            needed = Math.min(needed, index);
        }
        return needed == Long.MAX_VALUE ? 0 : needed;
    }
}
