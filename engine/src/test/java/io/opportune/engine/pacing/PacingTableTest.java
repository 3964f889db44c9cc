package io.opportune.engine.pacing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PacingTableTest {
    private static final int DRAWS = 200_000;

    @Test
    void shouldTakePartInTheShareThatWasSet() {
        final PacingTable table = new PacingTable(7, 8);
        for (final double share : new double[] {0.001, 0.1, 0.5, 0.9}) {
            table.set(1, share, 0.5, Long.MAX_VALUE);
            int taken = 0;
            for (long id = 0; id < DRAWS; id++) {
                // Ids in a row, as decisions have them.
                taken += table.participates(1, id) ? 1 : 0;
            }
            final double sigma = Math.sqrt(share * (1 - share) / DRAWS);
            assertEquals(share, taken / (double) DRAWS, 5 * sigma, () -> "share " + share);
            assertEquals(share, table.participation(1), 1e-9);
        }
        assertEquals(0.5, table.multiplier(1));
        assertEquals(1, table.multiplier(0));
    }

    @Test
    void shouldAlwaysOrNeverTakePartAtTheEnds() {
        final PacingTable table = new PacingTable(1, 2);
        table.set(0, 1, 1, Long.MAX_VALUE);
        table.set(1, 0, 1, Long.MAX_VALUE);
        final SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < DRAWS; i++) {
            final long hash = random.nextLong();
            assertTrue(table.participates(0, hash));
            assertFalse(table.participates(1, hash));
            assertTrue(table.participates(PacingTable.UNPACED, hash));
        }
        assertEquals(1, table.participation(0));
        assertEquals(0, table.participation(1));
        assertEquals(1, table.multiplier(PacingTable.UNPACED));
        assertEquals(1, table.participation(PacingTable.UNPACED));
    }

    @Test
    void shouldTakeNoPartBeforeItWasAsked() {
        final PacingTable table = new PacingTable(1);
        for (long id = 0; id < 1000; id++) {
            assertFalse(table.participates(0, id));
        }
    }

    @Test
    void shouldGiveTheDocumentedDraw() {
        // mix((hash ^ SALT) + id * GAMMA), reckoned by the JDK's own SplitMix64: its first number after the seed s is
        // mix(s + GAMMA).
        final SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < 1000; i++) {
            final long hash = random.nextLong();
            final int id = random.nextInt(1_000_000);
            final long seed = (hash ^ 0x243f6a8885a308d3L) + (id - 1) * 0x9e3779b97f4a7c15L;
            assertEquals((int) (new SplittableRandom(seed).nextLong() >>> 32), PacingTable.draw(hash, id));
        }
    }

    @Test
    void shouldDrawForEachCampaignOnItsOwn() {
        final PacingTable table = new PacingTable(100, 101);
        table.set(0, 0.3, 1, Long.MAX_VALUE);
        table.set(1, 0.3, 1, Long.MAX_VALUE);
        int both = 0;
        for (long id = 0; id < DRAWS; id++) {
            both += table.participates(0, id) && table.participates(1, id) ? 1 : 0;
        }
        assertEquals(0.09, both / (double) DRAWS, 5 * Math.sqrt(0.09 * 0.91 / DRAWS));
    }

    @Test
    void shouldKeepThoseInThatWereInWhenTheShareGrows() {
        final PacingTable table = new PacingTable(3);
        for (long id = 0; id < 10_000; id++) {
            table.set(0, 0.2, 1, Long.MAX_VALUE);
            final boolean before = table.participates(0, id);
            table.set(0, 0.4, 1, Long.MAX_VALUE);
            assertTrue(!before || table.participates(0, id));
        }
    }

    @Test
    void shouldTakeNoPartAfterItsHours() {
        final PacingTable table = new PacingTable(3);
        table.set(0, 1, 1, 1000);
        assertTrue(table.participates(0, 5, 999));
        assertFalse(table.participates(0, 5, 1000));
        assertTrue(table.participates(PacingTable.UNPACED, 5, 1000));
    }

    @Test
    void shouldKnowSlots() {
        final PacingTable table = new PacingTable(30, 10, 20);
        assertEquals(3, table.slotCount());
        assertEquals(1, table.slotOf(10));
        assertEquals(PacingTable.UNPACED, table.slotOf(11));
        assertThrows(IllegalArgumentException.class, () -> new PacingTable(1, 2, 1));
    }
}
