package io.opportune.ops;

import com.fasterxml.jackson.databind.JsonNode;
import io.opportune.engine.feature.FeatureText;
import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.onnx.BadModelException;
import io.opportune.engine.onnx.ExampleColumns;
import io.opportune.engine.onnx.LinearText;
import io.opportune.engine.onnx.OnnxFile;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.training.JournalExamples;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code models}: what learns in a running server and how well, and which model decides, by its admin port. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = "Shows how well the models of a running server predict, and lets another one decide.",
    footerHeading = "%nExamples:%n",
    footer = {"  opportune models show", "  opportune models promote fast:2", "  opportune models import --check"},
    subcommands = {ModelsCommand.Show.class, ModelsCommand.Promote.class, ModelsCommand.Import.class,
        ModelsCommand.Linear.class, ModelsCommand.Examples.class})
final class ModelsCommand extends CommandGroup {
    private static void print(final JsonNode report, final PrintWriter out) {
        if (report.path("models").isEmpty()) {
            out.println("Nothing learns: learning.model is not set, the propensities of the catalogue count.");
        } else {
            printLearned(report, out);
        }
        final JsonNode imported = report.path("imported");
        if (!imported.isMissingNode()) {
            out.println(String.format(Locale.ROOT, "Imported: %s (%s) predicts %s from %,d columns. Since the start:"
                + " %,d decisions predicted anew, %,d skipped because time was short, %,d failed.",
                imported.path("version").asText(), imported.path("contentHash").asText(),
                imported.path("predicts").asText(), imported.path("columns").asInt(),
                imported.path("predicted").asLong(), imported.path("skipped").asLong(),
                imported.path("failed").asLong()));
        }
    }

    private static void printLearned(final JsonNode report, final PrintWriter out) {
        out.println(String.format(Locale.ROOT, "Publication %,d: %,d offers made and %,d outcomes were learned;"
            + " %,d outcomes named a decision that is not remembered, %,d came after the attribution window.",
            report.path("publication").asLong(), report.path("examples").asLong(), report.path("outcomes").asLong(),
            report.path("unmatched").asLong(), report.path("late").asLong()));
        final TextTable table =
            new TextTable("model", "role", "head", ">examples", ">log loss", ">AUC", ">calibration error");
        for (final JsonNode model : report.path("models")) {
            for (final JsonNode head : model.path("heads")) {
                table.row(model.path("name").asText(), model.path("role").asText(), head.path("head").asText(),
                    String.format(Locale.ROOT, "%,d", head.path("examples").asLong()),
                    String.format(Locale.ROOT, "%.5f", head.path("logLoss").asDouble()),
                    String.format(Locale.ROOT, "%.4f", head.path("auc").asDouble()),
                    String.format(Locale.ROOT, "%.1f %%", 100 * head.path("calibrationError").asDouble()));
            }
        }
        table.print(out);
        out.println("All figures are of predictions made before the outcome was learned. A smaller log loss is");
        out.println("better; an AUC of 0.5 tells nothing apart; the calibration error compares what was predicted");
        out.println("lately with what came.");
    }

