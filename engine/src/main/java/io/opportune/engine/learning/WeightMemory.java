package io.opportune.engine.learning;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Words of 32 bits outside the heap, zero at first, freed when nothing refers to them; in large pages where the
 * system gives them. Bounds are checked.
 */
final class WeightMemory {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private final MemorySegment words;
    private final int length;

    WeightMemory(final int length) {
        this.length = length;
        words = LargePages.allocate((long) length << 2);
    }

    int length() {
        return length;
    }

    float getFloat(final int index) {
        return words.get(FLOAT, (long) index << 2);
    }

    void putFloat(final int index, final float value) {
        words.set(FLOAT, (long) index << 2, value);
    }

    int getInt(final int index) {
        return words.get(INT, (long) index << 2);
    }

    void putInt(final int index, final int value) {
        words.set(INT, (long) index << 2, value);
    }

    /** A half of a word; the index counts halves. */
    short getShort(final int index) {
        return words.get(SHORT, (long) index << 1);
    }

    void putShort(final int index, final short value) {
        words.set(SHORT, (long) index << 1, value);
    }
}
