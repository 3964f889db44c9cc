package io.opportune.ops;

import io.opportune.engine.admin.JsonText;
import io.opportune.engine.catalogue.CatalogueError;
import io.opportune.engine.catalogue.CatalogueFinding;
import io.opportune.engine.catalogue.CatalogueLint;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.feature.FeatureCatalogue;
import io.opportune.engine.lint.LintRule;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lint}: personal data in a catalogue or a list of features; needs no server. */
@Command(
    name = "lint",
    mixinStandardHelpOptions = true,
    description = {
        "Looks for personal data in a catalogue and in a list of features, and shows the exceptions that are stated.",
        "Errors are what a server refuses as well; warnings may well be meant. The rules stand in engine/FEATURES.md.",
        "With a configuration it also warns of placements that want a model which that does not name."},
    footerHeading = "%nExamples:%n",
    footer = {
        "  opportune lint shop/",
        "  opportune lint shop/ --features model.yaml",
        "  opportune lint shop/ --strict --json | jq .findings"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:nothing is refused", "1:personal data was found, or with --strict anything warned of",
        "3:there is no such folder or file"})
final class LintCommand implements Callable<Integer> {
    /** Names of attributes begin so. */
    private static final List<String> ATTRIBUTES = List.of("customer.", "request.");

    @Mixin
    private CatalogueCommand.Source source;

    @Option(
        names = "--features", paramLabel = "FILE",
        description = "Also a list of features in YAML: features: [{name: moment.hour}, ...].")
    private Path features;

    @Option(names = "--strict", description = "Warnings and exceptions that allow nothing count as errors.")
    private boolean strict;

    @Option(names = "--json", description = "As JSON.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    /** A report with what its files' names begin with. */
    private record Part(Path folder, CatalogueLint.Report report, List<String> unknown) {
        boolean isGood(final boolean strict) {
            return report.isGood() && unknown.isEmpty() && !(strict && (!report.unused().isEmpty()
                || report.findings().stream().anyMatch(finding -> !finding.isAllowed())));
        }
    }

    @Override
    public Integer call() throws IOException {
        final List<Part> parts = new ArrayList<>();
        final Path folder = source.folder();
        parts.add(new Part(folder, CatalogueLint.ofCatalogue(folder), List.of()));
        if (features != null) {
            if (!Files.isRegularFile(features)) {
                throw new CommandFailure(ExitCode.NOT_POSSIBLE, "there is no file " + features);
            }
            final Path parent = features.toAbsolutePath().getParent();
            parts.add(new Part(features.getParent() == null ? Path.of("") : parent,
                CatalogueLint.ofFeatures(features), unknown(features)));
        }
        final LoadResult loaded = CatalogueCommand.Source.load(folder);
        final List<String> missing = source.missingModels(loaded.isGood() ? loaded.catalogue() : null);
        final PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(json(parts, missing));
        } else {
            parts.forEach(part -> print(part, out));
            missing.forEach(each -> out.println(folder + ": warning: " + each));
            out.println(verdict(parts, missing.size()));
        }
        return parts.stream().allMatch(part -> part.isGood(strict)) && !(strict && !missing.isEmpty())
            ? ExitCode.OK : ExitCode.NOT_IN_ORDER;
    }

    /** Names that are neither a feature of the server nor an attribute. */
    private static List<String> unknown(final Path file) throws IOException {
        return CatalogueLint.featureNames(file).stream().filter(name -> FeatureCatalogue.find(name) == null
            && ATTRIBUTES.stream().noneMatch(name::startsWith)).toList();
    }

    private static void print(final Part part, final PrintWriter out) {
        for (final CatalogueError error : part.report().errors()) {
            out.println(in(part, error.file()) + error.toString().substring(error.file().length()));
        }
        for (final CatalogueFinding finding : part.report().findings()) {
            out.println(in(part, finding.file()) + finding.toString().substring(finding.file().length()));
        }
        for (final CatalogueError unused : part.report().unused()) {
            out.println(in(part, unused.file()) + unused.toString().substring(unused.file().length()));
        }
        part.unknown().forEach(name -> out.println("\"" + name + "\" is no feature: known are those of"
            + " engine/FEATURES.md and attributes, customer.x and request.x"));
    }

    private static String in(final Part part, final String file) {
        return part.folder().resolve(file).toString();
    }

    private static String verdict(final List<Part> parts, final int missing) {
        long errors = 0;
        long warnings = missing;
        long allowed = 0;
        int texts = 0;
        int files = 0;
        for (final Part part : parts) {
            final CatalogueLint.Report report = part.report();
            texts += report.texts();
            files += report.files();
            errors += report.errors().size() + part.unknown().size()
                + report.findings().stream().filter(CatalogueFinding::isError).count();
            allowed += report.findings().stream().filter(CatalogueFinding::isAllowed).count();
            warnings += report.findings().stream().filter(one -> !one.isAllowed() && !one.isError()).count();
        }
        return counted(texts, "text") + " in " + counted(files, "file") + ", " + LintRule.values().length + " rules: "
            + counted(errors, "error") + ", " + counted(warnings, "warning") + ", " + allowed
            + " allowed by an exception.";
    }

    private static String counted(final long count, final String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }

    private static String json(final List<Part> parts, final List<String> missing) {
        final JsonText json = new JsonText().beginObject().name("findings").beginArray();
        for (final Part part : parts) {
            for (final CatalogueFinding finding : part.report().findings()) {
                json.beginObject()
                    .member("file", in(part, finding.file()))
                    .member("line", finding.line())
                    .member("column", finding.column())
                    .member("field", finding.field())
                    .member("rule", finding.finding().rule().ruleName())
                    .member("level", finding.isAllowed() ? "ALLOWED" : finding.finding().level().name())
                    .member("found", finding.finding().found())
                    .member("why", finding.finding().rule().why())
                    .member("advice", finding.isAllowed() ? "" : finding.adviceWords())
                    .member("reason", finding.isAllowed() ? finding.reason() : "")
                    .endObject();
            }
        }
        json.endArray().name("errors").beginArray();
        for (final Part part : parts) {
            part.report().errors().forEach(error -> json.value(in(part, error.file()) + error.toString()
                .substring(error.file().length())));
            part.unknown().forEach(name -> json.value("\"" + name + "\" is no feature"));
        }
        json.endArray().name("unused").beginArray();
        for (final Part part : parts) {
            part.report().unused().forEach(unused -> json.value(in(part, unused.file()) + unused.toString()
                .substring(unused.file().length())));
        }
        json.endArray().name("missingModels").beginArray();
        missing.forEach(json::value);
        return json.endArray().endObject().toString();
    }
}
