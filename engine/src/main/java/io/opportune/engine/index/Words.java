package io.opportune.engine.index;

/**
 * Operations on stretches of rows: plain loops over arrays, which the compiler turns into vector instructions. All
 * arrays have the same index, because the compiler cannot tell that another one's stretches do not overlap, and then
 * takes slower ways. Several rows a pass, because loading and storing the result costs as much as reading a row.
 * Stateless.
 */
final class Words {
    /** Bits of a word that are listed without asking whether they are there. */
    static final int LISTED_AT_ONCE = 3;

    private Words() {
    }

    static void andFour(
        final long[] into, final long[] a, final long[] b, final long[] c, final long[] d, final int from,
        final int to) {
        for (int i = from; i < to; i++) {
            into[i] = a[i] & b[i] & c[i] & d[i];
        }
    }

    static void andFourMore(
        final long[] into, final long[] a, final long[] b, final long[] c, final long[] d, final int from,
        final int to) {
        for (int i = from; i < to; i++) {
            into[i] &= a[i] & b[i] & c[i] & d[i];
        }
    }

    static void and(final long[] into, final long[] row, final int from, final int to) {
        for (int i = from; i < to; i++) {
            into[i] &= row[i];
        }
    }

    static void orTwo(final long[] into, final long[] a, final long[] b, final int from, final int to) {
        for (int i = from; i < to; i++) {
            into[i] = a[i] | b[i];
        }
    }

    static void orFourMore(
        final long[] into, final long[] a, final long[] b, final long[] c, final long[] d, final int from,
        final int to) {
        for (int i = from; i < to; i++) {
            into[i] |= a[i] | b[i] | c[i] | d[i];
        }
    }

    static void or(final long[] into, final long[] row, final int from, final int to) {
        for (int i = from; i < to; i++) {
            into[i] |= row[i];
        }
    }

    /**
     * Lists the bits of a row. Most words have few: those are listed without asking how many, since guessing that wrong
     * costs more than writing what the next word overwrites.
     *
     * @param row  bits.
     * @param from first word.
     * @param to   behind the last word.
     * @param into takes the numbers, ascending; has {@link #LISTED_AT_ONCE} places to spare.
     * @return how many.
     */
    static int list(final long[] row, final int from, final int to, final int[] into) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count = list(row[i], i << 6, into, count);
        }
        return count;
    }

    /** The same for the bits that stand in two rows. */
    static int listBoth(final long[] row, final long[] other, final int from, final int to, final int[] into) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count = list(row[i] & other[i], i << 6, into, count);
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
