package io.opportune.engine.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.journal.ReservationBlock;
import io.opportune.engine.journal.SettlementBlock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Four shards and the ledger on threads of their own: together they spend each budget to the last micro, no more. */
@Timeout(60)
class LedgerThreadsTest {
    private static final int SHARDS = 4;
    private static final int BUDGETS = 50;
    private static final long LIMIT = 20_000;

    private final LedgerSettings settings = LedgerSettings.defaults().withBounds(SHARDS, 64, 2_000_000)
        .withLeases(0.25, 1_000_000_000L, 100_000L, 0);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    /** When any shard last took something: all go on until none has for a while, so that recalls are answered. */
    private volatile long tookNs = System.nanoTime();
    private volatile boolean isOver;

    @Test
    void shouldSpendAllAndNoMore() throws Exception {
        final Ledger ledger = new Ledger(settings, LedgerListener.NONE);
        final List<BudgetTerms> terms = new ArrayList<>();
        for (int i = 0; i < BUDGETS; i++) {
            terms.add(new BudgetTerms(i, 0, i, BudgetUnit.MICROS, 978, LIMIT, BudgetPeriod.TOTAL, ZoneId.of("UTC"), 7));
        }
        ledger.declare(terms);
        final List<LedgerLink> links = new ArrayList<>();
        for (int i = 0; i < SHARDS; i++) {
            links.add(new LedgerLink(settings));
        }
        final LedgerAgent agent = new LedgerAgent(ledger, links, settings, LedgerThreadsTest::wallNs,
            System::nanoTime);
        final Thread control = new Thread(() -> run(() -> {
            while (!isOver) {
                if (agent.doWork() == 0) {
                    Thread.yield();
                }
            }
        }));
        control.start();
        final CountDownLatch spent = new CountDownLatch(SHARDS);
        final long[] taken = new long[SHARDS];
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SHARDS; i++) {
            final int shard = i;
            threads.add(new Thread(() -> run(() -> {
                taken[shard] = spend(shard, links.get(shard));
                spent.countDown();
            })));
        }
        threads.forEach(Thread::start);
        for (final Thread thread : threads) {
            thread.join();
        }
        Thread.sleep(50);
        isOver = true;
        control.join();
        assertNull(failure.get());
        agent.doWork();
        final LedgerTotals totals = ledger.totals();
        assertEquals(0, totals.brokenLines());
        assertEquals(0, totals.disordered());
        long sum = 0;
        for (final LineTotals line : totals.lines()) {
            assertTrue(line.spent() + line.reserved() + line.outstanding() <= LIMIT, line::toString);
            assertEquals(0, line.lateSpend());
            sum += line.spent() + line.reserved();
        }
        assertEquals(taken[0] + taken[1] + taken[2] + taken[3], sum);
        assertEquals(BUDGETS * LIMIT, sum);
    }

    private interface Work {
        void run() throws Exception;
    }

    private void run(final Work work) {
        try {
            work.run();
        } catch (final Throwable e) {
            failure.compareAndSet(null, e);
            isOver = true;
        }
    }

    private static long wallNs() {
        return System.currentTimeMillis() * 1_000_000L;
    }

    /** Takes 1 to 7 at a time, commits all of it, and goes on until nobody could have anything for a while. */
    private long spend(final int shard, final LedgerLink link) {
        final ShardLeases leases = new ShardLeases(link, settings, Long.MIN_VALUE);
        final UnsafeBuffer block = new UnsafeBuffer(new byte[256]);
        final Random random = new Random(shard);
        long index = 0;
        long taken = 0;
        while (System.nanoTime() - tookNs < 1_500_000_000L && !isOver) {
            leases.poll(wallNs());
            final int budget = random.nextInt(BUDGETS);
            // The last of a budget may be less than what a sale costs: then it is sold for less.
            final long amount = System.nanoTime() - tookNs > 100_000_000L ? 1 : 1 + random.nextInt(7);
            if (!leases.hasRoom(2, 64) || !leases.take(budget, wallNs(), amount)) {
                Thread.yield();
                continue;
            }
            tookNs = System.nanoTime();
            taken += amount;
            int length = ReservationBlock.put(block, 0, 0, 1, budget, 0, 0, amount, 3_600);
            final long decision = ++index;
            leases.reserved(decision, leases.stampNs(wallNs()), shard, decision, block, 0, length);
            SettlementBlock.begin(block, 0, SettlementBlock.COMMIT);
            length = SettlementBlock.put(block, 0, 0, budget, 0, 0, amount);
            index++;
            leases.settled(index, leases.stampNs(wallNs()), shard, index, shard, decision, 1, block, 0, length);
        }
        for (int i = 0; i < 10; i++) {
            leases.poll(wallNs());
        }
        return taken;
    }
}
