package io.opportune.ops;

import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CounterKind;
import io.opportune.engine.counters.CounterReading;
import io.opportune.engine.counters.CountersReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All counters of a server at one instant, threads summed.
 *
 * @param file        that was read.
 * @param pid         of the server.
 * @param alive       whether that process runs.
 * @param startTimeMs of the server, milliseconds since 1970.
 * @param stopTimeMs  of an orderly stop; 0 when it runs or was killed.
 * @param takenNs     monotonic clock when it was read.
 * @param lines       one per counter, in the order of their ids.
 */
record StatSample(
    Path file, long pid, boolean alive, long startTimeMs, long stopTimeMs, long takenNs, List<Line> lines) {
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * One counter.
     *
     * @param label     of the counter.
     * @param monotonic whether a rate means something.
     * @param unit      symbol, empty for plain counts.
     * @param value     sum of the instances.
     * @param instances value of each thread, by its number.
     */
    record Line(String label, boolean monotonic, String unit, long value, Map<Integer, Long> instances) {
    }

    static StatSample take(final Path file) throws IOException {
        try (CountersReader reader = CountersReader.open(file)) {
            final long takenNs = System.nanoTime();
            final Map<Integer, Line> lines = new LinkedHashMap<>();
            for (final CounterReading reading : reader.counters()) {
                lines.merge(reading.id(), line(reading), StatSample::sum);
            }
            return new StatSample(file, reader.pid(), reader.isAlive(), reader.startTimeMs(), reader.stopTimeMs(),
                takenNs, new ArrayList<>(lines.values()));
        }
    }

    private static Line line(final CounterReading reading) {
        final CounterDescriptor descriptor = CounterDescriptor.byId(reading.id());
        final Map<Integer, Long> instances = new LinkedHashMap<>();
        instances.put(reading.instance(), reading.value());
        return new Line(
            reading.label(),
            descriptor != null && descriptor.kind() == CounterKind.TOTAL,
            descriptor == null ? "" : descriptor.unit().symbol(),
            reading.value(),
            instances);
    }

    private static Line sum(final Line left, final Line right) {
        final Map<Integer, Long> instances = new LinkedHashMap<>(left.instances);
        instances.putAll(right.instances);
        return new Line(left.label, left.monotonic, left.unit, left.value + right.value, instances);
    }

    /**
     * Growth of a counter per second.
     *
     * @param line    of this sample.
     * @param earlier sample of the same file; null when there is none.
     * @return not a number when a rate means nothing: a gauge, no earlier sample, or a server that started since.
     */
    double perSecond(final Line line, final StatSample earlier) {
        if (earlier == null || !line.monotonic || earlier.pid != pid || earlier.startTimeMs != startTimeMs
            || takenNs <= earlier.takenNs) {
            return Double.NaN;
        }
        for (final Line before : earlier.lines) {
            if (before.label.equals(line.label)) {
                return (line.value - before.value) * NANOS_PER_SECOND / (takenNs - earlier.takenNs);
            }
        }
        return Double.NaN;
    }
}
