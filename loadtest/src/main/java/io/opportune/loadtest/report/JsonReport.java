package io.opportune.loadtest.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Writes a result for machines. Latencies are in nanoseconds. Stateless. */
public final class JsonReport {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonReport() {
    }

    /**
     * The result as a tree, open for additions.
     *
     * @param result     of the run.
     * @param objectives that were set; may be empty.
     * @return tree with mode, counts, latencies, schedule and verdict.
     */
    public static ObjectNode tree(final RunResult result, final List<Objective> objectives) {
        final ObjectNode root = MAPPER.createObjectNode();
        root.put("mode", result.mode());
        root.put("open_loop", result.openLoop());
        root.put("elapsed_ns", result.elapsedNs());
        root.put("planned", result.planned());
        root.put("decisions_per_second", result.decisionsPerSecond());
        root.put("messages_per_second", result.messagesPerSecond());
        final ObjectNode counts = root.putObject("counts");
        for (final RunCounter counter : RunCounter.values()) {
            counts.put(counter.key(), result.count(counter));
        }
        final ObjectNode latencies = root.putObject("latency_ns");
        for (final RunTally.Series series : RunTally.Series.values()) {
            final boolean ofSchedule = series == RunTally.Series.DECISION || series == RunTally.Series.SEND_DELAY;
            if (result.openLoop() || !ofSchedule) {
                putPercentiles(latencies.putObject(series.key()), result.histogram(series));
            }
        }
        final ArrayNode verdicts = root.putArray("objectives");
        for (final Objective objective : objectives) {
            verdicts.addObject().put("objective", objective.text()).put("reached", objective.reachedBy(result))
                .put("met", objective.metBy(result));
        }
        final ArrayNode invalid = root.putArray("invalid");
        result.invalid().forEach(invalid::add);
        root.put("exit_code", result.exitCode(objectives));
        return root;
    }

    /**
     * Writes a tree to a file.
     *
     * @param tree to write.
     * @param file to create or replace.
     * @throws IOException when the file cannot be written.
     */
    public static void write(final ObjectNode tree, final Path file) throws IOException {
        MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), tree);
    }

    private static void putPercentiles(final ObjectNode node, final Histogram histogram) {
        node.put("count", histogram.getTotalCount());
        node.put("mean", histogram.getTotalCount() == 0 ? 0 : histogram.getMean());
        node.put("p50", histogram.getValueAtPercentile(50));
        node.put("p90", histogram.getValueAtPercentile(90));
        node.put("p99", histogram.getValueAtPercentile(99));
        node.put("p99.9", histogram.getValueAtPercentile(99.9));
        node.put("p99.99", histogram.getValueAtPercentile(99.99));
        node.put("max", histogram.getMaxValue());
    }
}
