package io.opportune.engine.onnx;

import java.util.Arrays;

/**
 * How long a model takes, by size of the batch: mean and mean deviation that follow what was measured, as TCP follows
 * its round-trip time (Jacobson 1988). What is skipped is not measured, so that each skip takes a little off, down to
 * the fastest that was ever seen: one slow run does not end a model's work, and one that never fits stays skipped. One
 * thread.
 */
final class RunTimes {
    private static final int MEAN_SHIFT = 3;
    private static final int DEVIATION_SHIFT = 2;
    private static final int SKIP_SHIFT = 6;
    private static final int DEVIATIONS = 4;
    /** A pause of the machine counts as a run of at most so many times the mean. */
    private static final int MOST_MEANS = 16;

    private final long[] meanNs;
    private final long[] deviationNs;
    private final long[] fastestNs;

    RunTimes(final int sizes) {
        meanNs = new long[sizes];
        deviationNs = new long[sizes];
        fastestNs = new long[sizes];
        Arrays.fill(fastestNs, Long.MAX_VALUE);
    }

    /** Starts from the median of some runs, which code that was not compiled yet and pauses spoil least. */
    void start(final int size, final long[] durationsNs) {
        final long[] sorted = Arrays.stream(durationsNs).filter(duration -> duration >= 0).sorted().toArray();
        if (sorted.length > 0) {
            ran(size, sorted[sorted.length / 2]);
            fastestNs[size] = sorted[0];
        }
    }

    /** Takes a measured run; one that a clock which went back measured tells nothing. */
    void ran(final int size, final long durationNs) {
        if (durationNs < 0) {
            return;
        }
        if (fastestNs[size] == Long.MAX_VALUE) {
            meanNs[size] = durationNs;
            deviationNs[size] = durationNs / 2;
        }
        fastestNs[size] = Math.min(fastestNs[size], durationNs);
        final long error = Math.min(durationNs, MOST_MEANS * meanNs[size]) - meanNs[size];
        meanNs[size] += error >> MEAN_SHIFT;
        deviationNs[size] += Math.abs(error) - deviationNs[size] >> DEVIATION_SHIFT;
    }

    /** A run was skipped for its expected length. */
    void skipped(final int size) {
        meanNs[size] -= meanNs[size] - fastestNs[size] >> SKIP_SHIFT;
        deviationNs[size] -= deviationNs[size] >> SKIP_SHIFT;
    }

    /** What a run will hardly exceed; 0 before the first. */
    long expectedNs(final int size) {
        return fastestNs[size] == Long.MAX_VALUE ? 0
            : Math.max(fastestNs[size], meanNs[size] + DEVIATIONS * deviationNs[size]);
    }
}
