package io.opportune.engine.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads the records of one queue in order, also while another thread or process appends to it. Owned by one thread.
 * Opens the files read-only and never changes anything on the disk; a queue that does not exist yet is an empty one.
 */
public final class JournalReader implements AutoCloseable {
    /** What {@link #lastIndex} gives for an empty queue. */
    public static final long NO_INDEX = -1;

    /** Mapped at once by a reader. */
    static final long BLOCK_SIZE_BYTES = 64L << 20;
    private static final int INITIAL_CAPACITY_BYTES = 64 << 10;
    /** Nothing longer was ever appended; a longer excerpt is a damaged one. */
    private static final int MAX_RECORD_LENGTH_BYTES = 128 << 20;

    private final Path directory;
    private final CRC32C crc = new CRC32C();
    private final UnsafeBuffer record = new UnsafeBuffer(0, 0);
    private ByteBuffer copy = ByteBuffer.allocateDirect(INITIAL_CAPACITY_BYTES);
    private SingleChronicleQueue queue;
    private ExcerptTailer tailer;
    private long index = NO_INDEX;
    private int length;
    private long damagedCount;

    /**
     * Opens a queue for reading, standing before its first record.
     *
     * @param queueDir of the queue.
     */
    public JournalReader(final Path queueDir) {
        directory = queueDir;
        record.wrap(copy);
        isOpen();
    }

    /**
     * Steps to the next record. Damaged records, which only a lost machine leaves behind, are counted and passed over.
     *
     * @return false when there is none yet; a later call looks again.
     */
    public boolean next() {
        if (!isOpen()) {
            return false;
        }
        while (true) {
            try (DocumentContext document = tailer.readingDocument()) {
                if (!document.isPresent()) {
                    return false;
                }
                if (take(document.wire().bytes())) {
                    index = document.index();
                    return true;
                }
            }
            damagedCount++;
        }
    }

    /**
     * The current record.
     *
     * @return a copy that stays until the next call of {@link #next}.
     */
    public DirectBuffer buffer() {
        return record;
    }

    /**
     * Where the current record begins.
     *
     * @return offset in {@link #buffer()}.
     */
    public int offset() {
        return 0;
    }

    /**
     * Length of the current record.
     *
     * @return bytes.
     */
    public int length() {
        return length;
    }

    /**
     * Where the current record stands.
     *
     * @return the index that the writer returned for it.
     */
    public long index() {
        return index;
    }

    /**
     * Stands before a record, so that {@link #next} reads it.
     *
     * @param recordIndex as a writer or reader gave it.
     * @return false when no such record is kept; then this stands somewhere else and must be moved again.
     */
    public boolean moveTo(final long recordIndex) {
        if (!isOpen()) {
            return false;
        }
        try {
            return tailer.moveToIndex(recordIndex);
        } catch (final IllegalStateException indexDamaged) {
            // A lost machine may lose a block of the queue's own index; the records can still be counted through.
            return moveByReading(recordIndex);
        }
    }

    /**
     * Stands behind a record, so that {@link #next} reads the one that follows it.
     *
     * @param recordIndex as a writer or reader gave it.
     * @return false when no such record is kept; then this stands somewhere else and must be moved again.
     */
    public boolean moveBehind(final long recordIndex) {
        if (!moveTo(recordIndex)) {
            return false;
        }
        try (DocumentContext document = tailer.readingDocument()) {
            return document.isPresent();
        }
    }

    /** Stands before the first record that is kept. */
    public void moveToStart() {
        if (isOpen() && !moveToFirstFile()) {
            tailer.toStart();
        }
    }

    /** The queue's own listing may begin with a file that is gone; a tailer would wait there and read nothing. */
    private boolean moveToFirstFile() {
        try {
            final List<Path> files = ChronicleQueues.files(directory);
            return !files.isEmpty() && tailer.moveToIndex(
                queue.rollCycle().toIndex((int) ChronicleQueues.cycleOf(queue, files.getFirst()), 0));
        } catch (final IOException e) {
            throw new UncheckedIOException("journal " + directory, e);
        }
    }

    /** Stands behind the last record, so that {@link #next} reads only what is appended from here on. */
    public void moveToEnd() {
        if (isOpen()) {
            tailer.toEnd();
        }
    }

    /**
     * Looks where the last record stands now.
     *
     * @return its index, or {@link #NO_INDEX} when there is none. Takes some 10 us and allocates.
     */
    public long lastIndex() {
        return isOpen() ? queue.lastIndex() : NO_INDEX;
    }

    /**
     * Looks where the first kept record stands now.
     *
     * @return its index, or {@link #NO_INDEX} when there is none.
     */
    public long firstIndex() {
        if (!isOpen()) {
            return NO_INDEX;
        }
        final long first = queue.firstIndex();
        return first == Long.MAX_VALUE ? NO_INDEX : first;
    }

    /**
     * When the file ended, or will end, in which a record stands or stood, also when it is not kept any more.
     *
     * @param recordIndex as a writer or reader gave it.
     * @return nanoseconds since 1970.
     * @throws IllegalStateException when the queue has no file.
     */
    public long fileEndNs(final long recordIndex) {
        if (!isOpen()) {
            throw new IllegalStateException("no file in " + directory);
        }
        final RollCycle cycle = queue.rollCycle();
        return TimeUnit.MILLISECONDS.toNanos((cycle.toCycle(recordIndex) + 1L) * cycle.lengthInMillis());
    }

    /**
     * How many records {@link #next} passed over because their checksum did not hold.
     *
     * @return 0 unless the machine was lost with records not yet on the disk, or the disk is bad.
     */
    public long damagedCount() {
        return damagedCount;
    }

    @Override
    public void close() {
        if (tailer != null) {
            tailer.close();
            tailer = null;
        }
        if (queue != null) {
            queue.close();
            queue = null;
        }
    }

    private boolean moveByReading(final long recordIndex) {
        tailer.toStart();
        while (tailer.index() < recordIndex) {
            try (DocumentContext document = tailer.readingDocument()) {
                if (!document.isPresent()) {
                    return false;
                }
            }
        }
        return tailer.index() == recordIndex;
    }

    private boolean isOpen() {
        if (queue == null && ChronicleQueues.isReadable(directory)) {
            queue = ChronicleQueues.openForReading(directory, BLOCK_SIZE_BYTES);
        }
        if (queue != null && tailer == null && ChronicleQueues.hasFiles(queue)) {
            tailer = queue.createTailer();
            tailer.singleThreadedCheckDisabled(true);
        }
        return tailer != null;
    }

    private boolean take(final Bytes<?> excerpt) {
        final long excerptLength = excerpt.readRemaining();
        final long recordLength = excerptLength - JournalWriter.CHECKSUM_LENGTH_BYTES;
        if (recordLength < RecordHeaderFlyweight.MIN_RECORD_LENGTH_BYTES || recordLength > MAX_RECORD_LENGTH_BYTES) {
            return false;
        }
        if (excerptLength > copy.capacity()) {
            copy = ByteBuffer.allocateDirect(Integer.highestOneBit((int) excerptLength) * 2);
            record.wrap(copy);
        }
        copy.clear().limit((int) excerptLength);
        excerpt.read(copy);
        crc.reset();
        crc.update(copy.position(0).limit((int) recordLength));
        length = (int) recordLength;
        return (int) crc.getValue() == record.getInt(length, ByteOrder.LITTLE_ENDIAN);
    }
}
