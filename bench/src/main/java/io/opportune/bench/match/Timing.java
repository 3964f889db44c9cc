package io.opportune.bench.match;

import io.opportune.bench.fixture.Percentiles;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntToLongFunction;
import java.util.function.ToDoubleFunction;

/** One piece of work timed on each event of a workload, over several turns. Owned by one thread. */
final class Timing {
    private final String name;
    private final IntToLongFunction work;
    private final long[] tookNs;
    /** What each event took in each turn that counts. */
    private final long[][] turnsNs;
    private int turn;

    /**
     * Nothing measured yet.
     *
     * @param name   to say.
     * @param events how many there are; work is asked for 0 .. events - 1.
     * @param turns  of which the median counts.
     * @param work   gives a count to add up.
     */
    Timing(final String name, final int events, final int turns, final IntToLongFunction work) {
        this.name = name;
        this.work = work;
        tookNs = new long[events];
        turnsNs = new long[turns][events];
    }

    /** All events once, each timed alone; the sum of the counts. */
    long pass() {
        long sum = 0;
        for (int i = 0; i < tookNs.length; i++) {
            final long startNs = System.nanoTime();
            sum += work.applyAsLong(i);
            tookNs[i] = System.nanoTime() - startNs;
        }
        return sum;
    }

    /** A pass that counts as the next turn. */
    long measure() {
        final long sum = pass();
        System.arraycopy(tookNs, 0, turnsNs[turn++], 0, tookNs.length);
        return sum;
    }

    /** What the work gives for one event, not timed. */
    long count(final int event) {
        return work.applyAsLong(event);
    }

    int events() {
        return tookNs.length;
    }

    /**
     * Median over the turns of each turn's median, nanoseconds.
     *
     * @param events of which: the first so many, to be compared with work that was timed on no more.
     */
    double p50Ns(final int events) {
        return overTurns(took -> Percentiles.of(Arrays.copyOf(took, events), 0.5));
    }

    /** One line. */
    void say(final String more) {
        System.out.printf(Locale.ROOT, "%-14s p50 %,.2f us, p99 %,.2f us an event%s%n", name + ":",
            p50Ns(tookNs.length) / 1e3, overTurns(took -> Percentiles.of(took, 0.99)) / 1e3, more);
    }

    private double overTurns(final ToDoubleFunction<long[]> figure) {
        return Percentiles.median(Arrays.stream(turnsNs, 0, turn).mapToDouble(figure).toArray());
    }

    /** Bytes this thread allocates in one pass. */
    long allocatedInPass() {
        final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        pass();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    static double secondsSince(final long startNs) {
        return (System.nanoTime() - startNs) / 1e9;
    }
}
