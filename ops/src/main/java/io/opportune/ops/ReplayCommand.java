package io.opportune.ops;

import io.opportune.engine.config.ConfigKey;
import io.opportune.loadtest.completejourney.JourneyCatalogue;
import io.opportune.loadtest.completejourney.JourneyData;
import io.opportune.loadtest.completejourney.JourneyFormatException;
import io.opportune.loadtest.completejourney.JourneyOffer;
import io.opportune.loadtest.completejourney.JourneyOffers;
import io.opportune.loadtest.completejourney.JourneyReader;
import io.opportune.loadtest.completejourney.ReplayCounts;
import io.opportune.loadtest.completejourney.ReplayReport;
import io.opportune.loadtest.completejourney.ReplayRun;
import io.opportune.loadtest.completejourney.ReplaySettings;
import io.opportune.loadtest.generator.LoadSettings;
import io.opportune.loadtest.report.JsonReport;
import io.opportune.loadtest.report.LiveLine;
import io.opportune.loadtest.report.Objective;
import io.opportune.loadtest.report.RunResult;
import io.opportune.protocol.codec.AckStatus;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code ops/opportune replay}: sends recorded till traffic through a real socket. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = "Replays recorded till traffic: a year of a real grocery chain (dunnhumby Complete Journey).",
    footer = {
        "",
        "Examples:",
        "  opportune replay completejourney DIR                        a server of its own, the year once",
        "  opportune replay completejourney DIR --speed-up 100000      each message when it is due",
        "  opportune replay completejourney DIR --passes 10 --catalogue-out CATALOGUE",
        "  opportune replay completejourney DIR --passes 10 --port 7700 --key KEY --data DATA",
        "",
        "A server at --port must serve the catalogue written for the same --passes, to a client that may set",
        "event times."},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:passed, and the journal agrees",
        "1:an objective was missed, or the journal does not agree",
        "2:the run is invalid: the generator could not keep its schedule",
        "3:the data cannot be read, the server cannot start or be reached"})
public final class ReplayCommand implements Callable<Integer> {
    /** The data has 2,377; room enough that no partition runs full. */
    private static final int MAX_HOUSEHOLDS = 20_000;
    private static final int MAX_PORT = 65_535;

    private final ServerStarter starter;

    @Parameters(index = "0", paramLabel = "DATASET", description = "completejourney")
    private String dataset;

    @Parameters(index = "1", paramLabel = "DIR", description = "Where its CSV files are.")
    private Path directory;

    @Option(names = "--host", defaultValue = "127.0.0.1",
        description = "Server, with --port (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--port", defaultValue = "0",
        description = "Its port; 0, the default, starts a server of its own in this process.")
    private int port;

    @Option(names = "--client", defaultValue = "replay", description = "Client id to log on with (default: replay).")
    private String client;

    @Option(names = "--key", defaultValue = "", description = "The client's key, with --port.")
    private String key;

    @Option(names = "--speed-up", defaultValue = "max", paramLabel = "X", converter = OptionValues.SpeedUp.class,
        description = "How much faster than life, or max for as fast as answers come (default: max).")
    private double speedUp;

    @Option(names = "--passes", defaultValue = "1",
        description = "How often the year is replayed; of several the first is not measured (default: 1).")
    private int passes;

    @Option(names = "--connections", defaultValue = "8", description = "Connections (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(names = "--in-flight", defaultValue = "32",
        description = "Most unanswered messages on each connection (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(names = "--time-budget", defaultValue = "50ms", converter = OptionValues.TimeNs.class,
        description = "Budget in each request, by which lateness is judged (default: ${DEFAULT-VALUE}).")
    private long timeBudgetNs;

    @Option(names = "--catalogue-out", paramLabel = "DIR",
        description = "Only write the catalogue for the server, and stop.")
    private Path catalogueOut;

    @Option(names = "--objective", paramLabel = "NAME=LIMIT",
        description = "What the run must keep, e.g. late=0, fallback=0.1%%; may be repeated.")
    private List<String> objectiveTexts = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON.")
    private Path json;

    @Option(names = "--data", paramLabel = "DIR",
        description = "Data folder of the server at --port, fresh before the replay: its journal is reconciled.")
    private Path data;

    @Option(names = "--keep", paramLabel = "DIR",
        description = "Keep the own server's catalogue and data in this new folder.")
    private Path keep;

    @Option(names = "--hlog", paramLabel = "FILE", description = "Write interval histograms.")
    private Path hlog;

    @Spec
    private CommandSpec spec;

    private List<Objective> objectives;

