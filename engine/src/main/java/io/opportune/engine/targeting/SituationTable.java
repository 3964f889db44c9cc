package io.opportune.engine.targeting;

import java.util.Arrays;

/**
 * The values of one list or map: the values in order, and a hash table over them for membership. Emptied in constant
 * time by moving to a new generation. A 64-bit Bloom filter answers most of the misses from one word.
 */
final class SituationTable {
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final long[] elements;
    private final long[] keys;
    private final long[] mapped;
    private final int[] generations;
    private final int shift;
    private int generation;
    private int size;
    private long bloom;

    /** Makes a table of at most this many values; a map also keeps a value for each key. */
    SituationTable(final int capacity, final boolean isMap) {
        final int slots = Integer.highestOneBit(Math.max(8, capacity * 2 - 1)) * 2;
        elements = new long[capacity];
        keys = new long[slots];
        mapped = isMap ? new long[slots] : null;
        generations = new int[slots];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(slots);
        begin();
    }

    void begin() {
        size = 0;
        bloom = 0;
        generation++;
        if (generation == 0) {
            Arrays.fill(generations, 0);
            generation = 1;
        }
    }

    int size() {
        return size;
    }

    long element(final int index) {
        return elements[index];
    }

    boolean add(final long value) {
        if (size == elements.length) {
            return false;
        }
        elements[size++] = value;
        insert(value);
        return true;
    }

    boolean put(final long key, final long value) {
        int slot = find(key);
        if (slot < 0) {
            if (size == elements.length) {
                return false;
            }
            elements[size++] = key;
            slot = insert(key);
        }
        mapped[slot] = value;
        return true;
    }

    boolean contains(final long value) {
        return find(value) >= 0;
    }

    long mapped(final int slot) {
        return mapped[slot];
    }

    /** Position of a value in the hash table, or -1. */
    int find(final long value) {
        final long hash = value * MULTIPLIER;
        if ((bloom >>> (hash >>> 58) & 1L) == 0) {
            return -1;
        }
        int slot = (int) (hash >>> shift);
        while (generations[slot] == generation) { // ends: at most half of the slots are taken
            if (keys[slot] == value) {
                return slot;
            }
            slot = slot + 1 & keys.length - 1;
        }
        return -1;
    }

    private int insert(final long value) {
        final long hash = value * MULTIPLIER;
        bloom |= 1L << (hash >>> 58);
        int slot = (int) (hash >>> shift);
        while (generations[slot] == generation) {
            if (keys[slot] == value) {
                return slot;
            }
            slot = slot + 1 & keys.length - 1;
        }
        generations[slot] = generation;
        keys[slot] = value;
        return slot;
    }
}
