package io.opportune.bench;

import io.opportune.bench.fixture.SteadySpending;
import io.opportune.engine.pacing.Actuator;
import io.opportune.engine.pacing.DayParts;
import io.opportune.engine.pacing.PacingLoop;
import io.opportune.engine.pacing.PacingMode;
import io.opportune.engine.pacing.PacingTable;
import io.opportune.engine.pacing.PacingTerms;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What pacing costs a winner, and what it costs the control thread: 200 campaigns, half of which bid, an hour into
 * their day. Winners and decisions come in an order that no branch predictor knows.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class PacingBench {
    private static final int CAMPAIGNS = 200;
    private static final int WINNERS = 4096;
    private static final long PRICE = 2_000_000;
    private static final long LIMIT = 2_000 * PRICE;
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long DAY_NS = 86_400 * NS_PER_SECOND;
    /** Midnight of some day. */
    private static final long START_NS = 20_600 * DAY_NS;
    /** Ten a second. */
    private static final int OPPORTUNITIES = 50;
    private static final int WARM_ROUNDS = 720;
    private static final long INTERVAL_NS = 5 * NS_PER_SECOND;

    private final int[] slots = new int[WINNERS];
    private final long[] hashes = new long[WINNERS];
    private final SteadySpending spending = new SteadySpending(CAMPAIGNS, LIMIT, PRICE);
    private PacingLoop loop;
    private PacingTable table;
    private long nowNs = START_NS;
    private int next;

    /** Lets the controllers settle. */
    @Setup
    public void settle() {
        final List<PacingTerms> terms = IntStream.range(0, CAMPAIGNS).mapToObj(i -> new PacingTerms(1_000 + i, i,
            i % 2 == 0 ? Actuator.PARTICIPATION : Actuator.BID, PacingMode.EVEN, 0, DayParts.always(), ZoneOffset.UTC,
            START_NS, START_NS + 3650 * DAY_NS, true, PRICE, 0.1, 1_000 + i)).toList();
        loop = new PacingLoop(terms, spending);
        table = loop.table();
        for (int i = 0; i < WARM_ROUNDS; i++) {
            control();
        }
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < WINNERS; i++) {
            slots[i] = random.nextInt(CAMPAIGNS);
            hashes[i] = random.nextLong();
        }
    }

    /**
     * One winner: whether it takes part at this time, and its multiplier.
     *
     * @return of a bid of 1; 0 when it takes no part.
     */
    @Benchmark
    public double winner() {
        final int i = next;
        next = i + 1 & WINNERS - 1;
        return table.participates(slots[i], hashes[i], nowNs) ? table.multiplier(slots[i]) : 0;
    }

    /**
     * One round of the control thread over all campaigns, the ledger's part included.
     *
     * @return the time.
     */
    @Benchmark
    public long control() {
        nowNs += INTERVAL_NS;
        spending.come(OPPORTUNITIES, table);
        loop.doWork(nowNs);
        return nowNs;
    }
}