    ReplayCommand(final ServerStarter starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() throws Exception {
        if (!"completejourney".equals(dataset)) {
            throw new ParameterException(
                spec.commandLine(), "Invalid value for DATASET: '" + dataset + "', allowed is completejourney");
        }
        OptionValues.require(spec, "--port", port, 0, MAX_PORT);
        refuseCombinations();
        OptionValues.require(spec, "--passes", passes, 1, ReplaySettings.MAX_PASSES);
        OptionValues.requireNs(spec, "--time-budget", timeBudgetNs, 0, OptionValues.MAX_TIME_BUDGET_NS);
        OptionValues.requireWidth(spec, connections, inFlight);
        objectives = OptionValues.objectives(spec, objectiveTexts);
        return run();
    }

    /** Options that would be without effect are refused: whoever gives them expects another run. */
    private void refuseCombinations() {
        final ParseResult typed = spec.commandLine().getParseResult();
        if (catalogueOut != null) {
            OptionValues.refuseTogether(spec, "--catalogue-out only writes the catalogue", typed,
                "--host", "--port", "--key", "--data", "--keep", "--json", "--hlog", "--objective");
        } else if (port == 0) {
            OptionValues.refuseTogether(spec, "without --port the command starts a server of its own", typed,
                "--host", "--key", "--data");
        } else {
            OptionValues.refuseTogether(spec, "the server at --port is not the command's own", typed, "--keep");
        }
    }

    private int run() throws Exception {
        final PrintStream out = System.out;
        final ReplaySettings settings = new ReplaySettings(
            passes, speedUp, (int) (timeBudgetNs / 1_000), System.currentTimeMillis() << 20 | 0xCA5E);
        final JourneyData journey = read();
        final List<JourneyOffer> offers = JourneyOffers.choose(journey);
        if (catalogueOut != null) {
            new JourneyCatalogue(journey, offers, passes).write(catalogueOut);
            out.printf("catalogue with %,d offers of %d campaigns for %d passes written to %s%n",
                offers.size(), journey.campaigns().size(), passes, catalogueOut);
            return RunResult.EXIT_PASS;
        }
        if (port != 0) {
            return replay(journey, offers, settings, port, client, key, data);
        }
        try (OwnFolder folder = OwnFolder.make(keep, "opportune-replay")) {
            return replayAgainstOwnServer(journey, offers, settings, folder);
        }
    }

    private int replayAgainstOwnServer(
        final JourneyData journey, final List<JourneyOffer> offers, final ReplaySettings settings,
        final OwnFolder folder)
        throws Exception {
        final Path catalogue = folder.path().resolve("catalogue");
        new JourneyCatalogue(journey, offers, passes).write(catalogue);
        final OwnServer own = new OwnServer(folder.path(), catalogue, client).withEventTimes()
            .set(ConfigKey.STORE_MAX_PROFILES, Integer.toString(MAX_HOUSEHOLDS))
            .set(ConfigKey.STORE_MAX_IDENTITIES, Integer.toString(MAX_HOUSEHOLDS));
        try (ServerStarter.Running server = starter.start(own.config())) {
            folder.usedBy(server);
            System.out.printf("A server of its own answers on port %d; http://127.0.0.1:%d/status tells more.%n",
                server.port(), server.adminPort());
            return replay(journey, offers, settings, server.port(), client, own.key(),
                folder.path().resolve("data"));
        }
    }

    private int replay(
        final JourneyData journey,
        final List<JourneyOffer> offers,
        final ReplaySettings settings,
        final int serverPort,
        final String clientId,
        final String clientKey,
        final Path dataFolder) throws IOException, InterruptedException {
        final PrintStream out = System.out;
        final LoadSettings load = new LoadSettings()
            .host(host).port(serverPort).client(clientId, clientKey).connections(connections, inFlight);
        final ReplayRun.Outcome outcome = new ReplayRun(journey, offers, settings)
            .live(new LiveLine(out, Terminal.isTerminal()))
            .intervalLog(hlog)
            .objectives(objectives)
            .run(load);
        out.print(ReplayReport.text(outcome, objectives));
        if (json != null) {
            JsonReport.write(ReplayReport.tree(outcome, objectives), json);
        }
        final boolean reconciled = dataFolder == null || reconcile(outcome, dataFolder, out);
        final int exitCode = outcome.replay().exitCode(objectives);
        return exitCode == RunResult.EXIT_PASS && !reconciled ? ExitCode.NOT_IN_ORDER : exitCode;
    }

    private static boolean reconcile(final ReplayRun.Outcome outcome, final Path dataFolder, final PrintStream out) {
        final StringBuilder text = new StringBuilder();
        final ReplayCounts counts = outcome.counts();
        final boolean agrees = JournalReconciliation.of(dataFolder).agrees(
            counts.eventsByKind(AckStatus.ACCEPTED), counts.fullDecisionsAllPasses(), text);
        out.print(text);
        return agrees;
    }

    private JourneyData read() throws IOException {
        try {
            return JourneyReader.read(directory);
        } catch (final JourneyFormatException e) {
            throw new CommandFailure(ExitCode.NOT_POSSIBLE, e.getMessage(), e);
        }
    }
}
