package io.opportune.loadtest.generator;

import io.opportune.loadtest.report.Durations;
import io.opportune.loadtest.report.IntervalLog;
import io.opportune.loadtest.report.LiveLine;
import io.opportune.loadtest.report.Objective;
import io.opportune.loadtest.report.RunCounter;
import io.opportune.loadtest.report.RunResult;
import io.opportune.loadtest.report.RunTally;
import io.opportune.loadtest.source.MessageSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * One run: starts the generator's thread, reports each second from the calling thread, and judges at the end whether
 * the generator kept its schedule.
 *
 * <p>An open-loop run is invalid when the 99th percentile of the generator's own send delay exceeds the larger of 1 ms
 * and 10 % of the tightest latency objective, or when fewer than 99.9 % of the planned messages were sent although the
 * server left room for them. Waiting for the server (in-flight limits, unwritable sockets) is no fault of the
 * generator: it is part of the latency, and counted as held back.
 */
public final class LoadRun {
    private static final long INTERVAL_MS = 1_000;
    private static final long OWN_DELAY_FLOOR_NS = 1_000_000;
    private static final double MIN_SENT_SHARE = 0.999;

    private final LoadSettings settings;
    private final MessageSource source;
    private final RunTally tally = new RunTally();
    private final LoadEngine engine;
    private LiveLine liveLine;
    private Path intervalFile;
    private Supplier<String> progress = () -> "";
    private List<Objective> objectives = List.of();

    /**
     * Prepares a run.
     *
     * @param settings how to drive it.
     * @param source   of the messages; used by the generator's thread from {@link #run} on.
     */
    public LoadRun(final LoadSettings settings, final MessageSource source) {
        this.settings = settings;
        this.source = source;
        this.engine = new LoadEngine(settings, source, tally);
    }

    /**
     * Shows a line each second.
     *
     * @param line       to show.
     * @param howFar     text about the source's progress, called on the reporting thread.
     * @return this.
     */
    public LoadRun live(final LiveLine line, final Supplier<String> howFar) {
        liveLine = line;
        progress = howFar;
        return this;
    }

    /**
     * Writes interval histograms.
     *
     * @param file to create or replace; null for none.
     * @return this.
     */
    public LoadRun intervalLog(final Path file) {
        intervalFile = file;
        return this;
    }

    /**
     * States the objectives, because the allowed send delay follows from them.
     *
     * @param list of objectives.
     * @return this.
     */
    public LoadRun objectives(final List<Objective> list) {
        objectives = list;
        return this;
    }

    /** Ends the run early; answers in flight are still waited for. Any thread. */
    public void stop() {
        engine.requestStop();
    }

    /**
     * Runs to the end.
     *
     * @return what was measured.
     * @throws IOException          when the run could not begin, or the interval log could not be written.
     * @throws InterruptedException when the calling thread was interrupted; the run is stopped.
     */
    public RunResult run() throws IOException, InterruptedException {
        final Thread thread = new Thread(engine, "opportune-load");
        thread.setDaemon(true);
        try (IntervalLog log =
            intervalFile == null ? null : new IntervalLog(intervalFile, System.currentTimeMillis())) {
            thread.start();
            long lastNs = System.nanoTime();
            while (thread.isAlive()) {
                thread.join(INTERVAL_MS);
                final long nowNs = System.nanoTime();
                takeInterval(log, nowNs - lastNs, nowNs, thread.isAlive());
                lastNs = nowNs;
            }
            takeInterval(log, 1, System.nanoTime(), false);
        } finally {
            engine.requestStop();
            thread.join();
            if (liveLine != null) {
                liveLine.end();
            }
        }
        if (engine.failure() != null) {
            throw engine.failure();
        }
        return result();
    }

    private void takeInterval(final IntervalLog log, final long intervalNs, final long nowNs, final boolean show) {
        for (final RunTally.Series series : RunTally.Series.values()) {
            final Histogram interval = tally.takeInterval(series);
            if (log != null) {
                log.append(series, interval);
            }
            if (series == RunTally.Series.DECISION && liveLine != null && show && engine.startNs() != 0) {
                liveLine.show((nowNs - engine.startNs()) / 1e9, intervalNs, tally, interval, progress.get());
            }
        }
    }

    private RunResult result() {
        final long unsent = engine.unsent();
        final boolean serversDoing = engine.endedBlocked() || tally.count(RunCounter.CONNECTIONS_LOST) > 0;
        if (serversDoing) {
            tally.add(RunCounter.UNANSWERED, unsent);
        }
        final long sent = engine.sentMeasured();
        final long planned = sent + unsent;
        final boolean openLoop = !(settings.schedule() instanceof Schedule.ClosedLoop);
        final List<String> invalid = new ArrayList<>();
        if (openLoop) {
            if (!serversDoing && sent < MIN_SENT_SHARE * planned) {
                invalid.add(String.format(Locale.ROOT, "sent %,d of %,d planned messages, less than 99.9 %%", sent,
                    planned));
            }
            final long allowedNs = Math.max(OWN_DELAY_FLOOR_NS,
                objectives.stream().mapToLong(Objective::latencyLimitNs).min().orElse(Long.MAX_VALUE) / 10);
            checkDelay(invalid, allowedNs == Long.MAX_VALUE / 10 ? OWN_DELAY_FLOOR_NS : allowedNs);
        }
        return new RunResult(mode(), openLoop, planned, tally.elapsedNs(), tally, List.copyOf(invalid));
    }

    private void checkDelay(final List<String> invalid, final long allowedNs) {
        final Histogram delays = tally.total(RunTally.Series.SEND_DELAY);
        final long p99 = delays.getTotalCount() == 0 ? 0 : delays.getValueAtPercentile(99);
        if (p99 > allowedNs) {
            invalid.add("the generator could not keep its schedule: 99th percentile of its own send delay "
                + Durations.format(p99) + ", allowed " + Durations.format(allowedNs));
        }
    }

    private String mode() {
        final String width =
            settings.connections() + " connections x " + settings.inFlightPerConnection() + " in flight";
        return switch (settings.schedule()) {
            case Schedule.ConstantRate rate ->
                String.format(Locale.ROOT, "open loop at %,.0f messages/s, %s", rate.messagesPerSecond(), width);
            case Schedule.ClosedLoop closed -> "closed loop, " + width;
            case Schedule.SourcePaced paced -> "open loop by recorded times, " + width;
        };
    }
}
