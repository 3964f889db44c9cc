package io.opportune.loadtest.generator;

import io.opportune.loadtest.report.Durations;
import io.opportune.loadtest.report.RunCounter;
import io.opportune.loadtest.report.RunResult;
import io.opportune.loadtest.report.RunTally;
import io.opportune.loadtest.source.MessageSource;
import java.io.IOException;
import java.io.PrintStream;
import java.util.function.Supplier;

/**
 * Shows that the generator tells the truth about a server that stands still: against a stub that stalls for S within
 * a run of length T, a message due in the stall waits for what is left of it, so the share of messages slower than x
 * is (S - x) / T for x below S. The percentiles must show at least that; for decisions it is more, because the events
 * that follow answers are missing in the stall and decisions take their turns. A closed loop with one message in
 * flight would hide it. A busy machine is noted and does not fail the check: the stall must show all the same.
 */
public final class SelfCheck {
    private static final double RATE = 2_000;
    /** Generator and stub share a cold JVM here: compiling must not be taken for lateness. */
    private static final long WARMUP_NS = 3_000_000_000L;
    private static final long DURATION_NS = 5_000_000_000L;
    private static final long STALL_AFTER_NS = 2_000_000_000L;
    private static final long STALL_NS = 1_000_000_000L;
    /** How far below theory a percentile may lie: scheduling of the stub's thread, and the histogram's digits. */
    private static final double TOLERANCE = 0.9;

    private SelfCheck() {
    }

    /**
     * Latency that theory expects at a percentile.
     *
     * @param percentile 0..100.
     * @return nanoseconds; 0 where the stall does not reach.
     */
    public static long expectedNs(final double percentile) {
        return Math.max(0, STALL_NS - (long) ((100 - percentile) / 100 * DURATION_NS));
    }

    /**
     * Runs the check; takes some twelve seconds.
     *
     * @param source makes a new source of messages for each of the two runs.
     * @param out    for the findings.
     * @return exit code as of {@link RunResult}.
     * @throws IOException          when the stub cannot be reached.
     * @throws InterruptedException when the calling thread was interrupted.
     */
    public static int run(final Supplier<MessageSource> source, final PrintStream out)
        throws IOException, InterruptedException {
        final RunResult open = drive(source.get(), new Schedule.ConstantRate(RATE), 4, 1_024);
        final RunResult closed = drive(source.get(), new Schedule.ClosedLoop(), 1, 1);
        out.printf("stub stalls %s within %s at %.0f messages/s%n",
            Durations.format(STALL_NS), Durations.format(DURATION_NS), RATE);
        boolean passed = true;
        for (final double percentile : new double[] {90, 95, 99, 99.9}) {
            final long reached = open.histogram(RunTally.Series.DECISION).getValueAtPercentile(percentile);
            final long expected = expectedNs(percentile);
            final boolean shown = reached >= expected * TOLERANCE;
            passed &= shown;
            out.printf("  p%-5s at least %10s  open loop %10s %s  (closed loop, 1 in flight: %s)%n", percentile,
                Durations.format(expected), Durations.format(reached), shown ? "shown " : "HIDDEN",
                Durations.format(closed.histogram(RunTally.Series.SERVICE).getValueAtPercentile(percentile)));
        }
        passed &= open.count(RunCounter.UNANSWERED) == 0;
        for (final String reason : open.invalid()) {
            out.println("  a load run here would be invalid, the machine is busy: " + reason);
        }
        out.println(passed ? "self-check passed: the stall shows in the percentiles"
            : "self-check FAILED: the percentiles hide the stall");
        return passed ? RunResult.EXIT_PASS : RunResult.EXIT_OBJECTIVE_MISSED;
    }

    private static RunResult drive(
        final MessageSource source, final Schedule schedule, final int connections, final int inFlight)
        throws IOException, InterruptedException {
        final boolean openLoop = schedule instanceof Schedule.ConstantRate;
        try (StubServer server = new StubServer(StubServer.Faults.stall(
            openLoop ? WARMUP_NS + STALL_AFTER_NS : STALL_AFTER_NS / 2, STALL_NS))) {
            final LoadSettings settings = new LoadSettings()
                .port(server.port())
                .connections(connections, inFlight)
                .schedule(schedule)
                .duration(openLoop ? WARMUP_NS : 0, openLoop ? DURATION_NS : DURATION_NS * 3 / 5);
            return new LoadRun(settings, source).run();
        }
    }
}
