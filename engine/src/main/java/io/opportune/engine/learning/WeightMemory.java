package io.opportune.engine.learning;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Words of 32 bits outside the heap, zero at first, freed when nothing refers to them. Bounds are checked. */
final class WeightMemory {
    private static final int LINE_BYTES = 64;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private final MemorySegment words;
    private final int length;

    WeightMemory(final int length) {
        this.length = length;
        words = Arena.ofAuto().allocate((long) length << 2, LINE_BYTES);
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
}
