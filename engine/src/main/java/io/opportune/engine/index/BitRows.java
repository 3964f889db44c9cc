package io.opportune.engine.index;

/** What several places do with rows of bits, one bit per rule, least significant first. Stateless. */
final class BitRows {
    private BitRows() {
    }

    static int wordCount(final int bits) {
        return bits + Long.SIZE - 1 >>> 6;
    }

    static void set(final long[] row, final int bit) {
        row[bit >>> 6] |= 1L << bit;
    }

    static void clear(final long[] row, final int bit) {
        row[bit >>> 6] &= ~(1L << bit);
    }

    static boolean get(final long[] row, final int bit) {
        return (row[bit >>> 6] >>> bit & 1L) != 0;
    }

    /** How many bits are set. */
    static int count(final long[] row) {
        int count = 0;
        for (final long word : row) {
            count += Long.bitCount(word);
        }
        return count;
    }

    /** A row in which the first bits are set. */
    static long[] ones(final int bits) {
        final long[] row = new long[wordCount(bits)];
        for (int word = 0; word < row.length; word++) {
            row[word] = -1L;
        }
        if ((bits & 63) != 0) {
            row[row.length - 1] = (1L << bits) - 1;
        }
        return row;
    }
}
