package io.opportune.ops;

import io.opportune.loadtest.generator.LoadRun;
import io.opportune.loadtest.generator.LoadSettings;
import io.opportune.loadtest.generator.Schedule;
import io.opportune.loadtest.generator.SelfCheck;
import io.opportune.loadtest.report.JsonReport;
import io.opportune.loadtest.report.LiveLine;
import io.opportune.loadtest.report.Objective;
import io.opportune.loadtest.report.RunCounter;
import io.opportune.loadtest.report.RunResult;
import io.opportune.loadtest.report.TextReport;
import io.opportune.loadtest.world.World;
import io.opportune.loadtest.world.WorldCatalogue;
import io.opportune.loadtest.world.WorldSettings;
import io.opportune.loadtest.world.WorldSetupSource;
import io.opportune.loadtest.world.WorldSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ops/opportune load}: drives a server with a synthetic world's messages and judges what it did. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    description = "Drives a running server with the moments of a synthetic retail world.",
    footer = {
        "",
        "With --rate the loop is open: latency counts from when each message was due. Without it the loop is closed",
        "and gives a figure of capacity.",
        "",
        "Example: ops/opportune load --rate 20000 --duration 30s --objective p99=5ms --objective late=0"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:passed",
        "1:an objective was missed, or the server refused customers",
        "2:the run is invalid: the generator could not keep its schedule",
        "3:no connection to the server, or a file cannot be written"})
public final class LoadCommand implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;
    /** A day: whoever wants more mistypes a unit. */
    private static final long MAX_TIME_NS = 86_400_000_000_000L;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Server (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--port", defaultValue = "7700", description = "Its port (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--client", defaultValue = "load", description = "Client id to log on with (default: load).")
    private String client;

    @Option(names = "--key", defaultValue = "", description = "The client's key.")
    private String key;

    @Option(names = "--rate", converter = OptionValues.AboveZero.class,
        description = "Messages per second, decisions and events together; omit for closed loop.")
    private Double rate;

    @Option(names = "--duration", defaultValue = "20s", converter = OptionValues.TimeNs.class,
        description = "Measured time (default: ${DEFAULT-VALUE}).")
    private long durationNs;

    @Option(names = "--warmup", defaultValue = "5s", converter = OptionValues.TimeNs.class,
        description = "Time before it (default: ${DEFAULT-VALUE}).")
    private long warmupNs;

    @Option(names = "--connections", defaultValue = "8", description = "Connections (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(names = "--in-flight", defaultValue = "32",
        description = "Most unanswered messages on each connection (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(names = "--world-seed", defaultValue = "1", description = "Seed of the world (default: ${DEFAULT-VALUE}).")
    private long worldSeed;

    @Option(names = "--customers", defaultValue = "100000", description = "Customers (default: ${DEFAULT-VALUE}).")
    private int customers;

    @Option(names = "--offers", defaultValue = "500", description = "Offers (default: ${DEFAULT-VALUE}).")
    private int offers;

    @Option(names = "--time-budget", defaultValue = "20ms", converter = OptionValues.TimeNs.class,
        description = "Budget in each request, by which lateness is judged (default: ${DEFAULT-VALUE}).")
    private long timeBudgetNs;

    @Option(names = "--skip-setup", description = "Do not introduce the customers first; the server knows them.")
    private boolean skipSetup;

    @Option(names = "--catalogue-out", paramLabel = "DIR",
        description = "Only write the world's catalogue for the server, and stop.")
    private Path catalogueOut;

    @Option(names = "--objective", paramLabel = "NAME=LIMIT",
        description = "What the run must keep, e.g. p99=5ms, late=0, shed=0.1%%; may be repeated.")
    private List<String> objectiveTexts = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON.")
    private Path json;

    @Option(names = "--hlog", paramLabel = "FILE", description = "Write interval histograms.")
    private Path hlog;

    @Option(names = "--self-check",
        description = "Check the generator against a stub that stalls for a second; needs no server.")
    private boolean selfCheck;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        OptionValues.require(spec, "--port", port, 1, MAX_PORT);
        OptionValues.requireNs(spec, "--duration", durationNs, 1, MAX_TIME_NS);
        OptionValues.requireNs(spec, "--warmup", warmupNs, 0, MAX_TIME_NS);
        OptionValues.requireNs(spec, "--time-budget", timeBudgetNs, 0, OptionValues.MAX_TIME_BUDGET_NS);
        OptionValues.require(spec, "--customers", customers, 1, WorldSettings.MAX_CUSTOMERS);
        OptionValues.require(spec, "--offers", offers, 1, WorldSettings.MAX_OFFERS);
        OptionValues.requireWidth(spec, connections, inFlight);
        return run(OptionValues.objectives(spec, objectiveTexts));
    }

    private int run(final List<Objective> objectives) throws IOException, InterruptedException {
        final PrintStream out = System.out;
        final World world = new World(WorldSettings.ofSeed(worldSeed).sized(customers, offers)
            .withTimeBudgetUs((int) (timeBudgetNs / 1_000)));
        if (catalogueOut != null) {
            new WorldCatalogue(world).write(catalogueOut);
            out.println("catalogue written to " + catalogueOut);
            return RunResult.EXIT_PASS;
        }
        if (selfCheck) {
            return SelfCheck.run(() -> new WorldSource(world, System.nanoTime()), out);
        }
        final long runId = System.currentTimeMillis() << 20 | System.nanoTime() & 0xFFFFF;
        if (!skipSetup && !introduce(world, runId, out)) {
            return RunResult.EXIT_OBJECTIVE_MISSED;
        }
        final LoadSettings settings = settings()
            .schedule(rate == null ? new Schedule.ClosedLoop() : new Schedule.ConstantRate(rate))
            .duration(warmupNs, durationNs);
        final RunResult result = new LoadRun(settings, new WorldSource(world, runId))
            .live(new LiveLine(out, Terminal.isTerminal()), () -> "")
            .intervalLog(hlog)
            .objectives(objectives)
            .run();
        out.print(TextReport.of(result, objectives));
        if (json != null) {
            JsonReport.write(JsonReport.tree(result, objectives), json);
        }
        return result.exitCode(objectives);
    }

    private boolean introduce(final World world, final long runId, final PrintStream out)
        throws IOException, InterruptedException {
        final WorldSetupSource source = new WorldSetupSource(world, ~runId);
        final RunResult result = new LoadRun(settings(), source).run();
        final long refused = result.count(RunCounter.UPDATES_REFUSED) + result.count(RunCounter.REJECTED);
        out.printf("%,d customers introduced and linked by %,d updates in %.1f s, %,d refused%n", customers,
            result.count(RunCounter.UPDATES_ACCEPTED), result.elapsedNs() / 1e9, refused);
        return refused == 0 && result.exitCode(Objective.always()) == RunResult.EXIT_PASS;
    }

    private LoadSettings settings() {
        return new LoadSettings().host(host).port(port).client(client, key).connections(connections, inFlight);
    }
}
