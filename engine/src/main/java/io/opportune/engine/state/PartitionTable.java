package io.opportune.engine.state;

/**
 * Last sequence and business time of each partition. A partition's entries are read and written only by the thread
 * that owns the partition; ownership is handed over by publication of the ring or by starting the shard.
 */
public final class PartitionTable {
    private final long[] lastSequence;
    private final long[] businessTimeNs;
    /** Guarded by this table's monitor, so that a copy of the identities knows which changes it holds. */
    private final long[] identitySequence;

    /**
     * Makes a table of new partitions.
     *
     * @param partitions number of partitions, 1 or more.
     */
    public PartitionTable(final int partitions) {
        lastSequence = new long[partitions];
        businessTimeNs = new long[partitions];
        identitySequence = new long[partitions];
    }

    /**
     * Number of partitions.
     *
     * @return 1 or more.
     */
    public int partitions() {
        return lastSequence.length;
    }

    /**
     * Sequence of the partition's last record.
     *
     * @param partition index.
     * @return 0 when it has none.
     */
    public long lastSequence(final int partition) {
        return lastSequence[partition];
    }

    /**
     * Business time of the partition's last record.
     *
     * @param partition index.
     * @return nanoseconds since the epoch, 0 when it has none.
     */
    public long businessTimeNs(final int partition) {
        return businessTimeNs[partition];
    }

    /**
     * The business time a record would get: what is asked for, but never before the last record's.
     *
     * @param partition index.
     * @param timeNs    asked for.
     * @return the later of both.
     */
    public long nextBusinessTimeNs(final int partition, final long timeNs) {
        return Math.max(businessTimeNs[partition], timeNs);
    }

    /**
     * Sequence of the partition's last record that the identity index has seen. The index is shared and copied at
     * another moment than the profiles, so it has a position of its own. The caller holds the table's monitor.
     *
     * @param partition index.
     * @return 0 when there is none.
     */
    public long identitySequence(final int partition) {
        assert Thread.holdsLock(this) : "positions of the identity index are read under the table's monitor";
        return identitySequence[partition];
    }

    /**
     * Takes note that the identity index has seen a record. The caller holds the table's monitor.
     *
     * @param partition index.
     * @param sequence  of the record.
     */
    public void identityApplied(final int partition, final long sequence) {
        assert Thread.holdsLock(this) : "positions of the identity index are changed under the table's monitor";
        identitySequence[partition] = Math.max(identitySequence[partition], sequence);
    }

    /**
     * Takes note of an applied record.
     *
     * @param partition index.
     * @param sequence  of the record.
     * @param timeNs    its business time.
     */
    public void applied(final int partition, final long sequence, final long timeNs) {
        lastSequence[partition] = Math.max(lastSequence[partition], sequence);
        businessTimeNs[partition] = Math.max(businessTimeNs[partition], timeNs);
    }
}
