package io.opportune.engine.affinity;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * How much was seen of pairs, in one table of open addressing that grows up to a bound. At the bound the rarer half
 * goes, as in lossy counting (Manku and Motwani, VLDB 2002): what is left is exact unless the pair was dropped before.
 * The same additions in the same order give the same table. Owned by one thread.
 */
final class PairWeights {
    private static final long EMPTY = -1;
    private static final int LEAST_CAPACITY = 1024;
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    /** Takes a pair. */
    @FunctionalInterface
    interface Sink {
        void onPair(int from, int to, float weight);
    }

    private final int maxSize;
    private long[] keys;
    private float[] weights;
    private int size;
    private long dropped;

    PairWeights(final int maxPairs) {
        maxSize = maxPairs;
        allocate(LEAST_CAPACITY);
    }

    private void allocate(final int capacity) {
        keys = new long[capacity];
        Arrays.fill(keys, EMPTY);
        weights = new float[capacity];
        size = 0;
    }

    int size() {
        return size;
    }

    /** Pairs that were let go. */
    long dropped() {
        return dropped;
    }

    void add(final int from, final int to, final float weight) {
        final long key = (long) from << Integer.SIZE | to;
        int at = slot(key);
        if (keys[at] == EMPTY) {
            if (size >= maxSize) {
                dropRare();
                at = slot(key);
            } else if (size >= keys.length / 2) {
                grow();
                at = slot(key);
            }
            keys[at] = key;
            size++;
        }
        weights[at] += weight;
    }

    private int slot(final long key) {
        final int mask = keys.length - 1;
        int at = (int) (key * GOLDEN >>> Integer.SIZE) & mask;
        while (keys[at] != EMPTY && keys[at] != key) {
            at = at + 1 & mask;
        }
        return at;
    }

    /** The weight of one pair, 0 where it was not seen. */
    float get(final int from, final int to) {
        return weights[slot((long) from << Integer.SIZE | to)];
    }

    private void grow() {
        final long[] oldKeys = keys;
        final float[] oldWeights = weights;
        allocate(oldKeys.length * 2);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                place(oldKeys[i], oldWeights[i]);
            }
        }
    }

    private void place(final long key, final float weight) {
        final int at = slot(key);
        keys[at] = key;
        weights[at] = weight;
        size++;
    }

    /** Lets go all that are not above the median: at least half of them. */
    private void dropRare() {
        final float[] sorted = new float[size];
        int count = 0;
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != EMPTY) {
                sorted[count++] = weights[i];
            }
        }
        Arrays.sort(sorted);
        final float least = sorted[count / 2];
        final long[] oldKeys = keys;
        final float[] oldWeights = weights;
        allocate(oldKeys.length);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY && oldWeights[i] > least) {
                place(oldKeys[i], oldWeights[i]);
            }
        }
        dropped += count - size;
    }

    void scale(final float factor) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= factor;
        }
    }

    /**
     * Gives ids new numbers.
     *
     * @param newIndex by old number; -1 lets go.
     */
    void renumber(final int[] newIndex) {
        final long[] oldKeys = keys;
        final float[] oldWeights = weights;
        final int before = size;
        allocate(oldKeys.length);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                final int from = newIndex[(int) (oldKeys[i] >>> Integer.SIZE)];
                final int to = newIndex[(int) oldKeys[i]];
                if (from >= 0 && to >= 0) {
                    place((long) from << Integer.SIZE | to, oldWeights[i]);
                }
            }
        }
        dropped += before - size;
    }

    /** All pairs, in no particular but always the same order. */
    void forEach(final Sink sink) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != EMPTY) {
                sink.onPair((int) (keys[i] >>> Integer.SIZE), (int) keys[i], weights[i]);
            }
        }
    }

    void write(final DataOutputStream out) throws IOException {
        // The layout too, so that one that is read goes on exactly as the one that was written.
        out.writeInt(keys.length);
        out.writeInt(size);
        out.writeLong(dropped);
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != EMPTY) {
                out.writeInt(i);
                out.writeLong(keys[i]);
                out.writeFloat(weights[i]);
            }
        }
    }

    void read(final DataInputStream in) throws IOException {
        allocate(in.readInt());
        size = in.readInt();
        dropped = in.readLong();
        for (int i = 0; i < size; i++) {
            final int at = in.readInt();
            keys[at] = in.readLong();
            weights[at] = in.readFloat();
        }
    }
}
