package io.opportune.engine.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;

/**
 * The journal of one store on the disk: a queue for each shard and one for the registry. Any thread may call it, also
 * from another process; deleting is for the process that writes.
 *
 * <pre>
 *   journal/shard-00/20261121-13L.cq4   records of one hour
 *   journal/shard-00/metadata.cq4t      roll cadence, list of files
 *   journal/shard-00/writer.lock        held by the writer; says whether it closed in order
 *   journal/registry/...
 *   journal/erasure/                    how far erased customers have been overwritten
 * </pre>
 */
public final class JournalDirectory {
    private static final String SHARD_PREFIX = "shard-";
    private static final String REGISTRY = "registry";
    private static final String ERASURE = "erasure";

    private final Path root;

    /**
     * Names the directory; nothing is made.
     *
     * @param root the journal's directory, e.g. {@code data/journal}.
     */
    public JournalDirectory(final Path root) {
        this.root = root;
    }

    /**
     * Where a shard's queue is or would be.
     *
     * @param shard 0 or more.
     * @return its directory.
     */
    public Path shardQueue(final int shard) {
        return root.resolve(shard < 10 ? SHARD_PREFIX + "0" + shard : SHARD_PREFIX + shard);
    }

    /**
     * Which shard writes, or wrote, a queue.
     *
     * @param queue as {@link #shardQueue} gives it.
     * @return 0 or more.
     * @throws NumberFormatException when it is no queue of a shard.
     */
    public static int shardOf(final Path queue) {
        return Integer.parseInt(queue.getFileName().toString().substring(SHARD_PREFIX.length()));
    }

    /**
     * Where the registry's queue is or would be.
     *
     * @return its directory.
     */
    public Path registryQueue() {
        return root.resolve(REGISTRY);
    }

    /** Where {@link JournalErasure} keeps what it knows. */
    Path erasureFolder() {
        return root.resolve(ERASURE);
    }

    /**
     * The queues that exist. There may be more shards than the server has now: a store outlives a change of the number.
     *
     * @return directories in the order of their names, the registry's first.
     */
    public List<Path> queues() {
        final List<Path> queues = new ArrayList<>();
        if (!Files.isDirectory(root)) {
            return queues;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(root)) {
            for (final Path entry : all) {
                final String name = entry.getFileName().toString();
                if (Files.isDirectory(entry) && (name.startsWith(SHARD_PREFIX) || name.equals(REGISTRY))) {
                    queues.add(entry);
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("journal " + root, e);
        }
        queues.sort(null);
        return queues;
    }

    /**
     * Disk used by all queues.
     *
     * @return bytes that hold data; what is reserved ahead of the writers is left out.
     */
    public long bytesOnDisk() {
        long total = 0;
        for (final Path queue : queues()) {
            total += bytesOnDisk(queue);
        }
        return total;
    }

    /**
     * Disk used by one queue.
     *
     * @param queueDir of the queue.
     * @return bytes that hold data.
     */
    public static long bytesOnDisk(final Path queueDir) {
        long total = 0;
        try {
            for (final Path file : ChronicleQueues.files(queueDir)) {
                try (NativeFile open = NativeFile.openForReading(file)) {
                    final long data = open.dataBytes();
                    total += data >= 0 ? data : Files.size(file);
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("journal " + queueDir, e);
        }
        return total;
    }

    /**
     * From when on a queue may hold records: when the time of its oldest file begins.
     *
     * @param queueDir of the queue.
     * @return milliseconds since 1970; {@link Long#MAX_VALUE} without files, {@link Long#MIN_VALUE} where it cannot be
     *     told.
     * @throws IOException when the folder cannot be read.
     */
    public static long oldestTimeMs(final Path queueDir) throws IOException {
        final List<Path> files = ChronicleQueues.files(queueDir);
        if (files.isEmpty()) {
            return Long.MAX_VALUE;
        }
        if (!ChronicleQueues.isReadable(queueDir)) {
            return Long.MIN_VALUE;
        }
        try (SingleChronicleQueue queue = ChronicleQueues.openForReading(queueDir, JournalReader.BLOCK_SIZE_BYTES)) {
            return ChronicleQueues.cycleOf(queue, files.getFirst()) * queue.rollCycle().lengthInMillis();
        }
    }

    /**
     * Deletes the files of a queue that are no longer needed. A file goes only when it is not the newest, its whole
     * time lies further back than the retention, and all its records stand before an index: the oldest that a kept
     * snapshot would still be replayed from.
     *
     * @param queueDir      of the queue.
     * @param retentionNs   how long records are kept, 0 or more.
     * @param nowNs         wall clock, since 1970.
     * @param keepFromIndex the oldest index that must stay; 0 keeps everything.
     * @return how many files were deleted.
     */
    public static int deleteExpired(
        final Path queueDir, final long retentionNs, final long nowNs, final long keepFromIndex) {
        if (keepFromIndex <= 0 || !ChronicleQueues.isReadable(queueDir)) {
            return 0;
        }
        int deleted = 0;
        try (SingleChronicleQueue queue = ChronicleQueues.openForReading(queueDir, JournalReader.BLOCK_SIZE_BYTES)) {
            final List<Path> files = ChronicleQueues.files(queueDir);
            final long keepFromCycle = queue.rollCycle().toCycle(keepFromIndex);
            final long cycleLengthMs = queue.rollCycle().lengthInMillis();
            final long oldestKeptMs = TimeUnit.NANOSECONDS.toMillis(nowNs - retentionNs);
            for (int i = 0; i < files.size() - 1; i++) {
                final long cycle = ChronicleQueues.cycleOf(queue, files.get(i));
                if (cycle >= keepFromCycle || (cycle + 1) * cycleLengthMs > oldestKeptMs) {
                    break;
                }
                Files.delete(files.get(i));
                deleted++;
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("journal " + queueDir, e);
        }
        if (deleted > 0) {
            ChronicleQueues.refreshListing(queueDir);
        }
        return deleted;
    }
}
