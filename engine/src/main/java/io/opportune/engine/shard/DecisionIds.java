package io.opportune.engine.shard;

import io.opportune.engine.state.PartitionTable;

/**
 * How a decision id says where its record stands.
 *
 * <pre>
 *  high:  partition (16) | 0 (15) | of a test (1) | term (32)
 *  low:   sequence (64)
 * </pre>
 */
public final class DecisionIds {
    private static final long TEST = 1L << 32;

    private DecisionIds() {
    }

    /**
     * High half of an id.
     *
     * @param partition of the record.
     * @param term      of the record, unsigned 32 bits.
     * @return high half.
     */
    public static long high(final int partition, final long term) {
        return (long) partition << 48 | term & 0xFFFF_FFFFL;
    }

    /**
     * High half of an id, which says whether its decision was a test: what follows from that spends nothing.
     *
     * @param partition of the record.
     * @param term      of the record, unsigned 32 bits.
     * @param test      whether the request was marked as a test.
     * @return high half.
     */
    public static long high(final int partition, final long term, final boolean test) {
        return high(partition, term) | (test ? TEST : 0);
    }

    /**
     * Whether a decision was a test.
     *
     * @param high half of the id.
     * @return false also for tests of journals that did not mark them yet.
     */
    public static boolean isTest(final long high) {
        return (high & TEST) != 0;
    }

    /**
     * An id without what it says of its decision.
     *
     * @param high half of the id.
     * @return as {@link #high(int, long)} makes it of partition and term.
     */
    public static long place(final long high) {
        return high & ~TEST;
    }

    /**
     * Partition of an id.
     *
     * @param high half of the id.
     * @return 0..65535.
     */
    public static int partition(final long high) {
        return (int) (high >>> 48);
    }

    /**
     * Term of an id.
     *
     * @param high half of the id.
     * @return unsigned 32 bits.
     */
    public static long term(final long high) {
        return high & 0xFFFF_FFFFL;
    }

    /** Whether a journal of this store can hold such a decision. Partitions of other shards are only range-checked. */
    static boolean plausible(
        final long high, final long low, final PartitionTable partitions, final int shard, final int shards,
        final long currentTerm) {
        final int partition = partition(high);
        final boolean shaped = partition < partitions.partitions() && low > 0
            && term(high) > 0 && term(high) <= currentTerm && (place(high) >>> 32 & 0xFFFF) == 0;
        return shaped && (partition % shards != shard || low <= partitions.lastSequence(partition));
    }
}
