package io.opportune.loadtest.pause;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PausesTest {
    @Test
    void shouldTellWhatOverlaps() {
        final Pauses pauses = new Pauses();
        assertFalse(pauses.overlap(0, 1_000));
        pauses.add(100, 200);
        pauses.add(500, 510);
        assertFalse(pauses.overlap(0, 100));
        assertTrue(pauses.overlap(0, 101));
        assertTrue(pauses.overlap(150, 160));
        assertTrue(pauses.overlap(199, 300));
        assertFalse(pauses.overlap(200, 500));
        assertTrue(pauses.overlap(300, 600));
        assertFalse(pauses.overlap(510, 900));
        assertEquals(110, pauses.totalNs());
        assertEquals(100, pauses.longestNs());
        assertEquals(2, pauses.count());
    }

    @Test
    void shouldTellHowLongAgoTheLastOneWas() {
        final Pauses pauses = new Pauses();
        assertEquals(Long.MAX_VALUE, pauses.sinceLastNs(50));
        pauses.add(100, 200);
        pauses.add(500, 510);
        assertEquals(Long.MAX_VALUE, pauses.sinceLastNs(99));
        assertEquals(0, pauses.sinceLastNs(150));
        assertEquals(40, pauses.sinceLastNs(240));
        assertEquals(90, pauses.sinceLastNs(600));
    }

    @Test
    void shouldAgreeWithLookingAtAllOfThem() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final Pauses pauses = new Pauses();
        long atNs = Long.MAX_VALUE - 20_000;
        for (int i = 0; i < 600; i++) {
            atNs += 1 + random.nextInt(50);
            final long beginNs = atNs;
            atNs += 1 + random.nextInt(50);
            pauses.add(beginNs, atNs);
        }
        for (int i = 0; i < 2_000; i++) {
            final long fromNs = pauses.beginNs(0) - 100 + random.nextInt(40_000);
            final long toNs = fromNs + 1 + random.nextInt(60);
            boolean expected = false;
            for (int pause = 0; pause < pauses.count(); pause++) {
                expected |= pauses.beginNs(pause) - toNs < 0 && pauses.endNs(pause) - fromNs > 0;
            }
            assertEquals(expected, pauses.overlap(fromNs, toNs), "seed " + seed);
        }
    }
}
