package io.opportune.ops;

import io.opportune.engine.admin.JsonText;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.index.TargetingReport;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code catalogue targeting}: which attributes and conditions rule out most offers. */
@Command(
    name = "targeting",
    mixinStandardHelpOptions = true,
    description = {
        "Shows which attributes and which conditions of the rules rule out most offers.",
        "It is told from the rules alone: every value that the rules tell apart counts the same, however often it"
            + " occurs among customers. See engine/TARGETING.md."},
    footerHeading = "%nExample:%n",
    footer = "  opportune catalogue targeting shop/ --top 20",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:shown", "1:the catalogue has mistakes, see validate", "3:there is no such folder"})
final class CatalogueTargetingCommand implements Callable<Integer> {
    @Mixin
    private CatalogueCommand.Source source;

    @Option(
        names = "--top", paramLabel = "N", defaultValue = "10",
        description = "Conditions shown (default: ${DEFAULT-VALUE}).")
    private int top;

    @Option(names = "--json", description = "As JSON.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (top < 0) {
            throw new ParameterException(spec.commandLine(), "--top " + top + ": allowed are 0 and more");
        }
        final Catalogue catalogue = source.goodCatalogue();
        final TargetingReport report = TargetingReport.of(catalogue.schema(),
            IntStream.range(0, catalogue.offerCount()).mapToObj(i -> catalogue.offer(i).rule()).toList());
        final List<TargetingReport.ConditionUse> conditions =
            report.conditions().subList(0, Math.min(top, report.conditions().size()));
        final PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(json(report, conditions));
        } else {
            print(report, conditions, out);
        }
        return ExitCode.OK;
    }

    private static void print(
        final TargetingReport report, final List<TargetingReport.ConditionUse> conditions, final PrintWriter out) {
        out.println(report.ruleCount() + " offers; " + report.residueCount()
            + " have conditions that are not measured here, " + report.neverCount() + " never match.");
        out.println();
        final TextTable attributes = new TextTable("attribute", ">offers", ">told apart", ">accepted", ">rules out");
        for (final TargetingReport.AttributeUse use : report.attributes()) {
            attributes.row(use.attribute(), Integer.toString(use.rules()), Integer.toString(use.classes()),
                percent(use.accepted()), percent(use.removed()));
        }
        attributes.print(out);
        out.println();
        final TextTable table = new TextTable("condition", ">offers", ">accepted", ">rules out");
        for (final TargetingReport.ConditionUse use : conditions) {
            table.row(use.words(), Integer.toString(use.rules()), percent(use.accepted()), percent(use.removed()));
        }
        table.print(out);
    }

    private static String percent(final double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    private static String json(
        final TargetingReport report, final List<TargetingReport.ConditionUse> conditions) {
        final JsonText json = new JsonText().beginObject()
            .member("offers", report.ruleCount())
            .member("notMeasured", report.residueCount())
            .member("never", report.neverCount())
            .name("attributes").beginArray();
        for (final TargetingReport.AttributeUse use : report.attributes()) {
            json.beginObject().member("attribute", use.attribute()).member("offers", use.rules())
                .member("toldApart", use.classes()).share("accepted", use.accepted())
                .share("rulesOut", use.removed()).endObject();
        }
        json.endArray().name("conditions").beginArray();
        for (final TargetingReport.ConditionUse use : conditions) {
            json.beginObject().member("condition", use.words()).member("offers", use.rules())
                .share("accepted", use.accepted()).share("rulesOut", use.removed()).endObject();
        }
        return json.endArray().endObject().toString();
    }
}
