package io.opportune.engine.index;

/**
 * Operations on stretches of rows: plain loops over whole arrays, which the compiler turns into vector instructions.
 * Several rows a pass, because loading and storing the block costs as much as reading a row. Stateless.
 */
final class Words {
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

    static void andNot(final long[] into, final long[] row, final int from, final int length) {
        for (int i = 0; i < length; i++) {
            into[i] &= ~row[from + i];
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
}
