package io.opportune.ops;

import io.opportune.engine.admin.JsonText;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueError;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.CatalogueSummary;
import io.opportune.engine.catalogue.CatalogueWarning;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.server.MissingModels;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catalogue}: what a server would make of a catalogue's files; needs no server. */
@Command(
    name = "catalogue",
    mixinStandardHelpOptions = true,
    description = "Checks and shows a catalogue; needs no server.",
    subcommands = {
        CatalogueCommand.Validate.class, CatalogueCommand.Show.class, CatalogueTargetingCommand.class})
final class CatalogueCommand extends CommandGroup {
    /** Where the catalogue is, and its load with names of its own, which no server ever sees. */
    static final class Source {
        @Mixin
        private ConfigOptions options;

        @Parameters(
            arity = "0..1", paramLabel = "DIR",
            description = "Folder of the YAML files; default: catalogue.dir of the configuration.")
        private Path folder;

        Path folder() {
            final Path wanted = folder != null ? folder : options.load().path(ConfigKey.CATALOGUE_DIR);
            if (!Files.isDirectory(wanted)) {
                throw new CommandFailure(ExitCode.NOT_POSSIBLE, "there is no catalogue folder " + wanted);
            }
            return wanted;
        }

        /** What placements want and the configuration does not name; nothing where no configuration is given. */
        List<String> missingModels(final Catalogue catalogue) {
            return catalogue == null || !options.isAny() ? List.of() : MissingModels.of(catalogue, options.load());
        }

        static LoadResult load(final Path folder) {
            final NameRegistry names = new NameRegistry((kind, id, name) -> { });
            return CatalogueLoader.load(folder, names, CatalogueLoader.Previous.none());
        }

        Catalogue goodCatalogue() {
            final Path folder = folder();
            final LoadResult result = load(folder);
            if (!result.isGood()) {
                throw new CommandFailure(ExitCode.NOT_IN_ORDER, folder + " has " + result.errors().size()
                    + " mistakes, the first is " + result.errors().getFirst()
                    + "; all are listed by 'opportune catalogue validate " + folder + "'");
            }
            return result.catalogue();
        }
    }

