package io.opportune.engine.identity;

/**
 * Says which partition a root key belongs to: SipHash-64 under a key derived for this purpose, modulo the number of
 * partitions, which is fixed when the store is created. Immutable, any thread, allocates nothing.
 */
public final class Partitioner {
    /** Most partitions that fit the journal's unsigned 16 bits with room for control records. */
    public static final int MAX_PARTITIONS = 32_768;

    private final long k0;
    private final long k1;
    private final int partitions;

    /**
     * Creates a partitioner.
     *
     * @param key        of the store.
     * @param partitions 1..{@link #MAX_PARTITIONS}.
     */
    public Partitioner(final PseudonymKey key, final int partitions) {
        if (partitions < 1 || partitions > MAX_PARTITIONS) {
            throw new IllegalArgumentException("partitions must be 1.." + MAX_PARTITIONS + ", not " + partitions);
        }
        final Key128 derived = key.derive("partition");
        k0 = derived.high();
        k1 = derived.low();
        this.partitions = partitions;
    }

    /**
     * The partition of a root key.
     *
     * @param rootHigh upper half.
     * @param rootLow  lower half.
     * @return 0..{@link #partitions()} - 1.
     */
    public int partitionOf(final long rootHigh, final long rootLow) {
        return (int) Long.remainderUnsigned(SipHash.hash64(k0, k1, rootHigh, rootLow), partitions);
    }

    /**
     * How many partitions there are.
     *
     * @return 1..{@link #MAX_PARTITIONS}.
     */
    public int partitions() {
        return partitions;
    }
}
