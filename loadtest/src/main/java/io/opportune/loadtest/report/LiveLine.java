package io.opportune.loadtest.report;

import java.io.PrintStream;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * One line a second about a run: redrawn in place on a terminal, appended otherwise. Owned by the reporting thread.
 */
public final class LiveLine {
    private final PrintStream out;
    private final boolean redraw;
    private long lastAnswered;
    private long lastWarmup;
    private boolean drawn;

    /**
     * Creates the line.
     *
     * @param out    to write to.
     * @param redraw whether it is a terminal on which a line can be overwritten.
     */
    public LiveLine(final PrintStream out, final boolean redraw) {
        this.out = out;
        this.redraw = redraw;
    }

    /**
     * Shows an interval.
     *
     * @param elapsedSeconds since the start of the run.
     * @param intervalNs     length of the interval.
     * @param tally          of the run.
     * @param decisions      latencies of the interval.
     * @param progress       what the source says about how far it is; may be empty.
     */
    public void show(
        final double elapsedSeconds,
        final long intervalNs,
        final RunTally tally,
        final Histogram decisions,
        final String progress) {
        final long answered = tally.count(RunCounter.OFFERS) + tally.count(RunCounter.NO_OFFER)
            + tally.count(RunCounter.FALLBACK) + tally.count(RunCounter.SHED);
        final double rate = (answered - lastAnswered) * 1e9 / Math.max(1, intervalNs);
        lastAnswered = answered;
        final long warmup = tally.count(RunCounter.WARMUP_SENT) - lastWarmup;
        lastWarmup += warmup;
        final String line = warmup > 0 && decisions.getTotalCount() == 0
            ? String.format(Locale.ROOT, "%5.0f s %,9.0f messages/s, warm-up, not measured %s",
                elapsedSeconds, warmup * 1e9 / Math.max(1, intervalNs), progress)
            : String.format(Locale.ROOT,
            "%5.0f s %,9.0f decisions/s  p50 %s p99 %s max %s  shed %,d late %,d unknown %,d lost %,d %s",
            elapsedSeconds, rate, Durations.format(decisions.getValueAtPercentile(50)),
            Durations.format(decisions.getValueAtPercentile(99)), Durations.format(decisions.getMaxValue()),
            tally.count(RunCounter.SHED), tally.count(RunCounter.LATE), tally.count(RunCounter.EVENTS_UNKNOWN),
            tally.count(RunCounter.CONNECTIONS_LOST), progress);
        if (redraw) {
            out.print("\r\u001b[K" + line);
            out.flush();
            drawn = true;
        } else {
            out.println(line);
        }
    }

    /** Leaves the line standing, so that what follows starts on a new one. */
    public void end() {
        if (drawn) {
            out.println();
            drawn = false;
        }
    }
}
