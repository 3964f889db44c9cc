package io.opportune.engine.index;

/**
 * A row of bits that tells of each set bit how many are set before it: places in a table that has an entry for each
 * set bit only, found in a part of memory small enough for the first cache. Immutable.
 */
final class BitRank {
    private final long[] bits;
    private final int[] before;
    private final int count;

    /** Takes over a row that will not change any more. */
    BitRank(final long[] bits) {
        this.bits = bits;
        before = new int[bits.length];
        int sum = 0;
        for (int word = 0; word < bits.length; word++) {
            before[word] = sum;
            sum += Long.bitCount(bits[word]);
        }
        count = sum;
    }

    long[] bits() {
        return bits;
    }

    boolean get(final int bit) {
        return BitRows.get(bits, bit);
    }

    /** Place of a set bit. */
    int place(final int bit) {
        return before[bit >>> 6] + Long.bitCount(bits[bit >>> 6] & (1L << bit) - 1);
    }

    /** Places are 0 .. count - 1. */
    int count() {
        return count;
    }

    long bytes() {
        return (long) bits.length * (Long.BYTES + Integer.BYTES);
    }
}