    /** {@code models show}. */
    @Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows which models learn, which one decides, and how well they predict.",
        footerHeading = "%nExamples:%n",
        footer = "  opportune models show",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "3:no server answers"})
    static final class Show implements Callable<Integer> {
        @Mixin
        private AdminOptions admin;

        @Option(names = "--json", description = "As JSON.")
        private boolean json;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            final JsonNode report = admin.ask("GET", "/models", "");
            final PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(report);
            } else {
                print(report, out);
            }
            return ExitCode.OK;
        }
    }

    /** {@code models import}. */
    @Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Loads the file that learning.onnx names again, with its manifest, and tries it out in the server.",
            "Where it is good, it predicts from now on in place of the imported model before it, also over restarts.",
            "Otherwise all mistakes are listed and the one before it goes on."},
        footerHeading = "%nExamples:%n",
        footer = {"  opportune models import --check", "  opportune models import"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it predicts; with --check: it would", "1:it has mistakes, or no model is configured",
            "3:no server answers, or the file cannot be read or kept"})
    static final class Import implements Callable<Integer> {
        @Mixin
        private AdminOptions admin;

        @Option(names = "--check", description = "Only load it and try it out; the model in use goes on.")
        private boolean check;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            final JsonNode outcome = admin.ask("POST", check ? "/models/check" : "/models/import", "");
            final String model =
                outcome.path("version").asText() + " (" + outcome.path("contentHash").asText() + ")";
            final boolean isNew = outcome.path("new").asBoolean();
            spec.commandLine().getOut().println(check
                ? model + (isNew ? " is good; import it without --check." : " is good, and predicts already.")
                : model + (isNew ? " predicts from now on." : " predicts already: the file is the same."));
            return ExitCode.OK;
        }
    }

    /** {@code models linear}. */
    @Command(
        name = "linear",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a model in ONNX and its manifest from a list of weights.",
            "Such are those of a logistic regression that was learned elsewhere. Each line is a weight and a column as",
            "in a manifest; beside these there are the lines version, predicts and bias. What comes out is the logit."},
        footerHeading = "%nExamples:%n",
        footer = "  opportune models linear weights.txt models/house.onnx",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:both files are written", "1:the list has mistakes", "3:a file cannot be read or written"})
    static final class Linear implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "WEIGHTS", description = "The list.")
        private Path weights;

        @Parameters(index = "1", paramLabel = "MODEL", description = "Its file; MODEL.manifest is its manifest.")
        private Path model;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            final LinearText read;
            try {
                read = LinearText.read(weights.getFileName().toString(), Files.readAllLines(weights));
            } catch (final BadModelException bad) {
                throw new CommandFailure(ExitCode.NOT_IN_ORDER, bad.getMessage(), bad);
            }
            final Path manifest = model.resolveSibling(model.getFileName() + OnnxFile.MANIFEST);
            DurableFiles.place(manifest, read.manifest().getBytes(StandardCharsets.UTF_8));
            DurableFiles.place(model, read.model());
            spec.commandLine().getOut().println(String.format(Locale.ROOT, "%s: %,d columns; its manifest is %s.",
                model, read.columnCount(), manifest));
            return ExitCode.OK;
        }
    }

    /** {@code models examples}. */
    @Command(
        name = "examples",
        mixinStandardHelpOptions = true,
        description = {
            "Writes what was offered, and what came of it, as rows with the columns of a manifest.",
            "Comma-separated values: the outcome (0 or 1) that the manifest predicts, the probability with which the",
            "offer was made, then its columns, made by the same code that makes them for the model. Reads the journal",
            "of the data folder; a running server is not disturbed. Nothing of erased customers is written."},
        footerHeading = "%nExamples:%n",
        footer = "  opportune models examples -d data -s catalogue.dir=shop models/house.onnx.manifest examples.csv",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:written", "1:manifest or catalogue has mistakes",
            "3:there is no journal, or a file cannot be read or written"})
    static final class Examples implements Callable<Integer> {
        @Mixin
        private AffinityCommand.Data data;

        @Parameters(index = "0", paramLabel = "MANIFEST", description = "The manifest.")
        private Path manifest;

        @Parameters(index = "1", paramLabel = "FILE", description = "File for the rows.")
        private Path file;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            final List<Path> queues = data.queues();
            final NameRegistry names = data.names();
            final ExampleColumns columns;
            try {
                columns = ExampleColumns.read(manifest.getFileName().toString(), Files.readAllLines(manifest),
                    new FeatureText(data.catalogue(names), names), names);
            } catch (final BadModelException bad) {
                throw new CommandFailure(ExitCode.NOT_IN_ORDER, bad.getMessage(), bad);
            }
            final JournalExamples examples = new JournalExamples(columns);
            try (BufferedWriter out = Files.newBufferedWriter(file)) {
                examples.write(queues, out);
            }
            spec.commandLine().getOut().println(String.format(Locale.ROOT, "%,d offers made, %,d of them with %s: %s",
                examples.examples(), examples.positive(), columns.predictsClicks() ? "a click" : "a conversion", file));
            if (examples.erased() > 0) {
                spec.commandLine().getOut().println(String.format(Locale.ROOT,
                    "%,d more are left out: their customers were erased later", examples.erased()));
            }
            return ExitCode.OK;
        }
    }

    /** {@code models promote}. */
    @Command(
        name = "promote",
        mixinStandardHelpOptions = true,
        description = "Lets the model that learns in the shadow decide, from now on and over restarts. The one that"
            + " decided is forgotten.",
        footerHeading = "%nExamples:%n",
        footer = "  opportune models promote fast:2",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it decides", "1:that model does not learn in the shadow", "3:no server answers"})
    static final class Promote implements Callable<Integer> {
        @Mixin
        private AdminOptions admin;

        @Parameters(paramLabel = "NAME:VERSION", description = "The model, as models show names it.")
        private String name;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            final JsonNode report = admin.ask("POST", "/models/" + AdminOptions.step(name) + "/promote", "");
            spec.commandLine().getOut().println(name + " decides from publication "
                + report.path("publication").asLong() + " on.");
            return ExitCode.OK;
        }
    }
}
