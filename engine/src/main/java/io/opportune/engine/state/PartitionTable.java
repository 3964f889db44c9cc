package io.opportune.engine.state;

/**
 * Last sequence and business time of each partition. A partition's entries are read and written only by the thread
 * that owns the partition; ownership is handed over by publication of the ring or by starting the shard.
 */
public final class PartitionTable {
    private final long[] lastSequence;
    private final long[] businessTimeNs;

    /**
     * Makes a table of new partitions.
     *
     * @param partitions number of partitions, 1 or more.
     */
    public PartitionTable(final int partitions) {
        lastSequence = new long[partitions];
        businessTimeNs = new long[partitions];
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
