package io.opportune.engine.bidding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShortestTimeTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Monotonic clocks begin anywhere. */
    private static final long START_NS = Long.MAX_VALUE - 700 * MS;

    private final ShortestTime shortest = new ShortestTime(START_NS);

    @Test
    void shouldLetEverythingWaitWhileNobodyIsInAHurry() {
        assertEquals(Long.MAX_VALUE, shortest.ns(START_NS));
    }

    @Test
    void shouldRememberTheMostUrgentForASecondOrTwo() {
        shortest.note(40 * MS, START_NS);
        shortest.note(3 * MS, START_NS + 100 * MS);
        shortest.note(90 * MS, START_NS + 200 * MS);
        assertEquals(3 * MS, shortest.ns(START_NS + 900 * MS));
        shortest.note(50 * MS, START_NS + 1_100 * MS);
        assertEquals(3 * MS, shortest.ns(START_NS + 1_900 * MS));
        assertEquals(50 * MS, shortest.ns(START_NS + 2_100 * MS));
    }

    @Test
    void shouldForgetAllAfterSilence() {
        shortest.note(3 * MS, START_NS);
        assertEquals(Long.MAX_VALUE, shortest.ns(START_NS + 5_000 * MS));
    }

    @Test
    void shouldNotLetOneWithHardlyAnyTimeTurnEverybodyAway() {
        shortest.note(MS / 10, START_NS);
        assertEquals(MS, shortest.ns(START_NS));
    }
}
