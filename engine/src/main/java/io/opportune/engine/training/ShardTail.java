package io.opportune.engine.training;

import io.opportune.engine.feature.FeatureKeys;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import java.nio.file.Path;
import org.agrona.DirectBuffer;

/** One shard's queue, how far it was learned from, and the record that comes next. One thread. */
final class ShardTail implements AutoCloseable {
    private final JournalReader reader;
    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private long position;
    private long mark;
    private long target = JournalReader.NO_INDEX;
    private long targetTerm = Long.MAX_VALUE;
    private long beforeNs = Long.MAX_VALUE;
    private boolean placed;
    private boolean ready;

    /**
     * Stands behind a record.
     *
     * @param queue    folder; may not exist yet.
     * @param position of the last record that was learned from, {@link JournalReader#NO_INDEX} for none.
     * @param mark     of that record.
     */
    ShardTail(final Path queue, final long position, final long mark) {
        reader = new JournalReader(queue);
        this.position = position;
        this.mark = mark;
    }

    /**
     * Up to which record {@link #hasNext} goes from here on.
     *
     * @param index       of the last one.
     * @param term        of the server; records of earlier ones are taken whatever their time.
     * @param appendedNs  the first one of the term that was appended at this time or later is not taken any more.
     */
    void upTo(final long index, final long term, final long appendedNs) {
        target = index;
        targetTerm = term;
        beforeNs = appendedNs;
    }

    /** Whether there is a record up to the target that was not taken; it is then the current one. */
    boolean hasNext() {
        if (position >= target) {
            return false;
        }
        if (!ready) {
            if (!placed && !place()) {
                return false;
            }
            ready = reader.next();
            placed = ready || placed;
            if (ready) {
                header.wrap(reader.buffer(), reader.offset());
            }
        }
        return ready && reader.index() <= target && (header.term() < targetTerm || header.appendTimeNs() < beforeNs);
    }

    private boolean place() {
        if (position == JournalReader.NO_INDEX) {
            // Before the first record of a queue that is empty this is to be done again.
            reader.moveToStart();
            return true;
        }
        placed = reader.moveBehind(position);
        if (!placed && reader.firstIndex() > position) {
            // Files were deleted while nothing learned: from what is kept on.
            reader.moveToStart();
            placed = true;
        }
        return placed;
    }

    /** Whether the current record comes before that of another queue: by term, then by append time. */
    boolean isBefore(final ShardTail other) {
        return header.term() != other.header.term() ? header.term() < other.header.term()
            : header.appendTimeNs() < other.header.appendTimeNs();
    }

    DirectBuffer buffer() {
        return reader.buffer();
    }

    int offset() {
        return reader.offset();
    }

    /** Counts the current record as learned from. */
    void take() {
        position = reader.index();
        mark = markOf(header);
        ready = false;
    }

    long position() {
        return position;
    }

    /** Tells the record at {@link #position} from another one that may be written to its place after a power cut. */
    long mark() {
        return mark;
    }

    private static long markOf(final RecordHeaderFlyweight header) {
        return FeatureKeys.mix(FeatureKeys.mix(header.term() << 16 ^ header.partition()) ^ header.sequence())
            ^ header.appendTimeNs();
    }

    long lastIndex() {
        return reader.lastIndex();
    }

    /**
     * Why the queue is not the one that was read up to the position: null when it is. To be asked before reading.
     *
     * @param expiredNs files that ended by then may have been deleted, but never the last one of a queue.
     */
    String obstacle(final long expiredNs) {
        if (position == JournalReader.NO_INDEX) {
            return null;
        }
        final long last = reader.lastIndex();
        if (last == JournalReader.NO_INDEX) {
            return "it is empty, but record %x was learned from".formatted(position);
        }
        if (reader.firstIndex() > position) {
            return reader.fileEndNs(position) <= expiredNs ? null
                : "record %x is the first of it, but %x was learned from, which the journal should still hold"
                    .formatted(reader.firstIndex(), position);
        }
        if (position > last) {
            return "record %x is the last of it, but %x was learned from".formatted(last, position);
        }
        placed = false;
        if (!reader.moveTo(position) || !reader.next() || reader.index() != position) {
            return "record %x was learned from and cannot be read any more".formatted(position);
        }
        header.wrap(reader.buffer(), reader.offset());
        return markOf(header) == mark ? null
            : "record %x is another one than the one that was learned from".formatted(position);
    }

    @Override
    public void close() {
        reader.close();
    }
}
