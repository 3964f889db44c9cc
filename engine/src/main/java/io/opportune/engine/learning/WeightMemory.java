package io.opportune.engine.learning;

import java.lang.foreign.MemorySegment;
import org.agrona.UnsafeApi;

/**
 * Words of 32 bits outside the heap, zero at first, freed when nothing refers to them; in large pages where the
 * system gives them. Every access is checked, except by {@link #address}: who asks for it has checked a whole row, and
 * reads it without a check for each of its words. Whoever uses an address keeps this object.
 */
final class WeightMemory {
    private static final int WORD_SHIFT = 2;
    /** Of the smallest pages. */
    private static final int PAGE_WORDS = 1024;
    private static final long INT_BASE = UnsafeApi.arrayBaseOffset(int[].class);

    /** Keeps the memory. */
    private final MemorySegment owner;
    private final long start;
    private final int length;

    WeightMemory(final int length) {
        this.length = length;
        owner = LargePages.allocate((long) length << WORD_SHIFT);
        start = owner.address();
    }

    /** Has the system give all pages now, not one by one while something is learned or published. */
    void touch() {
        for (int i = 0; i < length; i += PAGE_WORDS) {
            putInt(i, getInt(i));
        }
    }

    int length() {
        return length;
    }

    /**
     * Where words stand.
     *
     * @param index of the first.
     * @param count how many will be used, 1 or more.
     * @return for the methods that take an address.
     * @throws IndexOutOfBoundsException when not all of them are here.
     */
    long address(final int index, final int count) {
        if (index < 0 || count > length - index) {
            throw new IndexOutOfBoundsException("words " + index + " to " + (index + count) + " of " + length);
        }
        return start + ((long) index << WORD_SHIFT);
    }

    /** Where the first word stands; only for indexes that were checked otherwise. */
    long address() {
        return start;
    }

    static float floatAt(final long address, final int index) {
        return UnsafeApi.getFloat(address + ((long) index << WORD_SHIFT));
    }

    static void putFloatAt(final long address, final int index, final float value) {
        UnsafeApi.putFloat(address + ((long) index << WORD_SHIFT), value);
    }

    static int intAt(final long address, final int index) {
        return UnsafeApi.getInt(address + ((long) index << WORD_SHIFT));
    }

    static void putIntAt(final long address, final int index, final int value) {
        UnsafeApi.putInt(address + ((long) index << WORD_SHIFT), value);
    }

    float getFloat(final int index) {
        return UnsafeApi.getFloat(address(index, 1));
    }

    void putFloat(final int index, final float value) {
        UnsafeApi.putFloat(address(index, 1), value);
    }

    int getInt(final int index) {
        return UnsafeApi.getInt(address(index, 1));
    }

    void putInt(final int index, final int value) {
        UnsafeApi.putInt(address(index, 1), value);
    }

    /** Copies words into the beginning of an array. */
    void copy(final int index, final int[] into, final int count) {
        UnsafeApi.copyMemory(
            null, address(index, count), into, INT_BASE, (long) count << WORD_SHIFT);
    }

    /** The index counts pairs of words; read at once. */
    long getLong(final int index) {
        return UnsafeApi.getLong(address(2 * index, 2));
    }

    /** The index counts pairs of words; written at once. */
    void putLong(final int index, final long value) {
        UnsafeApi.putLong(address(2 * index, 2), value);
    }
}