    /** {@code catalogue validate}. */
    @Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = {
            "Lists every mistake with file, line, field, what was found and what is allowed.",
            "In a catalogue without mistakes it warns of what can hardly be meant, such as offers whose rule never"
                + " matches; a server takes such a catalogue."},
        footerHeading = "%nExamples:%n",
        footer = {
            "  opportune catalogue validate shop/",
            "  opportune catalogue validate shop/ --strict",
            "  opportune catalogue validate shop/ --json | jq .errors"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:in order", "1:mistakes were found, or with --strict warnings", "3:there is no such folder"})
    static final class Validate implements Callable<Integer> {
        @Mixin
        private Source source;

        @Option(names = "--json", description = "As JSON.")
        private boolean asJson;

        @Option(names = "--strict", description = "Warnings count as mistakes; notes do not.")
        private boolean strict;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            final PrintWriter out = spec.commandLine().getOut();
            final Path folder = source.folder();
            final LoadResult result = Source.load(folder);
            final List<String> missing = source.missingModels(result.isGood() ? result.catalogue() : null);
            if (asJson) {
                out.println(json(folder, result, missing));
            } else {
                result.errors().forEach(error -> out.println(folder.resolve(error.file()) + rest(error)));
                result.warnings().forEach(warning -> out.println(
                    folder.resolve(warning.file()) + warning.toString().substring(warning.file().length())));
                missing.forEach(each -> out.println(folder + ": warning: " + each));
                out.println(verdict(folder, result, missing.size()));
            }
            return result.isGood() && !(strict && (hasWarnings(result) || !missing.isEmpty()))
                ? ExitCode.OK : ExitCode.NOT_IN_ORDER;
        }

        private static boolean hasWarnings(final LoadResult result) {
            return result.moreWarnings() > 0
                || result.warnings().stream().anyMatch(w -> w.kind() != CatalogueWarning.Kind.ALWAYS);
        }

        /** The error without its file, which is shown with its folder, so that a terminal can open it. */
        private static String rest(final CatalogueError error) {
            return error.toString().substring(error.file().length());
        }

        private static String verdict(final Path folder, final LoadResult result, final int missing) {
            if (result.isGood()) {
                final Catalogue catalogue = result.catalogue();
                return folder + ": in order, " + counted(catalogue.offerCount(), "offer") + " in "
                    + counted(catalogue.campaigns().size(), "campaign") + warned(result, missing) + ".";
            }
            final String more = result.suppressed() == 0 ? "." : ", and " + result.suppressed() + " more.";
            return folder + ": " + counted(result.errors().size(), "mistake") + more;
        }

        private static String warned(final LoadResult result, final int missing) {
            final int notes =
                (int) result.warnings().stream().filter(w -> w.kind() == CatalogueWarning.Kind.ALWAYS).count();
            final int warnings = result.warnings().size() - notes + result.moreWarnings() + missing;
            return (warnings == 0 ? "" : ", " + counted(warnings, "warning"))
                + (notes == 0 ? "" : ", " + counted(notes, "note"));
        }

        private static String counted(final int count, final String thing) {
            return count + " " + thing + (count == 1 ? "" : "s");
        }

        private static String json(final Path folder, final LoadResult result, final List<String> missing) {
            final JsonText json = new JsonText().beginObject()
                .member("folder", folder.toString())
                .member("inOrder", result.isGood())
                .member("offers", result.isGood() ? result.catalogue().offerCount() : 0)
                .member("suppressed", result.suppressed())
                .name("errors").beginArray();
            for (final CatalogueError error : result.errors()) {
                json.beginObject()
                    .member("file", error.file())
                    .member("line", error.line())
                    .member("column", error.column())
                    .member("field", error.field())
                    .member("found", error.found())
                    .member("allowed", error.allowed())
                    .endObject();
            }
            json.endArray().name("warnings").beginArray();
            for (final CatalogueWarning warning : result.warnings()) {
                json.beginObject()
                    .member("kind", warning.kind().name())
                    .member("level", warning.kind().level())
                    .member("file", warning.file())
                    .member("line", warning.line())
                    .member("column", warning.column())
                    .member("field", warning.field())
                    .member("offer", warning.offer())
                    .member("text", warning.words())
                    .endObject();
            }
            json.endArray().member("moreWarnings", result.moreWarnings()).name("missingModels").beginArray();
            missing.forEach(json::value);
            return json.endArray().endObject().toString();
        }
    }

    /** {@code catalogue show}. */
    @Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Prints campaigns with flights and budgets, placements, and on demand every offer.",
        footerHeading = "%nExamples:%n",
        footer = {"  opportune catalogue show shop/ --offers", "  opportune catalogue show -s catalogue.dir=shop"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "1:the catalogue has mistakes, see validate", "3:there is no such folder"})
    static final class Show implements Callable<Integer> {
        private static final int MICRO_DIGITS = 6;

        @Mixin
        private Source source;

        @Option(names = "--offers", description = "Also each offer with its value, prior propensity and rule.")
        private boolean withOffers;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            final PrintWriter out = spec.commandLine().getOut();
            final Catalogue catalogue = source.goodCatalogue();
            out.print(CatalogueSummary.of(catalogue));
            if (withOffers) {
                out.println();
                offers(catalogue).print(out);
            }
            return ExitCode.OK;
        }

        private static TextTable offers(final Catalogue catalogue) {
            final TextTable table = new TextTable("offer", "campaign", ">value", ">propensity", "state", "rule");
            for (int i = 0; i < catalogue.offerCount(); i++) {
                final Offer offer = catalogue.offer(i);
                table.row(
                    offer.name(),
                    offer.campaign().id(),
                    BigDecimal.valueOf(offer.valueMicros(), MICRO_DIGITS).stripTrailingZeros().toPlainString(),
                    Double.toString(offer.propensity()),
                    offer.paused() ? "paused" : "",
                    offer.rule().text().replaceAll("\\s+", " ").strip());
            }
            return table;
        }
    }
}
