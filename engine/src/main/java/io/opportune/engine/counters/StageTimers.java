package io.opportune.engine.counters;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Stage intervals of one thread. {@link #record} belongs to that thread and allocates nothing; the reading side may be
 * any thread and never makes the writer wait.
 */
public final class StageTimers {
    /** One minute: a request that took longer is recorded as one minute, which no deadline allows anyway. */
    public static final long MAX_INTERVAL_NS = 60_000_000_000L;
    /** Two digits keep each of the recorders at 30 KB, so that they stay in the second-level cache; 1 % is enough. */
    private static final int SIGNIFICANT_DIGITS = 2;
    private static final Stage[] STAGES = Stage.values();

    private final int instance;
    private final SingleWriterRecorder[] recorders = new SingleWriterRecorder[STAGES.length];
    private final Histogram[] recycled = new Histogram[STAGES.length];
    private final Histogram[] cumulative = new Histogram[STAGES.length];

    /**
     * Timers of one thread, all empty.
     *
     * @param instance number of the shard, 0 or more.
     */
    public StageTimers(final int instance) {
        this.instance = instance;
        for (int i = 0; i < STAGES.length; i++) {
            recorders[i] = new SingleWriterRecorder(MAX_INTERVAL_NS, SIGNIFICANT_DIGITS);
            cumulative[i] = newHistogram();
        }
    }

    /**
     * An empty histogram with the range and precision of the timers.
     *
     * @return values in nanoseconds, 0 to {@link #MAX_INTERVAL_NS}.
     */
    public static Histogram newHistogram() {
        return new Histogram(MAX_INTERVAL_NS, SIGNIFICANT_DIGITS);
    }

    /**
     * Which thread's timers these are.
     *
     * @return number of the shard.
     */
    public int instance() {
        return instance;
    }

    /**
     * Records one interval. Only for the owning thread; 0 bytes.
     *
     * @param stage      that was passed.
     * @param durationNs nanoseconds of the monotonic clock; outside 0 to {@link #MAX_INTERVAL_NS} it is clamped.
     */
    public void record(final Stage stage, final long durationNs) {
        recorders[stage.ordinal()].recordValue(Math.max(0, Math.min(durationNs, MAX_INTERVAL_NS)));
    }

    /**
     * Adds everything recorded since the start to a histogram. For any thread.
     *
     * @param stage  which.
     * @param target made by {@link #newHistogram()}.
     */
    public synchronized void addCumulativeTo(final Stage stage, final Histogram target) {
        final int i = stage.ordinal();
        recycled[i] = recorders[i].getIntervalHistogram(recycled[i]);
        cumulative[i].add(recycled[i]);
        target.add(cumulative[i]);
    }
}
