package io.opportune.engine.arbitration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The generator is Philox4x32-10 and its draws are even. */
class CounterRandomTest {
    private final CounterRandom random = new CounterRandom();

    /** The known answers that are published with Random123, the authors' library. */
    @Test
    void shouldGiveThePublishedAnswers() {
        random.block(0, 0, 0);
        assertEquals(0xe169c58d6627e8d5L, random.first());
        assertEquals(0x9b00dbd8bc57ac4cL, random.second());
        random.block(-1, -1, -1);
        assertEquals(0x41c83b0e408f276dL, random.first());
        assertEquals(0x6d5451fda20bc7c6L, random.second());
        random.block(0x85a308d3243f6a88L, 0x0370734413198a2eL, 0x299f31d0a4093822L);
        assertEquals(0x94fdccebd16cfe09L, random.first());
        assertEquals(0x24126ea15001e420L, random.second());
    }

    @Test
    void shouldDependOnEveryPartOfTheKey() {
        random.draw(1, 2, 3);
        final long drawn = random.first();
        for (final long[] other : new long[][] {
            {2, 2, 3}, {1, 3, 3}, {1, 2, 4}, {1L << 63, 2, 3}, {1, 2 | 1L << 63, 3}}) {
            random.draw(other[0], other[1], other[2]);
            assertTrue(random.first() != drawn, "another key or number, the same draw");
        }
        random.draw(1, 2, 3);
        assertEquals(drawn, random.first());
    }

    @Test
    void shouldDrawEvenlyForIdsInSequence() {
        final int cells = 100;
        final int[] units = new int[cells];
        final int[] bounded = new int[cells];
        final int draws = 200_000;
        for (int i = 0; i < draws; i++) {
            random.draw(7, i, 0);
            units[(int) (cells * CounterRandom.unit(random.first()))]++;
            bounded[CounterRandom.below(cells, random.second())]++;
        }
        assertTrue(ChiSquare.of(units, draws / (double) cells) < ChiSquare.critical(cells - 1), "units");
        assertTrue(ChiSquare.of(bounded, draws / (double) cells) < ChiSquare.critical(cells - 1), "bounded");
    }

    @Test
    void shouldStayInItsBounds() {
        assertEquals(0, CounterRandom.unit(0));
        assertTrue(CounterRandom.unit(-1) < 1);
        assertEquals(0, CounterRandom.below(7, 0));
        assertEquals(6, CounterRandom.below(7, -1));
        assertEquals(255, CounterRandom.below(256, -1));
    }
}
