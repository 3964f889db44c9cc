package io.opportune.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimeMarginTest {
    private static final long MS = 1_000_000L;
    private static final long START_NS = 77L;
    private static final ExchangeProfile.Time TIME =
        new ExchangeProfile.Time(100 * MS, 10 * MS, 2 * MS, 60 * MS, 0.01);

    private final TimeMargin margin = new TimeMargin(TIME, START_NS);

    @Test
    void shouldStartAsConfigured() {
        assertEquals(10 * MS, margin.marginNs(START_NS));
    }

    @Test
    void shouldStayWithinItsBounds() {
        long nowNs = START_NS;
        for (int i = 0; i < 10_000; i++) {
            margin.onAnswer(true, nowNs++);
            assertTrue(margin.marginNs(nowNs) <= 60 * MS);
        }
        assertEquals(60 * MS, margin.marginNs(nowNs));
        for (int i = 0; i < 100_000; i++) {
            margin.onAnswer(false, nowNs++);
            assertTrue(margin.marginNs(nowNs) >= 2 * MS);
        }
        assertEquals(2 * MS, margin.marginNs(nowNs));
    }

    /** Answers take all of their time but the margin; the network then takes 12 ms give or take. */
    @Test
    void shouldLearnTheMarginThatMeetsTheTarget() {
        final Random random = new Random(29);
        long nowNs = START_NS;
        int late = 0;
        double sum = 0;
        final int answers = 400_000;
        for (int i = 0; i < answers; i++) {
            nowNs += 100_000;
            final double networkNs = (12 + 3 * random.nextGaussian()) * MS;
            final boolean tooLate = networkNs > margin.marginNs(nowNs);
            margin.onAnswer(tooLate, nowNs);
            if (i >= answers / 2) {
                late += tooLate ? 1 : 0;
                sum += margin.marginNs(nowNs);
            }
        }
        final double share = late / (answers / 2.0);
        assertTrue(share > 0.008 && share < 0.012, "late " + share + ", target 0.01, seed 29");
        // The 99 % quantile of the network is 12 + 2.33 * 3 = 19 ms.
        final double mean = sum / (answers / 2.0) / MS;
        assertTrue(mean > 17.5 && mean < 21.5, "mean margin " + mean + " ms");
    }

    /** One event loop hears what became of the answers of another. */
    @Test
    void shouldLoseNoReportOfSeveralThreads() throws InterruptedException {
        final ExchangeProfile.Time wide = new ExchangeProfile.Time(1_000 * MS, 500 * MS, 0, 1_000 * MS, 0.5);
        final TimeMargin shared = new TimeMargin(wide, START_NS);
        final Thread[] loops = new Thread[2];
        for (int i = 0; i < loops.length; i++) {
            loops[i] = new Thread(() -> {
                for (int n = 0; n < 200_000; n++) {
                    shared.onAnswer((n & 1) == 0, START_NS);
                }
            });
            loops[i].start();
        }
        for (final Thread loop : loops) {
            loop.join();
        }
        // As many steps up as down, the bounds far away: back at the start unless one was lost.
        assertEquals(500.0 * MS, shared.marginNs(START_NS), MS / 1_000.0);
    }

    @Test
    void shouldFollowANetworkThatGetsSlower() {
        long nowNs = START_NS;
        for (int i = 0; i < 5_000; i++) {
            nowNs += 100_000;
            margin.onAnswer(5 * MS > margin.marginNs(nowNs), nowNs);
        }
        assertTrue(margin.marginNs(nowNs) < 7 * MS);
        int late = 0;
        for (int i = 0; i < 1_000; i++) {
            nowNs += 100_000;
            final boolean tooLate = 40 * MS > margin.marginNs(nowNs);
            late += tooLate ? 1 : 0;
            margin.onAnswer(tooLate, nowNs);
        }
        assertTrue(late < 60, "late until it had learned: " + late);
        assertTrue(margin.marginNs(nowNs) >= 39 * MS);
    }

    @Test
    void shouldForgetWhenNothingIsReported() {
        long nowNs = START_NS;
        for (int i = 0; i < 10_000; i++) {
            margin.onAnswer(true, nowNs++);
        }
        final long lastNs = nowNs - 1;
        assertEquals(60 * MS, margin.marginNs(lastNs + 999_999_999L));
        assertEquals(35 * MS, margin.marginNs(lastNs + TimeMargin.HALF_LIFE_NS), MS / 1_000);
        assertEquals(22.5 * MS, margin.marginNs(lastNs + 2 * TimeMargin.HALF_LIFE_NS), MS / 1_000);
        assertEquals(10 * MS, margin.marginNs(lastNs + 100 * TimeMargin.HALF_LIFE_NS), MS / 1_000);
        margin.onAnswer(false, lastNs + TimeMargin.HALF_LIFE_NS);
        assertTrue(margin.marginNs(lastNs + TimeMargin.HALF_LIFE_NS) < 35 * MS);
        margin.onAnswer(false, lastNs);
        assertTrue(margin.marginNs(lastNs + TimeMargin.HALF_LIFE_NS) > 34 * MS,
            "a clock that steps back changes nothing");
    }

    @Test
    void shouldRefuseSenselessBounds() {
        for (final ExchangeProfile.Time wrong : new ExchangeProfile.Time[] {
            new ExchangeProfile.Time(100, 1, 2, 3, 0.1), new ExchangeProfile.Time(100, 4, 2, 3, 0.1),
            new ExchangeProfile.Time(100, 2, -1, 3, 0.1), new ExchangeProfile.Time(100, 2, 2, 3, 0),
            new ExchangeProfile.Time(100, 2, 2, 3, 1), new ExchangeProfile.Time(100, 2, 2, 3, Double.NaN)}) {
            assertThrows(IllegalArgumentException.class, () -> new TimeMargin(wrong, 0), wrong::toString);
        }
    }

    @Test
    void shouldAllocateNothing() {
        final long[] sum = new long[1];
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 50_000; i++) {
                margin.onAnswer(i % 50 == 0, START_NS + i * 2_000_000_000L);
                sum[0] += margin.marginNs(START_NS + i * 2_000_000_000L);
            }
        }));
        assertTrue(sum[0] > 0);
    }
}
