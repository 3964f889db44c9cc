package io.opportune.engine.admin;

import io.opportune.engine.bidding.BidReport;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CounterKind;
import io.opportune.engine.counters.CounterUnit;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.counters.Stage;
import io.opportune.engine.counters.StageHistograms;
import io.opportune.engine.counters.StageTimers;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Turns the counters, the stage recorders and the state of the process into Prometheus text at each scrape. Called by
 * admin threads, one at a time; never touches the threads that count.
 */
public final class MetricsExporter {
    /** Content type of the text, version 0.0.4 of the format. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    /**
     * Upper bounds of the exported buckets, from one decision stage to the longest time budget. Steps of 1, 2, 5 keep
     * a quantile read from them within a factor of 2.5; {@code opportune stat} and the load run have the exact ones.
     */
    private static final long[] BOUNDS_NS = {
        500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
        1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000, 50_000_000, 100_000_000, 1_000_000_000};
    private static final double NANOS_PER_SECOND = 1e9;

    private final CountersFile counters;
    private final StageHistograms stages;
    private final String version;
    private final Supplier<BidReport> bids;
    private final Supplier<List<DeliveryReport.Budgets>> budgets;
    private final BudgetMetrics budgetMetrics = new BudgetMetrics();
    private final BidMetrics bidMetrics = new BidMetrics();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    /**
     * An exporter over one server.
     *
     * @param counters of the server.
     * @param timers   of each thread that decides.
     * @param version  of the server.
     */
    public MetricsExporter(final CountersFile counters, final List<StageTimers> timers, final String version) {
        this(counters, timers, version, () -> new BidReport(List.of(), List.of()), List::of);
    }

    /**
     * An exporter over one server that bids and has budgets.
     *
     * @param counters of the server.
     * @param timers   of each thread that decides.
     * @param version  of the server.
     * @param bids     what came of bid requests.
     * @param budgets  of the campaigns that have any.
     */
    public MetricsExporter(
        final CountersFile counters, final List<StageTimers> timers, final String version,
        final Supplier<BidReport> bids, final Supplier<List<DeliveryReport.Budgets>> budgets) {
        this.counters = counters;
        this.stages = new StageHistograms(timers);
        this.version = version;
        this.bids = bids;
        this.budgets = budgets;
    }

    /**
     * Writes all metrics as they are now.
     *
     * @param out to which the text goes; stays open.
     * @throws IOException when it cannot be written.
     */
    public synchronized void write(final OutputStream out) throws IOException {
        final List<MetricSnapshot> snapshots = new ArrayList<>();
        addCounters(snapshots);
        snapshots.add(stageDurations());
        snapshots.add(GaugeSnapshot.builder().name("opportune_build_info").help("Always 1; the label is the version.")
            .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(Labels.of("version", version)).value(1).build())
            .build());
        bidMetrics.addTo(snapshots, bids.get());
        budgetMetrics.addTo(snapshots, budgets.get());
        ProcessMetrics.addTo(snapshots);
        writer.write(out, new MetricSnapshots(snapshots), EscapingScheme.ALLOW_UTF8);
    }

    private void addCounters(final List<MetricSnapshot> snapshots) {
        for (final CounterDescriptor descriptor : CounterDescriptor.values()) {
            final double value = descriptor.unit() == CounterUnit.NANOSECONDS
                ? counters.total(descriptor) / NANOS_PER_SECOND
                : counters.total(descriptor);
            if (descriptor.kind() == CounterKind.TOTAL) {
                final String name = descriptor.metricName();
                snapshots.add(CounterSnapshot.builder()
                    .name(name.substring(0, name.length() - "_total".length())).help(descriptor.help())
                    .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder().value(value).build())
                    .build());
            } else if (counters.hasInstance(descriptor)) {
                snapshots.add(GaugeSnapshot.builder()
                    .name(descriptor.metricName()).help(descriptor.help())
                    .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).build())
                    .build());
            }
        }
    }

    private MetricSnapshot stageDurations() {
        final HistogramSnapshot.Builder builder = HistogramSnapshot.builder()
            .name("opportune_stage_duration_seconds").help("Time that requests spent in each stage.");
        for (final Stage stage : Stage.values()) {
            final Histogram histogram = stages.cumulative(stage);
            final ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
            long below = 0;
            for (final long boundNs : BOUNDS_NS) {
                final long upTo = histogram.getCountBetweenValues(0, boundNs);
                buckets.bucket(boundNs / NANOS_PER_SECOND, upTo - below);
                below = upTo;
            }
            buckets.bucket(Double.POSITIVE_INFINITY, histogram.getTotalCount() - below);
            builder.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .labels(Labels.of("stage", stage.label()))
                .classicHistogramBuckets(buckets.build())
                .sum(histogram.getTotalCount() == 0
                    ? 0 : histogram.getMean() * histogram.getTotalCount() / NANOS_PER_SECOND)
                .build());
        }
        return builder.build();
    }
}
