package io.opportune.ops;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
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
    footer = {"  opportune models show", "  opportune models promote fast:2"},
    subcommands = {ModelsCommand.Show.class, ModelsCommand.Promote.class})
final class ModelsCommand extends CommandGroup {
    private static void print(final JsonNode report, final PrintWriter out) {
        if (report.path("models").isEmpty()) {
            out.println("Nothing learns: learning.model is not set, the propensities of the catalogue count.");
            return;
        }
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
