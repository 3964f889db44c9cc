package io.opportune.ops;

import io.opportune.engine.config.ConfigKey;
import io.opportune.loadtest.generator.LoadRun;
import io.opportune.loadtest.generator.LoadSettings;
import io.opportune.loadtest.generator.Schedule;
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
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code demo}: a made-up retail world against a real server in this process, over real sockets. Needs nothing outside
 * the project and leaves nothing behind unless told to.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
        "Shows the whole in half a minute, on a made-up retail world.",
        "A server, mixed moments of its customers, the latencies, and three decisions explained.",
        "Generator and server share this machine's processors."},
    footerHeading = "%nExamples:%n",
    footer = {"  opportune demo", "  opportune demo --rate 500 --seconds 5", "  opportune demo --keep /tmp/world"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:all went well", "1:answers were late or missing on this machine", "3:the server could not start"})
final class DemoCommand implements Callable<Integer> {
    private static final String CLIENT = "demo";
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int MAX_SECONDS = 86_400;
    private static final int CONNECTIONS = 8;
    private static final int IN_FLIGHT = 16;
    private static final long WARM_UP_SECONDS = 3;
    /** Room for customers who are met for the first time. */
    private static final int SPARE_PROFILES = 10_000;

    private final ServerStarter starter;

    @Option(
        names = "--seconds", paramLabel = "N", defaultValue = "20",
        description = "How long moments are sent; default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
        names = "--rate", paramLabel = "N", defaultValue = "2000", converter = OptionValues.AboveZero.class,
        description = "Messages per second, moments and events together; default: ${DEFAULT-VALUE}.")
    private double rate;

    @Option(names = "--customers", defaultValue = "100000", description = "Default: ${DEFAULT-VALUE}.")
    private int customers;

    @Option(names = "--offers", defaultValue = "500", description = "Default: ${DEFAULT-VALUE}.")
    private int offers;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the world; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--keep", paramLabel = "DIR", description = "Keep catalogue and data in this new folder.")
    private Path keep;

    @Spec
    private CommandSpec spec;

    DemoCommand(final ServerStarter starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() throws Exception {
        OptionValues.require(spec, "--seconds", seconds, 1, MAX_SECONDS);
        OptionValues.require(spec, "--customers", customers, 1, WorldSettings.MAX_CUSTOMERS);
        OptionValues.require(spec, "--offers", offers, 1, WorldSettings.MAX_OFFERS);
        try (OwnFolder folder = OwnFolder.make(keep, "opportune-demo")) {
            return run(folder);
        }
    }

    private int run(final OwnFolder folder) throws Exception {
        final PrintWriter out = spec.commandLine().getOut();
        final World world = new World(WorldSettings.ofSeed(seed).sized(customers, offers));
        final Path catalogue = folder.path().resolve("catalogue");
        say(out, "1. A retail world from seed %d: %,d customers, %,d offers, %d stores.",
            seed, customers, offers, world.settings().stores());
        new WorldCatalogue(world).write(catalogue);
        final OwnServer own = new OwnServer(folder.path(), catalogue, CLIENT)
            .set(ConfigKey.STORE_MAX_PROFILES, Integer.toString(customers + SPARE_PROFILES))
            .set(ConfigKey.STORE_MAX_IDENTITIES, Integer.toString(2 * (customers + SPARE_PROFILES)));
        final String key = own.key();
        try (ServerStarter.Running server = starter.start(own.config())) {
            folder.usedBy(server);
            say(out, "2. The server is ready on port %d; its counters are on http://127.0.0.1:%d/metrics.",
                server.port(), server.adminPort());
            introduce(out, world, server.port(), key);
            final RunResult result = drive(out, world, server.port(), key);
            say(out, "5. Three decisions:");
            DemoDecisions.explain(out, server.port(), CLIENT, key);
            say(out, "How to go on: README.md, 'ops/opportune --help', and a server of your own:");
            say(out, "  ops/opportune load --catalogue-out shop");
            say(out, "  ops/opportune serve -s catalogue.dir=shop -s clients.load.key=change-me-please");
            say(out, "  ops/opportune load --key change-me-please --rate 5000");
            return result.exitCode(Objective.always()) == RunResult.EXIT_PASS ? ExitCode.OK : ExitCode.NOT_IN_ORDER;
        }
    }

    private void introduce(final PrintWriter out, final World world, final int port, final String key)
        throws IOException, InterruptedException {
        final RunResult result = new LoadRun(
            settings(port, key), new WorldSetupSource(world, UUID.randomUUID().getMostSignificantBits())).run();
        say(out, "3. Its customers are known: %,d updates of consent, segments and links in %.1f s, %,d refused.",
            result.count(RunCounter.UPDATES_ACCEPTED), result.elapsedNs() / (double) NANOS_PER_SECOND,
            result.count(RunCounter.UPDATES_REFUSED) + result.count(RunCounter.REJECTED));
    }

    private RunResult drive(final PrintWriter out, final World world, final int port, final String key)
        throws IOException, InterruptedException {
        say(out, "4. %,.0f messages a second for %d seconds: baskets, tenders, app and page views, and the events that "
            + "follow.", rate, seconds);
        final LoadSettings settings = settings(port, key)
            .schedule(new Schedule.ConstantRate(rate))
            .duration(WARM_UP_SECONDS * NANOS_PER_SECOND, seconds * NANOS_PER_SECOND);
        final List<Objective> objectives = Objective.always();
        final RunResult result =
            new LoadRun(settings, new WorldSource(world, UUID.randomUUID().getMostSignificantBits()))
                .live(new LiveLine(System.out, Terminal.isTerminal()), () -> "")
                .objectives(objectives)
                .run();
        out.print(TextReport.of(result, objectives));
        out.flush();
        return result;
    }

    private static LoadSettings settings(final int port, final String key) {
        return new LoadSettings().host("127.0.0.1").port(port).client(CLIENT, key).connections(CONNECTIONS, IN_FLIGHT);
    }

    private static void say(final PrintWriter out, final String format, final Object... values) {
        out.println(String.format(java.util.Locale.ROOT, format, values));
        out.flush();
    }
}
