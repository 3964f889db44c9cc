package io.opportune.ops;

import io.opportune.loadtest.completejourney.JourneyCatalogue;
import io.opportune.loadtest.completejourney.JourneyData;
import io.opportune.loadtest.completejourney.JourneyFormatException;
import io.opportune.loadtest.completejourney.JourneyOffer;
import io.opportune.loadtest.completejourney.JourneyOffers;
import io.opportune.loadtest.completejourney.JourneyReader;
import io.opportune.loadtest.completejourney.ReplayReport;
import io.opportune.loadtest.completejourney.ReplayRun;
import io.opportune.loadtest.completejourney.ReplaySettings;
import io.opportune.loadtest.generator.LoadSettings;
import io.opportune.loadtest.report.Durations;
import io.opportune.loadtest.report.JsonReport;
import io.opportune.loadtest.report.LiveLine;
import io.opportune.loadtest.report.Objective;
import io.opportune.loadtest.report.RunResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ops/opportune replay}: sends recorded till traffic through a real socket. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = "Replay recorded till traffic: a year of a real grocery chain (dunnhumby Complete Journey).",
    footer = {
        "",
        "First:  ops/opportune replay completejourney DIR --catalogue-out CATALOGUE --passes 10",
        "Then serve CATALOGUE with a client that may set event times, and replay with the same --passes."})
public final class ReplayCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DATASET", description = "completejourney")
    private String dataset;

    @Parameters(index = "1", paramLabel = "DIR", description = "Where its CSV files are.")
    private Path directory;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Server (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--port", defaultValue = "7700", description = "Its port (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--client", defaultValue = "replay", description = "Client id to log on with (default: replay).")
    private String client;

    @Option(names = "--key", defaultValue = "", description = "The client's key.")
    private String key;

    @Option(names = "--speed-up", defaultValue = "max", paramLabel = "X",
        description = "How much faster than life, or max for as fast as answers come (default: max).")
    private String speedUp;

    @Option(names = "--passes", defaultValue = "1",
        description = "How often the year is replayed; of several the first is not measured (default: 1).")
    private int passes;

    @Option(names = "--connections", defaultValue = "8", description = "Connections (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(names = "--in-flight", defaultValue = "32",
        description = "Most unanswered messages on each connection (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(names = "--time-budget", defaultValue = "50ms",
        description = "Budget in each request, by which lateness is judged (default: ${DEFAULT-VALUE}).")
    private String timeBudget;

    @Option(names = "--catalogue-out", paramLabel = "DIR",
        description = "Only write the catalogue for the server, and stop.")
    private Path catalogueOut;

    @Option(names = "--objective", paramLabel = "NAME=LIMIT",
        description = "What the run must keep, e.g. late=0, fallback=0.1%%; may be repeated.")
    private List<String> objectiveTexts = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON.")
    private Path json;

    @Option(names = "--hlog", paramLabel = "FILE", description = "Write interval histograms.")
    private Path hlog;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            return run();
        } catch (final IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
        }
    }

    private int run() throws IOException, InterruptedException {
        final PrintStream out = System.out;
        if (!"completejourney".equals(dataset)) {
            throw new IllegalArgumentException("data set '" + dataset + "': allowed is completejourney");
        }
        final double factor = "max".equals(speedUp) ? ReplaySettings.AS_FAST_AS_POSSIBLE : Double.parseDouble(speedUp);
        final ReplaySettings settings = new ReplaySettings(passes, factor,
            (int) (Durations.parseNs(timeBudget) / 1_000), System.currentTimeMillis() << 20 | 0xCA5E);
        final JourneyData data = read();
        final List<JourneyOffer> offers = JourneyOffers.choose(data);
        if (catalogueOut != null) {
            new JourneyCatalogue(data, offers, passes).write(catalogueOut);
            out.printf("catalogue with %,d offers of %d campaigns for %d passes written to %s%n",
                offers.size(), data.campaigns().size(), passes, catalogueOut);
            return RunResult.EXIT_PASS;
        }
        final List<Objective> objectives = new ArrayList<>(Objective.always());
        objectiveTexts.forEach(text -> objectives.add(Objective.parse(text)));
        final LoadSettings load =
            new LoadSettings().host(host).port(port).client(client, key).connections(connections, inFlight);
        final ReplayRun.Outcome outcome = new ReplayRun(data, offers, settings)
            .live(new LiveLine(out, Terminal.isTerminal()))
            .intervalLog(hlog)
            .objectives(objectives)
            .run(load);
        out.print(ReplayReport.text(outcome, objectives));
        if (json != null) {
            JsonReport.write(ReplayReport.tree(outcome, objectives), json);
        }
        return outcome.replay().exitCode(objectives);
    }

    private JourneyData read() throws IOException {
        try {
            return JourneyReader.read(directory);
        } catch (final JourneyFormatException e) {
            throw new CommandFailure(ExitCode.NOT_POSSIBLE, e.getMessage(), e);
        }
    }
}
