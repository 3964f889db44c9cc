package io.opportune.ops;

import io.opportune.engine.admin.JsonText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code stat}: the counters of a server, read from its file without asking the server. */
@Command(
    name = "stat",
    mixinStandardHelpOptions = true,
    description = "Shows the counters of a running or dead server; the server is not disturbed.",
    footerHeading = "%nExamples:%n",
    footer = {
        "  opportune stat --watch               again every second until Ctrl-C",
        "  opportune stat -d /var/opportune --json --interval 0",
        "  opportune stat --all --threads       zeros too, and each thread apart"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:shown", "3:there is no counters file in the data folder"})
final class StatCommand implements Callable<Integer> {
    private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";
    private static final double MAX_INTERVAL_SECONDS = 3600;

    @Mixin
    private ConfigOptions options;

    @Option(names = {"-w", "--watch"}, description = "Show again after each interval, until Ctrl-C.")
    private boolean watch;

    @Option(
        names = {"-i", "--interval"}, paramLabel = "SECONDS", defaultValue = "1",
        description = "Time over which rates are measured; 0: no rates, at once. Default: ${DEFAULT-VALUE}.")
    private double intervalSeconds;

    @Option(names = {"-n", "--count"}, paramLabel = "N", description = "With --watch: end after N tables.")
    private int count = Integer.MAX_VALUE;

    @Option(names = "--all", description = "Also counters that are 0.")
    private boolean all;

    @Option(names = "--threads", description = "Also each thread's part.")
    private boolean threads;

    @Option(names = "--json", description = "As JSON, one line per table.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final boolean intervalAllowed = intervalSeconds >= 0 && intervalSeconds <= MAX_INTERVAL_SECONDS;
        if (!intervalAllowed || watch && intervalSeconds == 0) {
            throw new ParameterException(spec.commandLine(), "--interval " + intervalSeconds
                + ": allowed are 0 to 3600 seconds, and more than 0 with --watch");
        }
        final Path file = options.countersFile();
        StatSample earlier = StatSample.take(file);
        if (intervalSeconds == 0 || !earlier.alive()) {
            show(earlier, null);
            return ExitCode.OK;
        }
        final int tables = watch ? count : 1;
        for (int i = 0; i < tables; i++) {
            Thread.sleep(Duration.ofNanos((long) (intervalSeconds * 1e9)));
            final StatSample now = StatSample.take(file);
            show(now, earlier);
            earlier = now;
        }
        return ExitCode.OK;
    }

    private void show(final StatSample sample, final StatSample earlier) {
        final PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(json(sample, earlier));
        } else {
            if (watch && Terminal.isTerminal()) {
                out.print(CLEAR_SCREEN);
            }
            table(out, sample, earlier);
        }
        out.flush();
    }

    private void table(final PrintWriter out, final StatSample sample, final StatSample earlier) {
        out.println(state(sample));
        final TextTable table = new TextTable("counter", ">value", ">per second", "unit");
        for (final StatSample.Line line : sample.lines()) {
            if (!all && line.value() == 0) {
                continue;
            }
            final double rate = sample.perSecond(line, earlier);
            table.row(line.label(), number(line.value()), Double.isNaN(rate) ? "" : rate(rate), line.unit());
            if (threads && line.instances().size() > 1) {
                for (final Map.Entry<Integer, Long> instance : line.instances().entrySet()) {
                    table.row("  [" + instance.getKey() + "]", number(instance.getValue()), "", "");
                }
            }
        }
        table.print(out);
    }

    private static String state(final StatSample sample) {
        final Instant start = Instant.ofEpochMilli(sample.startTimeMs()).truncatedTo(ChronoUnit.SECONDS);
        if (sample.alive()) {
            final Duration up = Duration.between(start, Instant.now()).truncatedTo(ChronoUnit.SECONDS);
            return "Server " + sample.pid() + " runs since " + start + " ("
                + up.toString().substring(2).toLowerCase(Locale.ROOT) + ")";
        }
        return "Server " + sample.pid() + " ran from " + start + (sample.stopTimeMs() == 0
            ? " and died without an orderly stop; these are its last values"
            : " and stopped at " + Instant.ofEpochMilli(sample.stopTimeMs()).truncatedTo(ChronoUnit.SECONDS));
    }

    private static String number(final long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String rate(final double perSecond) {
        return String.format(Locale.ROOT, perSecond != 0 && Math.abs(perSecond) < 10 ? "%,.1f" : "%,.0f", perSecond);
    }

    private String json(final StatSample sample, final StatSample earlier) {
        final JsonText json = new JsonText().beginObject()
            .member("file", sample.file().toString())
            .member("pid", sample.pid())
            .member("alive", sample.alive())
            .member("startTimeMs", sample.startTimeMs())
            .member("stopTimeMs", sample.stopTimeMs())
            .name("counters").beginArray();
        for (final StatSample.Line line : sample.lines()) {
            if (!all && line.value() == 0) {
                continue;
            }
            json.beginObject().member("label", line.label()).member("value", line.value())
                .member("unit", line.unit()).member("kind", line.monotonic() ? "total" : "gauge");
            final double rate = sample.perSecond(line, earlier);
            if (!Double.isNaN(rate)) {
                json.name("perSecond").value(rate);
            }
            if (threads) {
                json.name("threads").beginObject();
                line.instances().forEach((instance, value) -> json.member(Integer.toString(instance), value));
                json.endObject();
            }
            json.endObject();
        }
        return json.endArray().endObject().toString();
    }
}
