package io.opportune.bench.match;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntToLongFunction;

/** One piece of work timed on each event of a workload, over several turns. Owned by one thread. */
final class Timing {
    private final String name;
    private final IntToLongFunction work;
    private final long[] tookNs;
    private final double[] p50;
    private final double[] p99;
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
        p50 = new double[turns];
        p99 = new double[turns];
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
        final long[] sorted = tookNs.clone();
        Arrays.sort(sorted);
        p50[turn] = at(sorted, 0.5);
        p99[turn++] = at(sorted, 0.99);
        return sum;
    }

    private static double at(final long[] sorted, final double share) {
        return sorted[(int) Math.min(sorted.length - 1, Math.round(share * sorted.length))];
    }

    /** What the work gives for one event, not timed. */
    long count(final int event) {
        return work.applyAsLong(event);
    }

    int events() {
        return tookNs.length;
    }

    /** Median over the turns of each turn's median, nanoseconds. */
    double p50Ns() {
        return median(p50);
    }

    /** One line. */
    void say(final String more) {
        System.out.printf(Locale.ROOT, "%-14s p50 %,.2f us, p99 %,.2f us an event%s%n", name + ":",
            median(p50) / 1e3, median(p99) / 1e3, more);
    }

    private static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
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
