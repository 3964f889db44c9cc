package io.opportune.engine.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Keys as journals have them, and vectors in their bounds. */
class FeatureVectorTest {
    @Test
    void shouldKeepKeysForEver() {
        assertEquals(0xb456bcfc34c2cb2cL, FeatureKeys.mix(1), "fmix64 as published");
        assertEquals(0x6393d51c, FeatureKeys.hash(0, 0));
        assertEquals(0xc6ffe416, FeatureKeys.hash(1, 0));
        assertEquals(0x28165e92, FeatureKeys.hash(1, 1));
        assertEquals(0xbdcfd730, FeatureKeys.hash(7, -1));
        assertEquals(0x4b97777f, FeatureKeys.hash(42, 123456789));
        assertEquals(0x8d02bfa0, FeatureKeys.cross(1, 2));
    }

    @Test
    void shouldSpreadKeysEvenly() {
        final int bins = 64;
        final int drawn = 64_000;
        final int[] low = new int[bins];
        final int[] high = new int[bins];
        for (int i = 0; i < drawn; i++) {
            final int key = FeatureKeys.hash(i & 31, i >>> 5);
            low[key & bins - 1]++;
            high[key >>> 26]++;
        }
        final double expected = (double) drawn / bins;
        double chiLow = 0;
        double chiHigh = 0;
        for (int i = 0; i < bins; i++) {
            chiLow += (low[i] - expected) * (low[i] - expected) / expected;
            chiHigh += (high[i] - expected) * (high[i] - expected) / expected;
        }
        // The 99.99 % point of chi-square with 63 degrees of freedom is 113.
        assertTrue(chiLow < 113 && chiHigh < 113, chiLow + " " + chiHigh);
    }

    @Test
    void shouldTakeNoMoreThanFit() {
        final FeatureVector vector = new FeatureVector();
        for (int i = 0; i < FeatureVector.CAPACITY; i++) {
            assertTrue(vector.add(i, i / 2f));
        }
        assertFalse(vector.add(-1, 1));
        assertEquals(FeatureVector.CAPACITY, vector.count());
        assertEquals(1, vector.droppedCount());
        final FeatureVector copy = new FeatureVector().copyFrom(vector);
        vector.clear();
        assertEquals(0, vector.count());
        assertEquals(0, vector.droppedCount());
        assertEquals(FeatureVector.CAPACITY, copy.count());
        assertEquals(95, copy.key(95));
        assertEquals(47.5f, copy.value(95));
    }
}
