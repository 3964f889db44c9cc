package io.opportune.engine.journal;

/**
 * Root keys with a sequence and a moment each, in arrays, because millions of records are looked up in it. A moment is
 * a term and an append time. Owned by one thread; (0, 0), which is no customer, cannot be kept.
 */
final class RootTable {
    private static final int FIRST_CAPACITY = 64;

    /** Takes one entry. */
    @FunctionalInterface
    interface Visitor {
        void onRoot(long high, long low, long sequence, long term, long timeNs);
    }

    private long[] high = new long[FIRST_CAPACITY];
    private long[] low = new long[FIRST_CAPACITY];
    private long[] sequence = new long[FIRST_CAPACITY];
    private long[] term = new long[FIRST_CAPACITY];
    private long[] timeNs = new long[FIRST_CAPACITY];
    private int size;

    int size() {
        return size;
    }

    boolean contains(final long rootHigh, final long rootLow) {
        return slot(rootHigh, rootLow) >= 0;
    }

    /** Sequence of a root; 0 when it is not in the table. */
    long sequence(final long rootHigh, final long rootLow) {
        final int slot = slot(rootHigh, rootLow);
        return slot < 0 ? 0 : sequence[slot];
    }

    /** Whether the root is in the table with this moment or a later one. */
    boolean reaches(final long rootHigh, final long rootLow, final long toTerm, final long toTimeNs) {
        final int slot = slot(rootHigh, rootLow);
        return slot >= 0 && !isLater(toTerm, toTimeNs, slot);
    }

    /** Raises sequence and moment of a root, each when it is larger than what is there; true when one was. */
    boolean raise(
        final long rootHigh, final long rootLow, final long toSequence, final long toTerm, final long toTimeNs) {
        if ((rootHigh | rootLow) == 0) {
            return false;
        }
        int slot = slot(rootHigh, rootLow);
        boolean raised = slot < 0;
        if (raised) {
            slot = add(rootHigh, rootLow);
        }
        if (toSequence > sequence[slot]) {
            sequence[slot] = toSequence;
            raised = true;
        }
        if (isLater(toTerm, toTimeNs, slot)) {
            term[slot] = toTerm;
            timeNs[slot] = toTimeNs;
            raised = true;
        }
        return raised;
    }

    void forEach(final Visitor visitor) {
        for (int i = 0; i < high.length; i++) {
            if ((high[i] | low[i]) != 0) {
                visitor.onRoot(high[i], low[i], sequence[i], term[i], timeNs[i]);
            }
        }
    }

    private boolean isLater(final long otherTerm, final long otherTimeNs, final int slot) {
        return otherTerm != term[slot] ? otherTerm > term[slot] : otherTimeNs > timeNs[slot];
    }

    private int slot(final long rootHigh, final long rootLow) {
        final int mask = high.length - 1;
        int slot = hash(rootHigh, rootLow) & mask;
        while ((high[slot] | low[slot]) != 0) {
            if (high[slot] == rootHigh && low[slot] == rootLow) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return -1;
    }

    private int add(final long rootHigh, final long rootLow) {
        if (++size * 2 > high.length) {
            grow();
        }
        final int mask = high.length - 1;
        int slot = hash(rootHigh, rootLow) & mask;
        while ((high[slot] | low[slot]) != 0) {
            slot = slot + 1 & mask;
        }
        high[slot] = rootHigh;
        low[slot] = rootLow;
        return slot;
    }

    private void grow() {
        final long[][] old = {high, low, sequence, term, timeNs};
        final int capacity = high.length * 2;
        high = new long[capacity];
        low = new long[capacity];
        sequence = new long[capacity];
        term = new long[capacity];
        timeNs = new long[capacity];
        final int mask = capacity - 1;
        for (int i = 0; i < old[0].length; i++) {
            if ((old[0][i] | old[1][i]) != 0) {
                int slot = hash(old[0][i], old[1][i]) & mask;
                while ((high[slot] | low[slot]) != 0) {
                    slot = slot + 1 & mask;
                }
                high[slot] = old[0][i];
                low[slot] = old[1][i];
                sequence[slot] = old[2][i];
                term[slot] = old[3][i];
                timeNs[slot] = old[4][i];
            }
        }
    }

    /** Pseudonyms are random already, but for the top bit. */
    private static int hash(final long rootHigh, final long rootLow) {
        final long mixed = (rootHigh ^ rootLow) * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 32);
    }
}
