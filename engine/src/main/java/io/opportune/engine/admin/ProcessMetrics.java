package io.opportune.engine.admin;

import com.sun.management.OperatingSystemMXBean;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.ToLongFunction;

/** The few facts about the process and its virtual machine that explain a latency: memory, collections, threads. */
final class ProcessMetrics {
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;

    private ProcessMetrics() {
    }

    static void addTo(final List<MetricSnapshot> snapshots) {
        snapshots.add(GaugeSnapshot.builder().name("process_start_time_seconds")
            .help("Start of the process, seconds since 1970.")
            .dataPoint(point(ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS_PER_SECOND, Labels.EMPTY))
            .build());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof final OperatingSystemMXBean system) {
            snapshots.add(CounterSnapshot.builder().name("process_cpu_seconds").help("Processor time used.")
                .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                    .value(Math.max(0, system.getProcessCpuTime()) / NANOS_PER_SECOND).build())
                .build());
        }
        snapshots.add(memory("jvm_memory_used_bytes", "Memory used.", MemoryUsage::getUsed));
        snapshots.add(memory("jvm_memory_committed_bytes", "Memory taken from the system.",
            MemoryUsage::getCommitted));
        snapshots.add(memory("jvm_memory_max_bytes", "Memory that may be taken; -1 without a limit.",
            MemoryUsage::getMax));
        snapshots.add(buffers());
        snapshots.add(collections());
        snapshots.add(GaugeSnapshot.builder().name("jvm_threads_current").help("Live threads.")
            .dataPoint(point(ManagementFactory.getThreadMXBean().getThreadCount(), Labels.EMPTY))
            .build());
    }

    private static MetricSnapshot memory(
        final String name, final String help, final ToLongFunction<MemoryUsage> value) {
        return GaugeSnapshot.builder().name(name).help(help)
            .dataPoint(point(value.applyAsLong(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage()),
                Labels.of("area", "heap")))
            .dataPoint(point(value.applyAsLong(ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage()),
                Labels.of("area", "nonheap")))
            .build();
    }

    private static MetricSnapshot buffers() {
        final GaugeSnapshot.Builder builder = GaugeSnapshot.builder()
            .name("jvm_buffer_pool_used_bytes").help("Memory of direct buffers and mapped files.");
        for (final BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            builder.dataPoint(point(pool.getMemoryUsed(), Labels.of("pool", pool.getName())));
        }
        return builder.build();
    }

    private static MetricSnapshot collections() {
        final SummarySnapshot.Builder builder = SummarySnapshot.builder()
            .name("jvm_gc_collection_seconds").help("Collections, and the time in them.");
        for (final GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            builder.dataPoint(SummarySnapshot.SummaryDataPointSnapshot.builder()
                .labels(Labels.of("gc", collector.getName()))
                .count(Math.max(0, collector.getCollectionCount()))
                .sum(Math.max(0, collector.getCollectionTime()) / MILLIS_PER_SECOND)
                .build());
        }
        return builder.build();
    }

    private static GaugeDataPointSnapshot point(final double value, final Labels labels) {
        return GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
    }
}
