package io.opportune.engine.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.opportune.engine.journal.ReservationBlock;
import io.opportune.engine.journal.SettlementBlock;
import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** One or two shards' leases with a ledger behind them, step by step. */
class ShardLeasesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long DAY = 86_400L * SECOND;
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final LedgerSettings SETTINGS = LedgerSettings.defaults().withBounds(4, 16, 64)
        .withRings(1 << 12, 1 << 14).withLeases(0.5, 10 * SECOND, SECOND / 100, 60 * SECOND);

    private long nowNs = midnight(20_000) + 12 * 3600 * SECOND;
    private final Ledger ledger = new Ledger(SETTINGS, LedgerListener.NONE);
    private final LedgerLink[] links = {new LedgerLink(SETTINGS), new LedgerLink(SETTINGS)};
    private final ShardLeases[] shards = {
        new ShardLeases(links[0], SETTINGS, Long.MIN_VALUE), new ShardLeases(links[1], SETTINGS, Long.MIN_VALUE)};
    private final UnsafeBuffer block = new UnsafeBuffer(new byte[1024]);
    private LedgerAgent agent;
    private long indexes;

    private static long midnight(final int day) {
        return LocalDate.ofEpochDay(day).atStartOfDay(BERLIN).toEpochSecond() * SECOND;
    }

    private void start(final long total, final long daily) {
        ledger.declare(List.of(
            new BudgetTerms(1, 0, 9, BudgetUnit.MICROS, 978, total, BudgetPeriod.TOTAL, BERLIN, 10),
            new BudgetTerms(2, 0, 9, BudgetUnit.MICROS, 978, daily, BudgetPeriod.DAILY, BERLIN, 10)));
        agent = new LedgerAgent(ledger, List.of(links), SETTINGS, () -> nowNs, () -> nowNs);
        turn();
    }

    private void turn() {
        for (int i = 0; i < 4; i++) {
            nowNs += SECOND / 50;
            agent.doWork();
            shards[0].poll(nowNs);
            shards[1].poll(nowNs);
        }
    }

    private void reserve(final int shard, final int budgetId, final int period, final long amount) {
        final int length = ReservationBlock.put(block, 0, 0, 5, budgetId, 0, period, amount, 60);
        indexes++;
        shards[shard].reserved(indexes, shards[shard].stampNs(nowNs), 1, indexes, block, 0, length);
    }

    @Test
    void shouldLendToAllShardsWithoutBeingAsked() {
        start(1_000, 100);
        assertTrue(shards[0].take(0, nowNs, 250));
        assertFalse(shards[0].take(0, nowNs, 1));
        assertTrue(shards[1].covers(0, nowNs, 250));
        assertTrue(shards[1].take(1, nowNs, 25));
        assertEquals(20_000, shards[1].period(1, nowNs));
        assertEquals(0, shards[1].period(0, nowNs));
        assertFalse(shards[0].covers(7, nowNs, 0));
        assertFalse(shards[0].covers(-1, nowNs, 0));
        assertFalse(shards[0].covers(1 << 20, nowNs, 0));
    }

    @Test
    void shouldGetTheLastMicroFromWhoHoldsIt() {
        start(100, 100);
        assertFalse(shards[0].covers(0, nowNs, 100));
        turn();
        assertTrue(shards[0].take(0, nowNs, 100));
        reserve(0, 1, 0, 100);
        assertFalse(shards[1].covers(0, nowNs, 1));
        turn();
        assertFalse(shards[1].covers(0, nowNs, 1));
        assertEquals(100, ledger.totals().line(1, 0, 0).reserved());
        assertEquals(0, ledger.totals().brokenLines());
    }

    @Test
    void shouldGiveTheNextDayShortlyBeforeMidnightAndTakeTheRestOfTheLast() {
        start(100, 100);
        nowNs = midnight(20_001) - 30 * SECOND;
        turn();
        assertTrue(shards[0].covers(1, midnight(20_001), 10));
        assertTrue(shards[0].covers(1, midnight(20_001) - 1, 10));
        assertTrue(shards[0].take(1, midnight(20_001), 10));
        assertEquals(20_001, shards[0].period(1, midnight(20_001)));
        shards[0].giveBack(1, 20_001, 10);
        nowNs = midnight(20_001) + 30 * SECOND;
        turn();
        turn();
        assertEquals(0, shards[0].left(1, 20_000));
        assertEquals(0, ledger.totals().line(2, 0, 20_000).outstanding());
        assertTrue(ledger.totals().line(2, 0, 20_001).outstanding() > 0);
    }

    @Test
    void shouldLendADayOfLongAgoWhenItIsWanted() {
        start(100, 100);
        final long then = midnight(17_250) + 5 * SECOND;
        assertFalse(shards[0].covers(1, then, 60));
        turn();
        assertTrue(shards[0].take(1, then, 60));
        assertEquals(17_250, shards[0].period(1, then));
        // A third day takes the place of the one used less recently, which goes back.
        assertFalse(shards[0].covers(1, then + DAY, 60));
        turn();
        assertTrue(shards[0].take(1, then + DAY, 60));
        assertTrue(ledger.totals().line(2, 0, 20_000).outstanding() < 100);
    }

    @Test
    void shouldCallBackWhenTheLimitIsLoweredAndWhenTheBudgetIsGone() {
        start(1_000, 100);
        ledger.declare(List.of(new BudgetTerms(1, 0, 9, BudgetUnit.MICROS, 978, 100, BudgetPeriod.TOTAL, BERLIN, 10)));
        turn();
        assertTrue(ledger.totals().line(1, 0, 0).outstanding() <= 100);
        assertEquals(0, ledger.totals().line(2, 0, 20_000).outstanding());
        assertFalse(shards[0].covers(1, nowNs, 1));
        assertEquals(0, ledger.totals().brokenLines());
    }

    @Test
    void shouldKeepBackWhatTheRingDoesNotTakeAndLoseNothing() {
        start(10_000_000, 100);
        int told = 0;
        while (shards[0].hasRoom(1, 28)) {
            assertTrue(shards[0].take(0, nowNs, 1));
            reserve(0, 1, 0, 1);
            told++;
        }
        for (int i = 0; i < 50; i++) {
            assertTrue(shards[0].take(0, nowNs, 1));
            reserve(0, 1, 0, 1);
            told++;
        }
        assertTrue(shards[0].spilledMessages() > 0);
        assertFalse(shards[0].hasRoom(0, 0));
        turn();
        turn();
        assertEquals(Math.min(told, 10_000), ledger.totals().line(1, 0, 0).reserved());
        assertFalse(shards[0].hasSpilled());
    }

    @Test
    void shouldBeCutOffWhenNobodyReadsAndLoseNothingByReplay() {
        start(10_000_000, 100);
        long reserved = 0;
        while (!links[0].isCutOff()) {
            assertTrue(shards[0].take(0, nowNs, 2));
            reserve(0, 1, 0, 2);
            reserved += 2;
        }
        for (int i = 0; i < 10; i++) {
            reserve(0, 1, 0, 2);
            reserved += 2;
        }
        assertTrue(shards[0].isCutOff());
        final long complete = links[0].complete();
        final long thenNs = shards[0].stampNs(nowNs);
        turn();
        turn();
        // What it knows is the beginning of the journal; it lends no more and waits for the rest before it expires any.
        final long known = ledger.totals().line(1, 0, 0).reserved();
        assertTrue(known > 0 && known < reserved, () -> "known: " + known);
        assertEquals(known / 2, ledger.position(0));
        assertEquals(complete, links[0].complete());
        assertFalse(shards[0].hasRoom(0, 0));
        assertTrue(shards[0].hasSpilled());
        assertFalse(links[1].isCutOff());
        // The journal once more, from its beginning.
        final int length = ReservationBlock.put(block, 0, 0, 5, 1, 0, 0, 2, 60);
        for (int i = 1; i <= indexes; i++) {
            ledger.onReserved(0, i, thenNs, 1, i, block, 0, length);
        }
        assertEquals(reserved, ledger.totals().line(1, 0, 0).reserved());
        assertEquals(0, ledger.totals().brokenLines());
    }

    @Test
    void shouldNotReserveWhenTheLedgerIsFull() {
        start(1_000_000, 100);
        for (int i = 0; i < 64; i++) {
            assertTrue(shards[0].hasRoom(1, 28));
            assertTrue(shards[0].take(0, nowNs, 1));
            reserve(0, 1, 0, 1);
            turn();
        }
        assertFalse(shards[0].hasRoom(1, 28));
        assertFalse(shards[0].hasSpilled());
        // They expire, and are forgotten after the horizon.
        nowNs += 2 * 3600 * SECOND;
        turn();
        nowNs += 2 * 3600 * SECOND;
        turn();
        assertTrue(shards[0].hasRoom(1, 28));
    }

    @Test
    void shouldNeverStampEarlierThanItPromised() {
        assertEquals(500, shards[0].stampNs(500));
        shards[0].poll(700);
        assertEquals(700, shards[0].stampNs(600));
        assertEquals(700, links[0].complete());
        final ShardLeases later = new ShardLeases(links[1], SETTINGS, 900);
        assertEquals(901, later.stampNs(5));
    }

    @Test
    void shouldAllocateNothing() {
        start(1L << 40, 1L << 40);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (int round = 0; round < 30; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 20 && shards[0].hasRoom(1, 28); i++) {
                if (shards[0].take(0, nowNs, 3) && shards[0].take(1, nowNs, 3)) {
                    reserve(0, 1, shards[0].period(0, nowNs), 3);
                }
                shards[0].poll(nowNs);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
            turn();
        }
        assertEquals(0, allocated);
    }

    @Test
    void shouldAllocateNothingOnTheLedgersSideEither() {
        final LedgerSettings settings = new LedgerSettings(1, 16, 4_096, 1 << 16, 1 << 14, SECOND, SECOND, 0.5, SECOND,
            0, SECOND, 16, Long.MAX_VALUE);
        final Ledger books = new Ledger(settings, LedgerListener.NONE);
        books.declare(List.of(
            new BudgetTerms(1, 0, 9, BudgetUnit.MICROS, 978, 1L << 40, BudgetPeriod.TOTAL, BERLIN, 10),
            new BudgetTerms(2, 0, 9, BudgetUnit.MICROS, 978, 1L << 40, BudgetPeriod.DAILY, BERLIN, 10)));
        final LedgerLink link = new LedgerLink(settings);
        final ShardLeases leases = new ShardLeases(link, settings, books.latestNs());
        final LedgerAgent keeper = new LedgerAgent(books, List.of(link), settings, () -> nowNs, () -> nowNs);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        keeper.doWork();
        leases.poll(nowNs);
        long allocated = -1;
        for (int round = 0; round < 2_000; round++) {
            for (int i = 0; i < 50; i++) {
                nowNs += SECOND / 1_000;
                assertTrue(leases.hasRoom(2, 200) && leases.take(0, nowNs, 3) && leases.take(1, nowNs, 3));
                ReservationBlock.put(block, 0, 0, 5, 1, 0, 0, 3, 1);
                int length = ReservationBlock.put(block, 0, 1, 5, 2, 0, leases.period(1, nowNs), 3, 1);
                final long decision = ++indexes;
                leases.reserved(decision, leases.stampNs(nowNs), 1, decision, block, 0, length);
                SettlementBlock.begin(block, 0, 1 + i % 3);
                length = SettlementBlock.put(block, 0, 0, 1, 0, 0, 2);
                leases.settled(++indexes, leases.stampNs(nowNs), 2, indexes, 1, decision, 5, block, 0, length);
            }
            final long before = threads.getCurrentThreadAllocatedBytes();
            leases.poll(nowNs);
            keeper.doWork();
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated);
        final LineTotals line = books.totals().line(1, 0, 0);
        assertEquals(100_000, line.reservations());
        assertEquals(34_000 * 2, line.spent());
        assertTrue(books.totals().known() < 4_000);
        assertEquals(0, books.totals().brokenLines());
    }
}
