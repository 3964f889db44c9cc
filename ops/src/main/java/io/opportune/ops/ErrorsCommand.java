package io.opportune.ops;

import io.opportune.engine.admin.JsonText;
import io.opportune.engine.counters.CountersReader;
import io.opportune.engine.counters.ErrorReading;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code errors}: the distinct errors of a server, read from its file without asking the server. */
@Command(
    name = "errors",
    mixinStandardHelpOptions = true,
    description = {
        "Lists the distinct errors of a running or dead server, with how often, first and last time.",
        "Unexpected errors are faults of the server; notes are garbage that clients sent and that was refused."},
    footerHeading = "%nExamples:%n",
    footer = {"  opportune errors --stacks", "  opportune errors -d /var/opportune --json"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:shown, whether there are errors or not", "3:there is no counters file in the data folder"})
final class ErrorsCommand implements Callable<Integer> {
    @Mixin
    private ConfigOptions options;

    @Option(names = "--stacks", description = "With the stack trace of each unexpected error.")
    private boolean stacks;

    @Option(names = "--json", description = "As JSON, with stack traces.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        final PrintWriter out = spec.commandLine().getOut();
        try (CountersReader reader = CountersReader.open(options.countersFile())) {
            final List<ErrorReading> errors = reader.errors();
            final List<ErrorReading> notes = reader.notes();
            if (asJson) {
                out.println(json(errors, notes));
            } else if (errors.isEmpty() && notes.isEmpty()) {
                out.println("No errors.");
            } else {
                print(out, "Unexpected errors", errors);
                print(out, "Notes of refused garbage", notes);
            }
        }
        return ExitCode.OK;
    }

    private void print(final PrintWriter out, final String heading, final List<ErrorReading> readings) {
        if (readings.isEmpty()) {
            out.println(heading + ": none");
            return;
        }
        out.println(heading + ":");
        final TextTable table = new TextTable(">count", "first", "last", "what");
        for (final ErrorReading reading : readings) {
            table.row(Integer.toString(reading.count()), time(reading.firstTimeMs()), time(reading.lastTimeMs()),
                reading.summary());
        }
        table.print(out);
        if (stacks) {
            readings.stream().filter(reading -> reading.text().lines().count() > 1)
                .forEach(reading -> out.println("\n" + reading.text().stripTrailing()));
        }
    }

    private static String time(final long timeMs) {
        return Instant.ofEpochMilli(timeMs).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String json(final List<ErrorReading> errors, final List<ErrorReading> notes) {
        final JsonText json = new JsonText().beginObject().name("errors");
        array(json, errors);
        json.name("notes");
        array(json, notes);
        return json.endObject().toString();
    }

    private static void array(final JsonText json, final List<ErrorReading> readings) {
        json.beginArray();
        for (final ErrorReading reading : readings) {
            json.beginObject()
                .member("count", reading.count())
                .member("firstTimeMs", reading.firstTimeMs())
                .member("lastTimeMs", reading.lastTimeMs())
                .member("text", reading.text())
                .endObject();
        }
        json.endArray();
    }
}
