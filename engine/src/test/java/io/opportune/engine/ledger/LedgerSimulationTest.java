package io.opportune.engine.ledger;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Simulated weeks, one for each seed: 2,000 unless {@code -Dledger.seeds=N} says otherwise, or the one of
 * {@code -Dledger.seed=N}. See engine/LEDGER.md.
 */
class LedgerSimulationTest {
    private static final int SEEDS = 2_000;

    @Test
    @Timeout(1_800)
    void shouldKeepItsPromisesInEveryWeek() throws Exception {
        final Long only = Long.getLong("ledger.seed");
        final long first = only == null ? Long.getLong("ledger.first", 0) : only;
        final long end = only == null ? first + Integer.getInteger("ledger.seeds", SEEDS) : only + 1;
        final AtomicLong next = new AtomicLong(first);
        final Map<LedgerSimulation.Fault, Long> faults = new EnumMap<>(LedgerSimulation.Fault.class);
        final AtomicLong operations = new AtomicLong();
        final List<Future<?>> workers = new ArrayList<>();
        final long startNs = System.nanoTime();
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 2; i++) {
                workers.add(pool.submit(() -> {
                    for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
                        try {
                            final LedgerSimulation week = new LedgerSimulation(seed, new LedgerSimulation.Parts() {
                            }).run();
                            assertTrue(week.operations() >= 5_000, week.operations() + " operations, seed " + seed);
                            operations.addAndGet(week.operations());
                            synchronized (faults) {
                                week.faults().forEach((fault, count) -> faults.merge(fault, (long) count, Long::sum));
                            }
                        } catch (final AssertionError e) {
                            next.set(end);
                            throw e;
                        }
                    }
                }));
            }
        }
        for (final Future<?> worker : workers) {
            worker.get();
        }
        System.out.println("ledger simulation: " + (end - first) + " weeks, " + operations + " operations, "
            + (System.nanoTime() - startNs) / 1_000_000_000L + " s, faults " + faults);
        if (only == null && end - first >= SEEDS) {
            for (final LedgerSimulation.Fault fault : LedgerSimulation.Fault.values()) {
                assertTrue(faults.getOrDefault(fault, 0L) > 0, fault + " never happened");
            }
        }
    }
}
