package io.opportune.engine.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often a client may bring a text that nobody sent before. */
class NewTextLimitTest {
    private static final long NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MIN_VALUE + 5, Long.MAX_VALUE - 5, -1})
    void shouldGiveOneSecondsWorthAtOnceWhereverTheClockStands(final long startNs) {
        final NewTextLimit limit = new NewTextLimit(10);
        for (int i = 0; i < 10; i++) {
            assertTrue(limit.tryTake(3, startNs), "text " + i);
        }
        assertFalse(limit.tryTake(3, startNs));
        assertFalse(limit.tryTake(3, startNs + NS_PER_S / 10 - 1));
        assertTrue(limit.tryTake(3, startNs + NS_PER_S / 10));
        assertFalse(limit.tryTake(3, startNs + NS_PER_S / 10));
        for (int i = 0; i < 10; i++) {
            assertTrue(limit.tryTake(3, startNs + 10 * NS_PER_S), "after a rest, text " + i);
        }
        assertFalse(limit.tryTake(3, startNs + 10 * NS_PER_S), "rest is not saved up");
    }

    @Test
    void shouldLimitEachClientByItself() {
        final NewTextLimit limit = new NewTextLimit(1);
        assertTrue(limit.tryTake(5, 0));
        assertFalse(limit.tryTake(5, 0));
        assertTrue(limit.tryTake(0, 0));
        assertTrue(limit.tryTake(9, 0));
        assertFalse(limit.tryTake(5, 1));
    }

    @Test
    void shouldNeverGiveMoreThanTwiceTheRateInAnySecond() {
        final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
        final Random random = new Random(seed);
        final NewTextLimit limit = new NewTextLimit(20);
        final Deque<Long> taken = new ArrayDeque<>();
        long nowNs = seed;
        long count = 0;
        for (int i = 0; i < 100_000; i++) {
            nowNs += random.nextInt(10_000_000);
            while (!taken.isEmpty() && nowNs - taken.peekFirst() >= NS_PER_S) {
                taken.removeFirst();
            }
            if (limit.tryTake(0, nowNs)) {
                taken.addLast(nowNs);
                count++;
            }
            assertTrue(taken.size() <= 40, "seed " + seed);
        }
        assertEquals((nowNs - seed) / (double) NS_PER_S * 20, count, 40, "seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1_000_001})
    void shouldRefuseARateOutOfRange(final int perSecond) {
        assertThrows(IllegalArgumentException.class, () -> new NewTextLimit(perSecond));
    }
}
