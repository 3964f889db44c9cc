package io.opportune.loadtest.report;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What a finished run measured. Immutable once made, except that histograms are not copied.
 *
 * @param mode         "open loop", "closed loop" or "replay", with its parameters, for people.
 * @param openLoop     whether latencies count from an intended send time.
 * @param planned      messages that the schedule wanted sent, warm-up excluded; equal to sent for closed loops.
 * @param elapsedNs    from the first measured send to the last measured answer.
 * @param tally        counters and total histograms.
 * @param invalid      why the generator itself spoilt the run; empty when it kept its schedule.
 */
public record RunResult(
    String mode, boolean openLoop, long planned, long elapsedNs, RunTally tally, List<String> invalid) {

    /** Exit code of a run that met its objectives. */
    public static final int EXIT_PASS = 0;
    /** Exit code of a valid run that missed an objective. */
    public static final int EXIT_OBJECTIVE_MISSED = 1;
    /** Exit code of a run that says nothing, because the generator could not keep its schedule. */
    public static final int EXIT_INVALID = 2;

    /**
     * Reads a counter.
     *
     * @param counter to read.
     * @return its value.
     */
    public long count(final RunCounter counter) {
        return tally.count(counter);
    }

    /**
     * Reads a latency distribution.
     *
     * @param series to read.
     * @return nanoseconds.
     */
    public Histogram histogram(final RunTally.Series series) {
        return tally.total(series);
    }

    /**
     * Decisions that were answered in any way.
     *
     * @return full, fallback and shed answers.
     */
    public long decisionsAnswered() {
        return fullDecisions() + count(RunCounter.FALLBACK) + count(RunCounter.SHED);
    }

    /**
     * Decisions that were really made, with an offer or without.
     *
     * @return neither fallbacks nor shed ones.
     */
    public long fullDecisions() {
        return count(RunCounter.OFFERS) + count(RunCounter.NO_OFFER);
    }

    /**
     * Answered decisions per second.
     *
     * @return 0 when nothing was answered.
     */
    public double decisionsPerSecond() {
        return elapsedNs == 0 ? 0 : decisionsAnswered() * 1e9 / elapsedNs;
    }

    /**
     * Sent messages of all kinds per second.
     *
     * @return 0 when nothing was answered.
     */
    public double messagesPerSecond() {
        return elapsedNs == 0 ? 0 : count(RunCounter.SENT) * 1e9 / elapsedNs;
    }

    /**
     * Judges the run.
     *
     * @param objectives to meet.
     * @return one of the exit codes; an invalid run is invalid even when it met its objectives.
     */
    public int exitCode(final List<Objective> objectives) {
        if (!invalid.isEmpty()) {
            return EXIT_INVALID;
        }
        return objectives.stream().allMatch(objective -> objective.metBy(this)) ? EXIT_PASS : EXIT_OBJECTIVE_MISSED;
    }
}
