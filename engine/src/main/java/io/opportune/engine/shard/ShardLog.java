package io.opportune.engine.shard;

import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.RecordWriter;
import io.opportune.engine.state.PartitionTable;
import io.opportune.engine.state.StateMachine;
import java.util.function.LongSupplier;

/** Append, then apply: the only way in which a shard changes anything. Owned by the shard's thread. */
public final class ShardLog {
    /** Longest record: a request and an answer, each as long as a frame may be. */
    public static final int MAX_RECORD_BYTES = 512 * 1024;

    private final int tenant;
    private final long term;
    private final RecordWriter writer;
    private final JournalWriter journal;
    private final StateMachine state;
    private final PartitionTable partitions;
    private final LongSupplier stamp;
    private long controlSequence;
    private long appendTimeNs;
    /** Before the first record: a snapshot then asks for everything to be applied. */
    private long lastIndex = Long.MIN_VALUE;

    /**
     * Binds journal and state of one shard.
     *
     * @param tenant     on all records.
     * @param term       of this start of the server.
     * @param journal    owned by this shard.
     * @param state      of this shard's partitions.
     * @param partitions of which this shard changes its own entries.
     * @param stamp      append time of a record that is made now, nanoseconds since 1970, never less than before.
     */
    public ShardLog(
        final int tenant,
        final long term,
        final JournalWriter journal,
        final StateMachine state,
        final PartitionTable partitions,
        final LongSupplier stamp) {
        this.tenant = tenant;
        this.term = term;
        this.journal = journal;
        this.state = state;
        this.partitions = partitions;
        this.stamp = stamp;
        writer = new RecordWriter(tenant, MAX_RECORD_BYTES).term(term);
    }

    int tenant() {
        return tenant;
    }

    long term() {
        return term;
    }

    JournalWriter journal() {
        return journal;
    }

    /** Starts the partition's next record; encode one with the writer's method for its template, then commit. */
    RecordWriter begin(final int partition, final long businessTimeNs, final long rootHigh, final long rootLow) {
        appendTimeNs = stamp.getAsLong();
        return writer.at(
            partition, partitions.lastSequence(partition) + 1, businessTimeNs, appendTimeNs, rootHigh, rootLow);
    }

    /** Starts a record about the shard as a whole; its sequence counts within the term. */
    RecordWriter beginControl() {
        final long nowNs = stamp.getAsLong();
        return writer.at(RecordHeaderFlyweight.CONTROL_PARTITION, ++controlSequence, nowNs, nowNs, 0, 0);
    }

    /** Appends and applies the record; false when it could not be appended, and then nothing has changed. */
    boolean commit() {
        final int length = writer.length();
        if (!append()) {
            return false;
        }
        state.apply(writer.buffer(), 0, length);
        return true;
    }

    /** Appends a record whose parts the caller times; {@link #apply} must follow when it returns true. */
    boolean append() {
        final long index = journal.append(writer.buffer(), 0, writer.length());
        if (index == JournalWriter.NOT_WRITTEN) {
            return false;
        }
        lastIndex = index;
        return true;
    }

    /** How often profiles had no room, recovery included. */
    long forgotten() {
        return state.forgotten();
    }

    void apply() {
        state.apply(writer.buffer(), 0, writer.length());
    }

    /** Append time of the last record that was begun. */
    long appendTimeNs() {
        return appendTimeNs;
    }

    /** Where the last committed record stands. */
    long lastIndex() {
        return lastIndex;
    }

    PartitionTable partitions() {
        return partitions;
    }
}
