package io.opportune.engine.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.core.values.LongValue;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.impl.table.AbstractTSQueueLock;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;
import net.openhft.chronicle.queue.rollcycles.LegacyRollCycles;
import net.openhft.chronicle.wire.Wires;

/** Opens Chronicle queues the way this package wants them: silent, single writer, healed after a kill. Stateless. */
final class ChronicleQueues {
    /** Ends the name of each file that holds records. */
    static final String FILE_SUFFIX = SingleChronicleQueue.SUFFIX;
    private static final String DAMAGED_SUFFIX = ".damaged";
    private static final String METADATA_FILE = SingleChronicleQueue.QUEUE_METADATA_FILE;
    private static final String WRITE_LOCK_KEY = "chronicle.write.lock";
    private static final String APPEND_LOCK_KEY = "chronicle.append.lock";
    /** How long a reader waits for a file whose first bytes are being written; the writer needs microseconds. */
    private static final long READER_TIMEOUT_MS = 500;
    /** The writer is alone, so it never waits for anybody; a limit shows a mistake soon. */
    private static final long WRITER_TIMEOUT_MS = 1_000;
    /** How soon a reader sees that a first file appeared or old files went. */
    private static final long LISTING_REFRESH_MS = 20;

    static {
        // Chronicle otherwise announces itself, reports its use over the network and polls the disk on a thread.
        setUnlessSet("chronicle.analytics.disable");
        setUnlessSet("chronicle.announcer.disable");
        setUnlessSet("chronicle.disk.monitor.disable");
        Jvm.disablePerfHandler();
        Jvm.disableDebugHandler();
    }

    private ChronicleQueues() {
    }

    static SingleChronicleQueue openForWriting(
        final Path directory, final JournalSettings settings, final TimeProvider time) {
        final SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(directory)
            .rollCycle(rollCycle(settings.roll()))
            .blockSize(settings.blockSizeBytes())
            .timeProvider(time)
            .timeoutMS(WRITER_TIMEOUT_MS)
            .syncMode(SyncMode.NONE)
            .build();
        breakLock(queue, WRITE_LOCK_KEY);
        breakLock(queue, APPEND_LOCK_KEY);
        return queue;
    }

    static SingleChronicleQueue openForReading(final Path directory, final long blockSizeBytes) {
        return SingleChronicleQueueBuilder.binary(directory)
            .rollCycle(LargeRollCycles.LARGE_HOURLY)
            .blockSize(blockSizeBytes)
            .readOnly(true)
            .timeoutMS(READER_TIMEOUT_MS)
            .forceDirectoryListingRefreshIntervalMs(LISTING_REFRESH_MS)
            .build();
    }

    static boolean isReadable(final Path directory) {
        return isComplete(directory.resolve(METADATA_FILE));
    }

    /**
     * Says whether the queue's list of files names a first one. While a writer creates the queue, the list holds
     * placeholders (the least long, which reads as cycle 0, then the greatest int); a tailer created then would stand
     * at a file of 1970 for good.
     */
    static boolean hasFiles(final SingleChronicleQueue queue) {
        final int first = queue.firstCycle();
        return first > 0 && first != Integer.MAX_VALUE;
    }

    /**
     * Removes what a killed process left half made: a file is published by its first four bytes, and without them it
     * holds no record, but would stop whoever opens it for ten seconds. A lost machine may lose those bytes of a file
     * that holds records, so then it is put aside instead. The caller holds the writer's lock.
     */
    static void removeUnfinished(final Path directory, final boolean machineWasLost) throws IOException {
        final Path metadata = directory.resolve(METADATA_FILE);
        if (Files.exists(metadata) && !isComplete(metadata)) {
            Files.delete(metadata);
        }
        for (final Path file : files(directory)) {
            if (!isComplete(file)) {
                if (machineWasLost) {
                    Files.move(file, file.resolveSibling(file.getFileName() + DAMAGED_SUFFIX));
                } else {
                    Files.delete(file);
                }
            }
        }
    }

    /** The files that hold records, oldest first. */
    static List<Path> files(final Path directory) throws IOException {
        final List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*" + FILE_SUFFIX)) {
            all.forEach(files::add);
        }
        files.sort(null);
        return files;
    }

    /** Which cycle a file holds; cycles count from 1970 in the length of the queue's cadence. */
    static long cycleOf(final SingleChronicleQueue queue, final Path file) {
        final String name = file.getFileName().toString();
        final String stem = name.substring(0, name.length() - FILE_SUFFIX.length());
        final TemporalAccessor start = DateTimeFormatter.ofPattern(queue.rollCycle().format()).parse(stem);
        final LocalTime time = start.query(TemporalQueries.localTime());
        return start.query(TemporalQueries.localDate()).atTime(time == null ? LocalTime.MIDNIGHT : time)
            .toInstant(ZoneOffset.UTC).toEpochMilli() / queue.rollCycle().lengthInMillis();
    }

    /** Name of the file of a cycle. */
    static String fileName(final SingleChronicleQueue queue, final long cycle) {
        return DateTimeFormatter.ofPattern(queue.rollCycle().format()).withZone(ZoneOffset.UTC)
            .format(Instant.ofEpochMilli(cycle * queue.rollCycle().lengthInMillis())) + FILE_SUFFIX;
    }

    /** Tells the queue's own list of files that some are gone; harmless beside a live writer, which takes no part. */
    static void refreshListing(final Path directory) {
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(directory)
            .rollCycle(LargeRollCycles.LARGE_HOURLY).build()) {
            queue.refreshDirectoryListing();
        }
    }

    private static RollCycle rollCycle(final RollCadence cadence) {
        // The large cycles, because the ordinary HOURLY ends at 268 million records: 75,000 a second.
        return switch (cadence) {
            case MINUTELY -> LegacyRollCycles.MINUTELY;
            case HOURLY -> LargeRollCycles.LARGE_HOURLY;
            case DAILY -> LargeRollCycles.LARGE_DAILY;
        };
    }

    private static boolean isComplete(final Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            final ByteBuffer first = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            return channel.read(first, 0) == Integer.BYTES && Wires.isReadyMetaData(first.getInt(0));
        } catch (final NoSuchFileException e) {
            return false;
        } catch (final IOException e) {
            throw new UncheckedIOException("journal file " + file, e);
        }
    }

    /**
     * The operating system's lock on the directory proves that no other writer lives, so a lock in the metadata is that
     * of a dead one, even where its process id is now somebody else's (in a container it is always the same).
     */
    private static void breakLock(final SingleChronicleQueue queue, final String key) {
        try (LongValue lock = queue.metaStore().acquireValueFor(key)) {
            if (lock.getVolatileValue() != AbstractTSQueueLock.UNLOCKED) {
                lock.setVolatileValue(AbstractTSQueueLock.UNLOCKED);
            }
        }
    }

    private static void setUnlessSet(final String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }
}
