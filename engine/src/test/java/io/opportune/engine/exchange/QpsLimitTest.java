package io.opportune.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class QpsLimitTest {
    private static final long START_NS = Long.MAX_VALUE - 500_000_000L;
    private static final long NS_PER_S = 1_000_000_000L;

    @Test
    void shouldLetTheRateThroughAndNoMore() {
        // The clock overflows during the test, as System.nanoTime may.
        final QpsLimit limit = new QpsLimit(1_000, 10, START_NS);
        int passed = 0;
        for (int i = 0; i < 100_000; i++) {
            passed += limit.tryAcquire(START_NS + i * (NS_PER_S / 10_000)) ? 1 : 0;
        }
        assertTrue(passed >= 10_000 && passed <= 10_010, "10 seconds, 1,000 a second, burst 10: " + passed);
    }

    @Test
    void shouldLetABurstThroughAfterAPause() {
        final QpsLimit limit = new QpsLimit(1_000, 10, 0);
        for (int pause = 0; pause < 3; pause++) {
            final long nowNs = pause * 60 * NS_PER_S;
            for (int i = 0; i < 10; i++) {
                assertTrue(limit.tryAcquire(nowNs), "a long pause saves up no more than a burst");
            }
            assertFalse(limit.tryAcquire(nowNs));
            assertFalse(limit.tryAcquire(nowNs + 999_999));
            assertTrue(limit.tryAcquire(nowNs + 1_000_000));
            assertFalse(limit.tryAcquire(nowNs + 1_000_000));
        }
    }

    @Test
    void shouldNotBeMovedByAClockThatStands() {
        final QpsLimit limit = new QpsLimit(5, 5);
        int passed = 0;
        for (int i = 0; i < 1_000; i++) {
            passed += limit.tryAcquire(5) ? 1 : 0;
        }
        assertEquals(16, passed, "the smallest burst");
    }

    @Test
    void shouldKeepToTheRateWhateverTheGaps() {
        final Random random = new Random(23);
        final QpsLimit limit = new QpsLimit(500, 50, 0);
        long nowNs = 0;
        long passed = 0;
        for (int i = 0; i < 200_000; i++) {
            nowNs += random.nextInt(10) == 0 ? random.nextInt(20_000_000) : random.nextInt(1_000_000);
            passed += limit.tryAcquire(nowNs) ? 1 : 0;
            assertTrue(passed <= 50 + nowNs / 2_000_000 + 1, "seed 23");
        }
        assertTrue(passed > nowNs / 2_000_000 * 0.5);
    }

    @Test
    void shouldHaveNoLimitWithoutACap() {
        final QpsLimit limit = new QpsLimit(0, 0);
        for (int i = 0; i < 10_000; i++) {
            assertTrue(limit.tryAcquire(0));
        }
        assertThrows(IllegalArgumentException.class, () -> new QpsLimit(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> new QpsLimit(1, 0, 0));
    }

    @Test
    void shouldCountOnceForEachOfSomeThreads() throws InterruptedException {
        final QpsLimit limit = new QpsLimit(1, 1_000, 0);
        final AtomicInteger passed = new AtomicInteger();
        final Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                for (int ask = 0; ask < 5_000; ask++) {
                    passed.addAndGet(limit.tryAcquire(0) ? 1 : 0);
                }
            });
            threads[i].start();
        }
        for (final Thread thread : threads) {
            thread.join();
        }
        assertEquals(1_000, passed.get());
    }

    @Test
    void shouldAllocateNothing() {
        final QpsLimit limit = new QpsLimit(1_000_000, 0);
        final int[] passed = new int[1];
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 50_000; i++) {
                passed[0] += limit.tryAcquire(i * 700L) ? 1 : 0;
            }
        }));
    }
}
