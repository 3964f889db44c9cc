package io.opportune.ops;

import io.opportune.engine.admin.JsonText;
import io.opportune.engine.affinity.AffinityBuilder;
import io.opportune.engine.affinity.AffinityEvaluation;
import io.opportune.engine.affinity.AffinityJournal;
import io.opportune.engine.affinity.AffinityLevel;
import io.opportune.engine.affinity.AffinitySettings;
import io.opportune.engine.affinity.AffinityTable;
import io.opportune.engine.affinity.BasketLog;
import io.opportune.engine.affinity.BasketRecords;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.recovery.JournalTail;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.RegistryQueue;
import io.opportune.loadtest.completejourney.JourneyFormatException;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code affinity}: what is bought with and after what, counted from the journal. */
@Command(
    name = "affinity",
    mixinStandardHelpOptions = true,
    description = "Counts from the journal what is bought with and after what.",
    subcommands = {
        AffinityCommand.Build.class, AffinityCommand.Inspect.class, AffinityCommand.Evaluate.class})
final class AffinityCommand extends CommandGroup {
    private static final String FOLDER = "affinity";
    private static final String TABLE = "affinity.table";
    private static final String COUNTS = "affinity.counts";
    private static final int MOST_ROWS = 100_000;

    /** Where a data folder keeps its journal and its affinities. */
    static final class Data {
        @Mixin
        private ConfigOptions options;

        private Config config;

        Path folder() {
            config = config == null ? options.load() : config;
            return config.path(ConfigKey.SERVER_DATA_DIR);
        }

        /** The catalogue that is configured, with ids of the data folder. */
        Catalogue catalogue(final NameRegistry names) {
            config = config == null ? options.load() : config;
            final Path folder = config.path(ConfigKey.CATALOGUE_DIR);
            final LoadResult result = CatalogueLoader.load(folder, names, CatalogueLoader.Previous.none());
            if (!result.isGood()) {
                throw new CommandFailure(ExitCode.NOT_IN_ORDER, folder + " has " + result.errors().size()
                    + " mistakes, the first is " + result.errors().getFirst());
            }
            return result.catalogue();
        }

        Path table() {
            return folder().resolve(FOLDER).resolve(TABLE);
        }

        Path counts() {
            return folder().resolve(FOLDER).resolve(COUNTS);
        }

        /** The queues of the shards, of which there is at least one. */
        List<Path> queues() {
            final Path root = folder().resolve("journal");
            final JournalDirectory directory = new JournalDirectory(root);
            final List<Path> queues = new ArrayList<>(directory.queues());
            queues.remove(directory.registryQueue());
            if (queues.isEmpty()) {
                throw new CommandFailure(ExitCode.NOT_POSSIBLE, "no journal at " + root
                    + ": no server has run with this data folder");
            }
            return queues;
        }

        /** Names by id, where the data folder has any. */
        NameRegistry names() {
            final NameRegistry names = new NameRegistry((kind, id, name) -> { });
            final Path queue = new JournalDirectory(folder().resolve("journal")).registryQueue();
            if (Files.isDirectory(queue)) {
                RegistryQueue.restore(queue, names);
            }
            return names;
        }
    }

    /** How to count. */
    static final class Counting {
        @Option(
            names = "--half-life", paramLabel = "DAYS", defaultValue = "120",
            description = "After how many days an earlier purchase says half as much about the next (default: "
                + "${DEFAULT-VALUE}).")
        private int halfLifeDays;

        @Option(
            names = "--memory", paramLabel = "DAYS", defaultValue = "0",
            description = "After how many days a count is worth half; 0, the default, forgets nothing.")
        private int memoryDays;

        AffinitySettings settings(final CommandSpec spec) {
            OptionValues.require(spec, "--half-life", halfLifeDays, 1, 3_650);
            OptionValues.require(spec, "--memory", memoryDays, 0, 36_500);
            return AffinitySettings.defaults().withDays(halfLifeDays, memoryDays);
        }
    }

