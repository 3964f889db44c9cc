package io.opportune.loadtest.report;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** Writes interval histograms to a {@code .hlog} file, tagged by series. Owned by the reporting thread. */
public final class IntervalLog implements AutoCloseable {
    private final PrintStream stream;
    private final HistogramLogWriter writer;

    /**
     * Creates the file.
     *
     * @param file          to create or replace.
     * @param startEpochMs  wall time at the start of the run.
     * @throws FileNotFoundException when it cannot be created.
     */
    public IntervalLog(final Path file, final long startEpochMs) throws FileNotFoundException {
        stream = new PrintStream(new FileOutputStream(file.toFile()), false, StandardCharsets.UTF_8);
        writer = new HistogramLogWriter(stream);
        writer.outputComment("[latencies in ns; decision, event and update from the intended send time]");
        writer.outputLogFormatVersion();
        writer.outputStartTime(startEpochMs);
        writer.setBaseTime(startEpochMs);
        writer.outputLegend();
    }

    /**
     * Appends an interval.
     *
     * @param series   that it belongs to.
     * @param interval with start and end times; skipped when empty.
     */
    public void append(final RunTally.Series series, final Histogram interval) {
        if (interval.getTotalCount() > 0) {
            interval.setTag(series.key());
            writer.outputIntervalHistogram(interval);
        }
    }

    @Override
    public void close() {
        stream.close();
    }
}
