package io.opportune.bench;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** Runs microbenchmarks in forks with the project's JVM flags and the allocation profile. Stateless. */
final class Microbenchmarks {
    private static final String BYTES_PER_OPERATION = "gc.alloc.rate.norm";

    /**
     * One figure.
     *
     * @param ns       per operation, median of the measured iterations: the machine is shared.
     * @param spreadNs slowest less fastest iteration.
     * @param bytes    allocated per operation by all threads of the fork.
     */
    record Figure(double ns, double spreadNs, double bytes) {
    }

    private Microbenchmarks() {
    }

    /** Runs what matches with the parameters that are written in the benches. */
    static Map<String, Figure> run(final String regex) throws RunnerException {
        return run(regex, Map.of());
    }

    /** Runs what matches; figures by {@code Class.method}. */
    static Map<String, Figure> run(final String regex, final Map<String, Integer> parameters) throws RunnerException {
        final OptionsBuilder options = new OptionsBuilder();
        parameters.forEach((name, value) -> options.param(name, value.toString()));
        if (!parameters.isEmpty()) {
            // Beside a wire run: building the world has warmed the engine up already.
            options.warmupIterations(2).measurementIterations(7);
        }
        options.include(regex)
            .addProfiler(GCProfiler.class)
            .jvmArgs(BenchJvm.arguments().toArray(String[]::new))
            .shouldFailOnError(true)
            .verbosity(Boolean.getBoolean("bench.verbose") ? VerboseMode.NORMAL : VerboseMode.SILENT);
        return figures(new Runner(options.build()).run());
    }

    private static Map<String, Figure> figures(final Collection<RunResult> results) {
        final Map<String, Figure> figures = new TreeMap<>();
        for (final RunResult result : results) {
            final String[] parts = result.getParams().getBenchmark().split("\\.");
            final Result<?> primary = result.getPrimaryResult();
            final Statistics statistics = primary.getStatistics();
            final Result<?> bytes = result.getSecondaryResults().get(BYTES_PER_OPERATION);
            figures.put(parts[parts.length - 2] + "." + parts[parts.length - 1], new Figure(
                statistics.getPercentile(50), statistics.getMax() - statistics.getMin(),
                bytes == null ? Double.NaN : bytes.getScore()));
        }
        return figures;
    }

    static void print(final Map<String, Figure> figures) {
        System.out.printf("%-28s %12s %12s %10s%n", "", "ns/op", "spread", "B/op");
        figures.forEach((name, figure) -> System.out.printf(Locale.ROOT, "%-28s %,12.1f %,12.1f %10.2f%n",
            name, figure.ns(), figure.spreadNs(), figure.bytes()));
    }
}
