package io.opportune.engine.index;

import java.util.Arrays;

/** A growing list of ints. Owned by whoever builds. */
final class IntList {
    private int[] values = new int[1024];
    private int size;

    void add(final int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    int[] toArray() {
        return toArray(0);
    }

    /** With some zeros behind. */
    int[] toArray(final int padding) {
        return Arrays.copyOf(values, size + padding);
    }
}
