package io.opportune.engine.counters;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The reading side of all threads' timers: one histogram per stage since the start, and the interval since the same
 * reader asked last. One object per reader, since each has its own interval; for one thread at a time.
 */
public final class StageHistograms {
    private static final Stage[] STAGES = Stage.values();

    private final List<StageTimers> timers;
    private final Histogram[] last = new Histogram[STAGES.length];

    /**
     * A reader over some threads' timers.
     *
     * @param timers one per thread.
     */
    public StageHistograms(final List<StageTimers> timers) {
        this.timers = List.copyOf(timers);
        for (int i = 0; i < STAGES.length; i++) {
            last[i] = StageTimers.newHistogram();
        }
    }

    /**
     * Everything since the start, all threads together.
     *
     * @param stage which.
     * @return a new histogram, nanoseconds.
     */
    public Histogram cumulative(final Stage stage) {
        final Histogram sum = StageTimers.newHistogram();
        for (final StageTimers one : timers) {
            one.addCumulativeTo(stage, sum);
        }
        return sum;
    }

    /**
     * What was recorded since this method was last called for the stage, or since the start.
     *
     * @param stage which.
     * @return a new histogram, nanoseconds.
     */
    public Histogram intervalSinceLast(final Stage stage) {
        final Histogram now = cumulative(stage);
        final Histogram interval = now.copy();
        interval.subtract(last[stage.ordinal()]);
        last[stage.ordinal()] = now;
        return interval;
    }
}
