package io.opportune.engine.index;

/**
 * Operations on stretches of rows: plain loops over whole arrays, which the compiler turns into vector instructions.
 * Several rows a pass, because loading and storing the block costs as much as reading a row. Stateless.
 */
final class Words {
    /** Bits of a word that are listed without asking whether they are there. */
    static final int LISTED_AT_ONCE = 3;

    private Words() {
    }

    static void andFour(
        final long[] into, final long[] a, final long[] b, final long[] c, final long[] d, final int from,
        final int length) {
        for (int i = 0; i < length; i++) {
            into[i] = a[from + i] & b[from + i] & c[from + i] & d[from + i];
        }
    }

    static void andFourMore(
        final long[] into, final long[] a, final long[] b, final long[] c, final long[] d, final int from,
        final int length) {
        for (int i = 0; i < length; i++) {
            into[i] &= a[from + i] & b[from + i] & c[from + i] & d[from + i];
        }
    }

    static void and(final long[] into, final long[] row, final int from, final int length) {
        for (int i = 0; i < length; i++) {
            into[i] &= row[from + i];
        }
    }

    static void orTwo(final long[] into, final long[] a, final long[] b, final int from, final int length) {
        for (int i = 0; i < length; i++) {
            into[i] = a[from + i] | b[from + i];
        }
    }

    static void orFourMore(
        final long[] into, final long[] a, final long[] b, final long[] c, final long[] d, final int from,
        final int length) {
        for (int i = 0; i < length; i++) {
            into[i] |= a[from + i] | b[from + i] | c[from + i] | d[from + i];
        }
    }

    static void or(final long[] into, final long[] row, final int from, final int length) {
        for (int i = 0; i < length; i++) {
            into[i] |= row[from + i];
        }
    }

    /**
     * Lists the bits of a row. Most words have few: those are listed without asking how many, since guessing that wrong
     * costs more than writing what the next word overwrites.
     *
     * @param row    bits.
     * @param length words.
     * @param base   number of the first bit.
     * @param into   takes the numbers, ascending; has {@link #LISTED_AT_ONCE} places to spare.
     * @return how many.
     */
    static int list(final long[] row, final int length, final int base, final int[] into) {
        int count = 0;
        for (int i = 0; i < length; i++) {
            count = list(row[i], base + (i << 6), into, count);
        }
        return count;
    }

    /** The same for the bits that stand in a row and, from a word of it on, in another. */
    static int listBoth(
        final long[] row, final long[] other, final int from, final int length, final int[] into) {
        int count = 0;
        for (int i = 0; i < length; i++) {
            count = list(row[i] & other[from + i], from + i << 6, into, count);
        }
        return count;
    }

    private static int list(final long word, final int base, final int[] into, final int count) {
        long bits = word;
        into[count] = base + Long.numberOfTrailingZeros(bits);
        bits &= bits - 1;
        into[count + 1] = base + Long.numberOfTrailingZeros(bits);
        bits &= bits - 1;
        into[count + 2] = base + Long.numberOfTrailingZeros(bits);
        bits &= bits - 1;
        int next = count + LISTED_AT_ONCE;
        while (bits != 0) {
            into[next++] = base + Long.numberOfTrailingZeros(bits);
            bits &= bits - 1;
        }
        return count + Long.bitCount(word);
    }
}
