package io.opportune.bench;

import io.opportune.engine.journal.ReservationBlock;
import io.opportune.engine.ledger.BudgetPeriod;
import io.opportune.engine.ledger.BudgetTerms;
import io.opportune.engine.ledger.BudgetUnit;
import io.opportune.engine.ledger.Ledger;
import io.opportune.engine.ledger.LedgerAgent;
import io.opportune.engine.ledger.LedgerLink;
import io.opportune.engine.ledger.LedgerListener;
import io.opportune.engine.ledger.LedgerSettings;
import io.opportune.engine.ledger.ShardLeases;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What money costs a winner under two budgets, of 2,000 campaigns that each have a total and a daily one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class LedgerBench {
    private static final int CAMPAIGNS = 2_000;
    private static final int SLOTS_MASK = 1_023;
    private static final long LIMIT = 1L << 50;
    private static final long START_NS = 1_790_000_000L * 1_000_000_000L;
    private static final int BATCH = 1_024;
    private static final int HOLD_SECONDS = 1;
    /** So that reservations end and are forgotten as fast as new ones come: some 10,000 are known. */
    private static final long STEP_NS = 100_000;

    private final UnsafeBuffer block = new UnsafeBuffer(new byte[2 * ReservationBlock.ENTRY_LENGTH]);
    private ShardLeases leases;
    private LedgerAgent agent;
    private long nowNs = START_NS;
    private long next;

    /** Declares the budgets and lends. */
    @Setup
    public void prepare() {
        final LedgerSettings usual = LedgerSettings.defaults();
        // Time is made up here and passes fast, so that the totals would be published all the time.
        final LedgerSettings settings = new LedgerSettings(1, 2 * CAMPAIGNS, 100_000, usual.ringBytes(),
            usual.spillBytes(), 1, 1, usual.leaseFraction(), usual.idleNs(), usual.wantIntervalNs(),
            usual.nextPeriodLeadNs(), usual.catchUp(), Long.MAX_VALUE);
        final Ledger ledger = new Ledger(settings, LedgerListener.NONE);
        final List<BudgetTerms> terms = new ArrayList<>();
        for (int i = 0; i < 2 * CAMPAIGNS; i++) {
            terms.add(new BudgetTerms(i, 0, i >> 1, BudgetUnit.MICROS, 978, LIMIT,
                (i & 1) == 0 ? BudgetPeriod.TOTAL : BudgetPeriod.DAILY, ZoneId.of("Europe/Berlin"), 1_000_000));
        }
        ledger.declare(terms);
        final LedgerLink link = new LedgerLink(settings);
        leases = new ShardLeases(link, settings, ledger.latestNs());
        agent = new LedgerAgent(ledger, List.of(link), settings, () -> nowNs, () -> nowNs);
        for (int i = 0; i < 64; i++) {
            turn();
        }
    }

    /**
     * Takes from both budgets and puts back.
     *
     * @return how often both had enough: always.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int take() {
        int taken = 0;
        for (int i = 0; i < BATCH; i++) {
            final int slot = (int) (next++ & SLOTS_MASK) << 1;
            taken += leases.take(slot, nowNs, 2_500) && leases.take(slot + 1, nowNs, 2_500) ? 1 : 0;
            leases.giveBack(slot, leases.period(slot, nowNs), 2_500);
            leases.giveBack(slot + 1, leases.period(slot + 1, nowNs), 2_500);
        }
        return taken;
    }

    /** Has the ledger read its ring between two measurements, so that there is room. */
    @Setup(Level.Invocation)
    public void drain() {
        turn();
    }

    private void turn() {
        leases.poll(nowNs);
        agent.doWork();
        leases.poll(nowNs);
    }

    private boolean winner() {
        final long index = ++next;
        final int slot = (int) (index & SLOTS_MASK) << 1;
        nowNs += STEP_NS;
        if (leases.hasRoom(1, block.capacity()) && leases.take(slot, nowNs, 2_500)
            && leases.take(slot + 1, nowNs, 2_500)) {
            ReservationBlock.put(block, 0, 0, slot, slot, 0, leases.period(slot, nowNs), 2_500, HOLD_SECONDS);
            final int length = ReservationBlock.put(block, 0, 1, slot, slot + 1, 0, leases.period(slot + 1, nowNs),
                2_500, HOLD_SECONDS);
            leases.reserved(index, leases.stampNs(nowNs), 7, index, block, 0, length);
            return true;
        }
        return false;
    }

    /**
     * The shard's part: room, both budgets, the block, the ring.
     *
     * @return how many were reserved: all.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int publish() {
        int reserved = 0;
        for (int i = 0; i < BATCH; i++) {
            reserved += winner() ? 1 : 0;
        }
        if (reserved != BATCH) {
            throw new IllegalStateException("only " + reserved + " of " + BATCH + " were reserved");
        }
        return reserved;
    }

    /**
     * The shard's part and the ledger's on one thread: booking, expiring, forgetting, topping up too.
     *
     * @return how many were reserved: all.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int reserve() {
        int reserved = 0;
        for (int i = 0; i < BATCH; i++) {
            reserved += winner() ? 1 : 0;
        }
        turn();
        if (reserved != BATCH) {
            throw new IllegalStateException("only " + reserved + " of " + BATCH + " were reserved");
        }
        return reserved;
    }
}
