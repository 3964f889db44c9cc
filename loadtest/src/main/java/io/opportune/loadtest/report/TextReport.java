package io.opportune.loadtest.report;

import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Writes a result for people: throughput, percentile table, counts, objectives. Stateless. */
public final class TextReport {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99, 100};

    private TextReport() {
    }

    /**
     * The whole report.
     *
     * @param result     of the run.
     * @param objectives that were set; may be empty.
     * @return several lines, each ended.
     */
    public static String of(final RunResult result, final List<Objective> objectives) {
        final StringBuilder out = new StringBuilder(2048);
        out.append(result.mode()).append('\n');
        out.append(String.format(Locale.ROOT, "%,.0f decisions/s, %,.0f messages/s over %.2f s%n",
            result.decisionsPerSecond(), result.messagesPerSecond(), result.elapsedNs() / 1e9));
        appendPercentiles(out, result);
        appendCounts(out, result);
        if (result.openLoop()) {
            out.append(String.format(Locale.ROOT, "schedule: %,d planned, %,d sent, own send delay p99 %s max %s%n",
                result.planned(), result.count(RunCounter.SENT),
                Durations.format(result.histogram(RunTally.Series.SEND_DELAY).getValueAtPercentile(99)),
                Durations.format(result.histogram(RunTally.Series.SEND_DELAY).getMaxValue())));
        }
        for (final Objective objective : objectives) {
            out.append(objective.verdict(result)).append('\n');
        }
        for (final String reason : result.invalid()) {
            out.append("RUN INVALID: ").append(reason).append('\n');
        }
        return out.toString();
    }

    private static void appendPercentiles(final StringBuilder out, final RunResult result) {
        if (!result.openLoop()) {
            out.append("closed loop: a figure of capacity; its times are service times under that load and say nothing"
                + " of the latency at a given rate\n");
        }
        out.append(String.format(Locale.ROOT, "%-22s %10s %10s %10s %10s %10s %10s %12s%n",
            "", "p50", "p90", "p99", "p99.9", "p99.99", "max", "count"));
        if (result.openLoop()) {
            appendRow(out, "decision, intended", result.histogram(RunTally.Series.DECISION));
        }
        appendRow(out, "decision, from send", result.histogram(RunTally.Series.SERVICE));
        appendRow(out, "decision, at server", result.histogram(RunTally.Series.SERVER));
        appendRow(out, "event ack", result.histogram(RunTally.Series.EVENT));
        appendRow(out, "update ack", result.histogram(RunTally.Series.UPDATE));
    }

    private static void appendRow(final StringBuilder out, final String name, final Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return;
        }
        out.append(String.format(Locale.ROOT, "%-22s", name));
        for (final double percentile : PERCENTILES) {
            out.append(String.format(Locale.ROOT, " %10s",
                Durations.format(percentile == 100 ? histogram.getMaxValue()
                    : histogram.getValueAtPercentile(percentile))));
        }
        out.append(String.format(Locale.ROOT, " %,12d%n", histogram.getTotalCount()));
    }

    private static void appendCounts(final StringBuilder out, final RunResult result) {
        for (final RunCounter counter : RunCounter.values()) {
            final long count = result.count(counter);
            if (count > 0 || counter == RunCounter.LATE || counter == RunCounter.UNANSWERED
                || counter == RunCounter.SHED) {
                out.append(String.format(Locale.ROOT, "  %-20s %,14d%n", counter.label(), count));
            }
        }
    }
}
