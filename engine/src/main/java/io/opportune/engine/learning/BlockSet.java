package io.opportune.engine.learning;

import java.util.Arrays;

/** A set of blocks of a table. One thread. */
final class BlockSet {
    final long[] words;

    BlockSet(final int blocks) {
        words = new long[blocks + Long.SIZE - 1 >>> 6];
    }

    void add(final int block) {
        words[block >>> 6] |= 1L << block;
    }

    boolean contains(final int block) {
        return (words[block >>> 6] & 1L << block) != 0;
    }

    void addAll(final BlockSet other) {
        for (int i = 0; i < words.length; i++) {
            words[i] |= other.words[i];
        }
    }

    int size() {
        int size = 0;
        for (final long word : words) {
            size += Long.bitCount(word);
        }
        return size;
    }

    void clear() {
        Arrays.fill(words, 0);
    }
}
