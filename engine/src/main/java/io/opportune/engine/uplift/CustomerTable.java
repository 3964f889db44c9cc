package io.opportune.engine.uplift;

import java.util.Arrays;

/**
 * Customers by root key, numbered from 0 in the order in which they are met, and which of them became one or were
 * erased. A key that was merged away or erased and comes back is somebody new. One thread; takes about 60 bytes a
 * customer.
 */
final class CustomerTable {
    private static final int FIRST_CAPACITY = 1_024;

    /** Open addressing, at most half full: number of the customer + 1, 0 for free. */
    private int[] slots = new int[2 * FIRST_CAPACITY];
    private int used;

    private int count;
    private long[] high = new long[FIRST_CAPACITY];
    private long[] low = new long[FIRST_CAPACITY];
    private int[] parent = new int[FIRST_CAPACITY];
    private int[] segments = new int[FIRST_CAPACITY];
    private boolean[] gone = new boolean[FIRST_CAPACITY];
    private boolean[] erased = new boolean[FIRST_CAPACITY];

    /** How many numbers were given. */
    int count() {
        return count;
    }

    /** The customer who has this key now; the key is not 0, 0. */
    int of(final long rootHigh, final long rootLow) {
        int slot = slot(rootHigh, rootLow);
        if (slots[slot] == 0) {
            if (++used * 2 > slots.length) {
                grow();
                slot = slot(rootHigh, rootLow);
            }
            slots[slot] = add(rootHigh, rootLow) + 1;
        } else if (gone[slots[slot] - 1]) {
            slots[slot] = add(rootHigh, rootLow) + 1;
        }
        return slots[slot] - 1;
    }

    /** The one whom a customer became. */
    int find(final int customer) {
        int at = customer;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }

    /** One customer turns out to be another one, whose key remains. */
    void merge(final int source, final int target) {
        final int from = find(source);
        final int to = find(target);
        gone[source] = true;
        if (from != to) {
            parent[from] = to;
        }
    }

    /** Nothing of this customer may be used; the key is free for somebody new. */
    void erase(final int customer) {
        gone[customer] = true;
        erased[find(customer)] = true;
    }

    boolean isErased(final int customer) {
        return erased[find(customer)];
    }

    /** Number of the set of segments that a customer is in now. */
    int segments(final int customer) {
        return segments[customer];
    }

    void segments(final int customer, final int set) {
        segments[customer] = set;
    }

    private int add(final long rootHigh, final long rootLow) {
        if (count == high.length) {
            final int capacity = count * 2;
            high = Arrays.copyOf(high, capacity);
            low = Arrays.copyOf(low, capacity);
            parent = Arrays.copyOf(parent, capacity);
            segments = Arrays.copyOf(segments, capacity);
            gone = Arrays.copyOf(gone, capacity);
            erased = Arrays.copyOf(erased, capacity);
        }
        high[count] = rootHigh;
        low[count] = rootLow;
        parent[count] = count;
        return count++;
    }

    private int slot(final long rootHigh, final long rootLow) {
        final int mask = slots.length - 1;
        // Pseudonyms are random already, but for the top bit.
        int slot = (int) ((rootHigh ^ rootLow) * 0x9E37_79B9_7F4A_7C15L >>> 32) & mask;
        while (slots[slot] != 0 && (high[slots[slot] - 1] != rootHigh || low[slots[slot] - 1] != rootLow)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        final int[] old = slots;
        slots = new int[old.length * 2];
        for (final int entry : old) {
            if (entry != 0) {
                slots[slot(high[entry - 1], low[entry - 1])] = entry;
            }
        }
    }
}