    /** {@code affinity build}. */
    @Command(
        name = "build",
        mixinStandardHelpOptions = true,
        description = {
            "Counts the purchases in the journal and writes a table of affinities.",
            "Counts are kept in the data folder beside the table, and a later build goes on from there: the journal",
            "keeps a week, the counts keep all. A running server is not disturbed."},
        footerHeading = "%nExamples:%n",
        footer = {
            "  opportune affinity build -d /var/opportune",
            "  opportune affinity build -d /var/opportune --memory 365 --fresh"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the table is written", "3:there is no journal, or a file cannot be read or written"})
    static final class Build implements Callable<Integer> {
        @Mixin
        private Data data;

        @Mixin
        private Counting counting;

        @Option(names = "--fresh", description = "Count from nothing: only what the journal still holds.")
        private boolean fresh;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            final AffinitySettings settings = counting.settings(spec);
            final List<Path> queues = data.queues();
            final boolean goesOn = !fresh && Files.exists(data.counts());
            final AffinityJournal journal = goesOn ? AffinityJournal.read(data.counts(), settings)
                : new AffinityJournal(new AffinityBuilder(settings));
            final long before = journal.builder().baskets();
            final long startNs = System.nanoTime();
            try (JournalTail tail = new JournalTail(queues)) {
                tail.forEach((queue, reader) -> journal.onRecord(reader.buffer(), reader.offset()));
            }
            final long version = Files.exists(data.table()) ? AffinityTable.read(data.table()).version() + 1 : 1;
            final AffinityTable table = journal.builder().build(version);
            Files.createDirectories(data.table().getParent());
            // The counts last: without them the same records are counted again by the next build, and once only.
            table.write(data.table());
            journal.write(data.counts());
            final PrintWriter out = spec.commandLine().getOut();
            out.println(String.format(Locale.ROOT, "%,d baskets counted in %.1f s, %,d in all: table %d with %,d items "
                + "and %,d categories, %,d bytes, in %s", journal.builder().baskets() - before,
                (System.nanoTime() - startNs) / 1e9, journal.builder().baskets(), version, table.items().count(),
                table.categories().count(), table.lengthBytes(), data.table()));
            final AffinityBuilder.Dropped dropped = journal.builder().dropped();
            if (dropped.ids() + dropped.pairs() + dropped.customers() > 0) {
                out.println(String.format(Locale.ROOT, "no room was left for %,d items and categories, %,d pairs, %,d "
                    + "customers", dropped.ids(), dropped.pairs(), dropped.customers()));
            }
            return ExitCode.OK;
        }
    }

    /** {@code affinity inspect}. */
    @Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = "Shows a table of affinities: what it holds, and the neighbours of an item or category.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  opportune affinity inspect -d /var/opportune",
            "  opportune affinity inspect -d /var/opportune --item 1029743",
            "  opportune affinity inspect -d /var/opportune --category \"FLUID MILK PRODUCTS\" --top 5",
            "  opportune affinity inspect --table affinity.table"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "1:the table does not know the item or category", "3:there is no table"})
    static final class Inspect implements Callable<Integer> {
        @Mixin
        private Data data;

        @Option(names = "--table", paramLabel = "FILE", description = "This table instead of the data folder's.")
        private Path file;

        @Option(names = "--item", paramLabel = "ID", description = "Neighbours of this item.")
        private Long itemId;

        @Option(names = "--category", paramLabel = "NAME", description = "Neighbours of this category: name or id.")
        private String category;

        @Option(names = {"-n", "--top"}, paramLabel = "N", defaultValue = "10",
            description = "Rows to show (default: ${DEFAULT-VALUE}).")
        private int top;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            OptionValues.require(spec, "--top", top, 0, MOST_ROWS);
            final Path wanted = file != null ? file : data.table();
            if (!Files.exists(wanted)) {
                throw new CommandFailure(ExitCode.NOT_POSSIBLE, "there is no table " + wanted
                    + "; 'opportune affinity build' makes one");
            }
            final AffinityTable table = AffinityTable.read(wanted);
            final NameRegistry names = data.names();
            if (itemId != null) {
                return neighbours(table.items(), ProfileFlyweight.foldItem(itemId), "item " + itemId, null);
            }
            if (category != null) {
                return neighbours(table.categories(), categoryId(names), "category " + category, names);
            }
            summary(wanted, table, names);
            return ExitCode.OK;
        }

        private int categoryId(final NameRegistry names) {
            final int id = names.find(NameKind.CATEGORY, category);
            return id == 0 && category.matches("[0-9]{1,9}") ? Integer.parseInt(category) : id;
        }

        private void summary(final Path wanted, final AffinityTable table, final NameRegistry names) {
            final PrintWriter out = spec.commandLine().getOut();
            out.println(String.format(Locale.ROOT, "%s: version %d, checksum %08x, %,d bytes%n%,d baskets up to %s, "
                + "half-life %d days%n%,d items, %,d categories, up to %d neighbours each",
                wanted, table.version(), table.checksum(), table.lengthBytes(), table.baskets(),
                JournalSummary.instant(table.lastTimeNs()), table.halfLifeDays(), table.items().count(),
                table.categories().count(), table.items().neighbours()));
            final TextTable rows = new TextTable("category", ">share", ">known of what follows");
            for (int i = 0; i < Math.min(top, table.categories().count()); i++) {
                rows.row(name(names, table.categories().id(i)), percent(table.categories().share(i)),
                    percent(1 - table.categories().backOff(i)));
            }
            out.println();
            rows.print(out);
        }

        private int neighbours(
            final AffinityLevel level, final int id, final String what, final NameRegistry names) {
            final PrintWriter out = spec.commandLine().getOut();
            final int index = level.find(id);
            if (index < 0) {
                out.println("nothing is known of " + what);
                return ExitCode.NOT_IN_ORDER;
            }
            out.println(String.format(Locale.ROOT, "%s: %s of all purchases; of what follows %s is known, the rest is "
                + "popularity", what, percent(level.share(index)), percent(1 - level.backOff(index))));
            final TextTable rows = new TextTable("neighbour", ">follows", ">of all", ">lift");
            for (int place = 0; place < Math.min(top, level.neighbours()); place++) {
                final int neighbour = level.neighbour(index, place);
                if (neighbour < 0) {
                    break;
                }
                final float share = level.share(neighbour);
                final float follows = level.score(index, place) + level.backOff(index) * share;
                rows.row(names == null ? Integer.toUnsignedString(level.id(neighbour))
                    : name(names, level.id(neighbour)), percent(follows), percent(share),
                    String.format(Locale.ROOT, "%.1f", follows / share));
            }
            rows.print(out);
            return ExitCode.OK;
        }

        private static String name(final NameRegistry names, final int id) {
            final String name = names.name(NameKind.CATEGORY, id);
            return name == null ? Integer.toString(id) : name;
        }

        private static String percent(final double share) {
            return String.format(Locale.ROOT, "%.3f %%", share * 100);
        }
    }

    /** {@code affinity evaluate}. */
    @Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = {
            "Counts the earlier baskets and foretells the later ones, beside popularity.",
            "Each line is foretold by the other lines of its basket and by what the customer bought last. Recall is",
            "the share of lines among the foretold; intervals are of 95 %%, by a paired bootstrap over customers."},
        footerHeading = "%nExamples:%n",
        footer = {
            "  opportune affinity evaluate ../shared/data/completejourney",
            "  opportune affinity evaluate -d /var/opportune --json"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:products are foretold as well as by popularity, or better", "1:they are foretold worse",
            "3:there are no baskets"})
    static final class Evaluate implements Callable<Integer> {
        private static final int RESAMPLES = 2_000;

        @Mixin
        private Data data;

        @Mixin
        private Counting counting;

        @Parameters(arity = "0..1", paramLabel = "DIR",
            description = "Complete Journey CSV files; default: the purchases in the journal.")
        private Path directory;

        @Option(names = "--held-out", paramLabel = "PERCENT", defaultValue = "20",
            description = "Share of the baskets that are foretold, the last by time (default: ${DEFAULT-VALUE}).")
        private int heldOutPercent;

        @Option(names = "--at", paramLabel = "K", defaultValue = "10",
            description = "How many are foretold for each line (default: ${DEFAULT-VALUE}).")
        private int k;

        @Option(names = "--seed", defaultValue = "1", description = "Of the bootstrap (default: ${DEFAULT-VALUE}).")
        private long seed;

        @Option(names = "--json", description = "As JSON.")
        private boolean asJson;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            OptionValues.require(spec, "--held-out", heldOutPercent, 1, 99);
            OptionValues.require(spec, "--at", k, 1, 1_000);
            final AffinitySettings settings = counting.settings(spec);
            final BasketLog log = directory == null ? journal() : journey();
            if (log.count() < 2) {
                throw new CommandFailure(ExitCode.NOT_POSSIBLE, "there are " + log.count()
                    + " baskets, at least 2 are needed");
            }
            final AffinityEvaluation.Result result =
                AffinityEvaluation.of(log, settings, heldOutPercent / 100.0, k, RESAMPLES, seed);
            if (asJson) {
                spec.commandLine().getOut().println(json(result));
            } else {
                print(result);
            }
            return result.items().recall() >= result.items().popularity() ? ExitCode.OK : ExitCode.NOT_IN_ORDER;
        }

        private BasketLog journal() {
            final BasketLog log = new BasketLog();
            final BasketRecords records = new BasketRecords(log);
            try (JournalTail tail = new JournalTail(data.queues())) {
                tail.forEach((queue, reader) -> records.onRecord(reader.buffer(), reader.offset()));
            }
            return log;
        }

        private BasketLog journey() throws IOException {
            try {
                return JourneyBaskets.read(directory);
            } catch (final JourneyFormatException e) {
                throw new CommandFailure(ExitCode.NOT_POSSIBLE, e.getMessage());
            }
        }

        private void print(final AffinityEvaluation.Result result) {
            final PrintWriter out = spec.commandLine().getOut();
            out.println(String.format(Locale.ROOT, "%,d baskets counted, %,d foretold, of %,d customers",
                result.trainBaskets(), result.testBaskets(), result.customers()));
            final TextTable table = new TextTable("foretold", ">lines", ">recall@" + k, ">popularity",
                ">difference (95 %)", ">ratio (95 %)");
            row(table, "products", result.items());
            row(table, "products not bought lately", result.newItems());
            row(table, "categories", result.categories());
            table.print(out);
        }

        private static void row(final TextTable table, final String what, final AffinityEvaluation.Level level) {
            table.row(what, String.format(Locale.ROOT, "%,d", level.lines()),
                String.format(Locale.ROOT, "%.2f %%", level.recall() * 100),
                String.format(Locale.ROOT, "%.2f %%", level.popularity() * 100),
                String.format(Locale.ROOT, "%+.2f %% (%+.2f..%+.2f)", level.difference() * 100,
                    level.differenceLow() * 100, level.differenceHigh() * 100),
                String.format(Locale.ROOT, "%.3f (%.3f..%.3f)", level.ratio(), level.ratioLow(), level.ratioHigh()));
        }

        private String json(final AffinityEvaluation.Result result) {
            final JsonText json = new JsonText().beginObject()
                .member("countedBaskets", result.trainBaskets()).member("foretoldBaskets", result.testBaskets())
                .member("customers", result.customers()).member("at", k);
            level(json.name("products"), result.items());
            level(json.name("newProducts"), result.newItems());
            level(json.name("categories"), result.categories());
            return json.endObject().toString();
        }

        private static void level(final JsonText json, final AffinityEvaluation.Level level) {
            json.beginObject().member("lines", level.lines()).share("recall", level.recall())
                .share("popularity", level.popularity()).share("difference", level.difference())
                .share("differenceLow", level.differenceLow()).share("differenceHigh", level.differenceHigh())
                .name("ratio").value(level.ratio()).name("ratioLow").value(level.ratioLow())
                .name("ratioHigh").value(level.ratioHigh()).endObject();
        }
    }
}
