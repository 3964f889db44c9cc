package io.opportune.bench;

import io.opportune.bench.fixture.Disk;
import io.opportune.bench.fixture.EngineFixture;
import io.opportune.bench.fixture.Percentiles;
import io.opportune.bench.fixture.RequestTape;
import io.opportune.bench.fixture.TapeRecorder;
import io.opportune.bench.fixture.TapeSource;
import io.opportune.engine.files.DurableFiles;
import io.opportune.loadtest.generator.LoadRun;
import io.opportune.loadtest.generator.LoadSettings;
import io.opportune.loadtest.generator.Schedule;
import io.opportune.loadtest.report.RunCounter;
import io.opportune.loadtest.report.RunResult;
import io.opportune.loadtest.report.TextReport;
import io.opportune.loadtest.source.MessageSource;
import io.opportune.loadtest.world.World;
import io.opportune.loadtest.world.WorldCatalogue;
import io.opportune.loadtest.world.WorldSettings;
import io.opportune.loadtest.world.WorldSetupSource;
import io.opportune.loadtest.world.WorldSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.RunnerException;

/**
 * The wire limit: echo, server and the decision without a wire in JVMs of their own on one core, this process as the
 * client on the other, in turns; the parts of a decision from the server's core beforehand; the open loop at half of
 * the server's capacity at the end. Everything is said on standard output.
 */
final class WireRun {
    static final int DEFAULT_SECONDS = 4;
    static final int SERVER_CORE = 0;
    static final int CLIENT_CORE = 1;
    /** Each has a profile and every seventh a second one, of an app account that was linked, which makes a million. */
    private static final int CUSTOMERS = Integer.getInteger("bench.customers", 873_000);
    private static final int OFFERS = Integer.getInteger("bench.offers", 500);
    private static final int REQUESTS = Integer.getInteger("bench.requests", 262_144);
    private static final int TURNS = Integer.getInteger("bench.turns", 5);
    private static final int OPEN_LOOP_SECONDS = Integer.getInteger("bench.open-loop-seconds", 20);
    /** Decisions and events before anything is measured: compiled code, and profiles with visits and purchases. */
    private static final int HISTORY_SECONDS = 6;
    private static final long WARM_UP_NS = TimeUnit.MILLISECONDS.toNanos(1_000);
    /** As in the Complete Journey run. This machine's cores stand still for up to 10 ms now and then. */
    private static final int BUDGET_US = 50_000;
    private static final String CLIENT = "bench";
    private static final String KEY = "bench-key";
    private static final String MICRO =
        "ShardBench|TargetingScanBench.scan$|ProfileLookupBench.mix|JournalAppendBench";
    private static final Shape[] SHAPES = {new Shape(64, 1), new Shape(8, 32)};
    private static final double MIN_EFFICIENCY = 0.7;
    private static final double MAX_DECIDE_RATIO = 1.3;

    private final int seconds;
    private final World world = new World(WorldSettings.ofSeed(EngineFixture.SEED).sized(CUSTOMERS, OFFERS));
    private long runs = 100;

    /** Connections and requests in flight on each. */
    private record Shape(int connections, int inFlight) {
        @Override
        public String toString() {
            return connections + " x " + inFlight;
        }
    }

    /**
     * One turn.
     *
     * @param rate  answers a second.
     * @param busy  share of its core that the server used, connecting and warming up included.
     * @param cpuNs processor time of the server for one answer.
     */
    private record Turn(double rate, double busy, double cpuNs) {
    }

    WireRun(final int seconds) {
        this.seconds = seconds;
    }

    /** Measures; without the echo and the in-process figures when only the capacity is asked for. */
    void run(final boolean withLimit) throws IOException, InterruptedException, RunnerException {
        final Map<String, Microbenchmarks.Figure> figures = withLimit ? inProcess() : Map.of();
        BenchJvm.tieTo(CLIENT_CORE);
        final Path root = Files.createTempDirectory("opportune-wire");
        try (ServerProcess server = startServer(root)) {
            prepare(server);
            final TapeRecorder recorder = new TapeRecorder(world, ++runs, REQUESTS);
            drive(server, recorder, new Shape(8, 32), new Schedule.ClosedLoop(), 0, Long.MAX_VALUE);
            final RequestTape tape = recorder.tape();
            Disk.settle();
            System.out.printf(Locale.ROOT, "requests of %.1f bytes, answers of %.1f bytes in the mean (frames)%n",
                tape.meanLength() + 6, recorder.meanAnswerBytes());
            final double[] capacity = new double[SHAPES.length];
            if (withLimit) {
                final long answerBytes = Math.round(recorder.meanAnswerBytes());
                final long thinkNs = Math.round(figures.get("ShardBench.decide").ns());
                try (ServerProcess echo = startEcho(answerBytes, 0, root.resolve("echo.log"));
                    ServerProcess thinking = startEcho(answerBytes, thinkNs, root.resolve("thinking.log"))) {
                    turns(echo, tape, SHAPES[1], 1);
                    turns(thinking, tape, SHAPES[1], 1);
                    // Gone before the open loops: its journal must not be written back under them.
                    try (ServerProcess decide = startDecide(root.resolve("decide.log"))) {
                        Disk.settle();
                        for (int i = 0; i < SHAPES.length; i++) {
                            capacity[i] = compare(decide, echo, thinking, server, tape, SHAPES[i], thinkNs,
                                figures);
                        }
                    }
                    Disk.settle();
                    for (int i = 0; i < SHAPES.length; i++) {
                        openLoop("control, an echo that is busy for t_decide", thinking, tape, SHAPES[i],
                            capacity[i] / 2);
                    }
                }
            } else {
                for (int i = 0; i < SHAPES.length; i++) {
                    final Turn[] turns = turns(server, tape, SHAPES[i], TURNS);
                    capacity[i] = median(turns, Turn::rate);
                    say("server", SHAPES[i], turns);
                }
            }
            for (int i = 0; i < SHAPES.length; i++) {
                openLoop("server", server, tape, SHAPES[i], capacity[i] / 2);
            }
        } finally {
            if (!Boolean.getBoolean("bench.keep")) {
                DurableFiles.deleteTree(root);
            }
        }
    }

    /** The same world, mix and store, without sockets, on the server's core. */
    private Map<String, Microbenchmarks.Figure> inProcess() throws IOException, InterruptedException, RunnerException {
        BenchJvm.tieTo(SERVER_CORE);
        final Map<String, Microbenchmarks.Figure> figures =
            Microbenchmarks.run(MICRO, Map.of("customers", CUSTOMERS, "offers", OFFERS, "requests", REQUESTS));
        Microbenchmarks.print(figures);
        final double decide = figures.get("ShardBench.decide").ns();
        final double parts = figures.get("TargetingScanBench.scan").ns() + figures.get("ProfileLookupBench.mix").ns()
            + figures.get("JournalAppendBench.append").ns();
        System.out.printf(Locale.ROOT,
            "t_decide %,.0f ns, scan + lookup + append %,.0f ns: ratio %.2f, at most %.1f: %s%n",
            decide, parts, decide / parts, MAX_DECIDE_RATIO, decide <= MAX_DECIDE_RATIO * parts ? "kept" : "MISSED");
        return figures;
    }

    private ServerProcess startServer(final Path root) throws IOException {
        Files.createDirectories(root.resolve("catalogue"));
        new WorldCatalogue(world).write(root.resolve("catalogue"));
        final Path config = root.resolve("server.conf");
        Files.writeString(config, String.join("\n",
            "server.data-dir = " + root.resolve("data"),
            "catalogue.dir = " + root.resolve("catalogue"),
            "gateway.port = 0",
            "admin.port = 0",
            "store.max-profiles = " + EngineFixture.profileCapacity(CUSTOMERS),
            "store.max-identities = " + EngineFixture.identityCapacity(CUSTOMERS),
            "journal.sync = none",
            "snapshot.interval = 1d",
            "clients." + CLIENT + ".key = " + KEY,
            ""));
        return ServerProcess.start(SERVER_CORE, ServerMain.class, List.of(config.toString()),
            root.resolve("server.log"));
    }

    private static ServerProcess startDecide(final Path log) throws IOException {
        return ServerProcess.startTalking(
            SERVER_CORE, DecideMain.class, DecideMain.arguments(CUSTOMERS, OFFERS, REQUESTS), log);
    }

    private static ServerProcess startEcho(final long answerBytes, final long thinkNs, final Path log)
        throws IOException {
        return ServerProcess.start(
            SERVER_CORE, EchoMain.class, List.of(Long.toString(answerBytes), Long.toString(thinkNs)), log);
    }

    /** Introduces all customers over the socket, then lives through some moments with their events. */
    private void prepare(final ServerProcess server) throws IOException, InterruptedException {
        final RunResult setup = drive(server, new WorldSetupSource(world, ++runs), new Shape(8, 32),
            new Schedule.ClosedLoop(), 0, Long.MAX_VALUE);
        final RunResult history = drive(server, new WorldSource(world, ++runs), new Shape(8, 32),
            new Schedule.ClosedLoop(), 0, TimeUnit.SECONDS.toNanos(HISTORY_SECONDS));
        System.out.printf(Locale.ROOT,
            "%,d customers introduced in %.1f s, %,d updates and links accepted, %,d refused;"
            + " then %,d moments and %,d events (%,.0f messages/s)%n", CUSTOMERS, setup.elapsedNs() / 1e9,
            setup.count(RunCounter.UPDATES_ACCEPTED), setup.count(RunCounter.UPDATES_REFUSED),
            history.decisionsAnswered(), history.count(RunCounter.EVENTS_ACCEPTED), history.messagesPerSecond());
    }

    /**
     * Judges one shape. The echo that thinks for t_decide before each answer is a control: the client meets it in the
     * same rhythm as the server, so what it falls short of {@code 1 / (t_echo + t_decide)} is not the server's doing.
     */
    private double compare(
        final ServerProcess decide,
        final ServerProcess echo,
        final ServerProcess thinking,
        final ServerProcess server,
        final RequestTape tape,
        final Shape shape,
        final long thinkNs,
        final Map<String, Microbenchmarks.Figure> figures) throws IOException, InterruptedException {
        // Turn and turn about, because the machine's mood changes; t_decide among them for the same reason.
        final double[] decideTurns = new double[TURNS];
        final Turn[] echoTurns = new Turn[TURNS];
        final Turn[] thinkingTurns = new Turn[TURNS];
        final Turn[] serverTurns = new Turn[TURNS];
        for (int turn = 0; turn < TURNS; turn++) {
            echoTurns[turn] = turns(echo, tape, shape, 1)[0];
            thinkingTurns[turn] = turns(thinking, tape, shape, 1)[0];
            serverTurns[turn] = turns(server, tape, shape, 1)[0];
            decideTurns[turn] = Double.parseDouble(decide.ask(Integer.toString(seconds), DecideMain.FIGURE));
            // What it has journalled must not be written back under the next turn.
            Disk.settle();
        }
        say("echo", shape, echoTurns);
        say("think", shape, thinkingTurns);
        say("server", shape, serverTurns);
        final double rate = median(serverTurns, Turn::rate);
        final double echoNs = 1e9 / median(echoTurns, Turn::rate);
        System.out.printf(Locale.ROOT, "%-6s %-7s t_decide %s ns%n", "decide", shape, Arrays.stream(decideTurns)
            .mapToObj(ns -> String.format(Locale.ROOT, "%,.0f", ns)).collect(Collectors.joining(", ")));
        final double decideNs = Percentiles.median(decideTurns);
        final double admissionNs =
            figures.get("ShardBench.request").ns() - figures.get("ShardBench.decide").ns();
        final double requestNs = decideNs + admissionNs;
        final double efficiency = rate * (echoNs + decideNs) / 1e9;
        final double echoCpuNs = median(echoTurns, Turn::cpuNs);
        final double serverCpuNs = median(serverTurns, Turn::cpuNs);
        System.out.printf(Locale.ROOT,
            "%s: t_echo %,.0f ns, t_decide %,.0f ns, server %,.0f ns: efficiency %.3f, at least %.1f: %s%n"
            + "      by processor time: echo %,.0f ns, server %,.0f ns, (echo + t_decide) / server %.3f;"
            + " with admission in t_decide (%,.0f ns) %.3f%n",
            shape, echoNs, decideNs, 1e9 / rate, efficiency, MIN_EFFICIENCY,
            efficiency >= MIN_EFFICIENCY ? "kept" : "MISSED",
            echoCpuNs, serverCpuNs, (echoCpuNs + decideNs) / serverCpuNs,
            requestNs, rate * (echoNs + requestNs) / 1e9);
        // Judged by the time that it was busy for, which was taken before the turns, and not by the one between them.
        final double control = median(thinkingTurns, Turn::rate) * (echoNs + thinkNs) / 1e9;
        System.out.printf(Locale.ROOT,
            "      control: an echo that is busy for %,d ns (t_decide before the turns) reaches %.3f of"
            + " 1 / (t_echo + this time); the server's efficiency is %.3f of that%n",
            thinkNs, control, efficiency / control);
        return rate;
    }

    private Turn[] turns(final ServerProcess server, final RequestTape tape, final Shape shape, final int count)
        throws IOException, InterruptedException {
        final Turn[] turns = new Turn[count];
        for (int turn = 0; turn < count; turn++) {
            final long cpuNs = server.cpuNs();
            final long startNs = System.nanoTime();
            final RunResult result = drive(server, new TapeSource(tape, ++runs, BUDGET_US), shape,
                new Schedule.ClosedLoop(), WARM_UP_NS, TimeUnit.SECONDS.toNanos(seconds));
            final double busy = (double) (server.cpuNs() - cpuNs) / (System.nanoTime() - startNs);
            check(result);
            final double answers =
                result.decisionsAnswered() + (double) result.count(RunCounter.WARMUP_SENT);
            turns[turn] = new Turn(result.decisionsPerSecond(), busy, (server.cpuNs() - cpuNs) / answers);
        }
        return turns;
    }

    private void openLoop(
        final String name,
        final ServerProcess server,
        final RequestTape tape,
        final Shape shape,
        final double rate) throws IOException, InterruptedException {
        final RunResult result = drive(server, new TapeSource(tape, ++runs, BUDGET_US), shape,
            new Schedule.ConstantRate(rate), WARM_UP_NS, TimeUnit.SECONDS.toNanos(OPEN_LOOP_SECONDS));
        System.out.printf(Locale.ROOT, "%n%s, open loop at half of capacity, %s: late %,d: %s%n%s", name, shape,
            result.count(RunCounter.LATE), result.count(RunCounter.LATE) == 0 ? "kept" : "MISSED",
            TextReport.of(result, List.of()));
    }

    private RunResult drive(
        final ServerProcess server,
        final MessageSource source,
        final Shape shape,
        final Schedule schedule,
        final long warmUpNs,
        final long durationNs) throws IOException, InterruptedException {
        return new LoadRun(new LoadSettings()
            .port(server.port())
            .client(CLIENT, KEY)
            .connections(shape.connections(), shape.inFlight())
            .schedule(schedule)
            .duration(warmUpNs, durationNs), source).run();
    }

    /** A turn that lost answers or decided nothing is no measurement. */
    private static void check(final RunResult result) {
        final long spoilt = result.count(RunCounter.UNANSWERED) + result.count(RunCounter.REJECTED)
            + result.count(RunCounter.SHED) + result.count(RunCounter.CONNECTIONS_LOST);
        if (spoilt > 0 || result.decisionsAnswered() == 0) {
            System.out.println("TURN SPOILT:\n" + TextReport.of(result, List.of()));
        }
    }

    private static void say(final String name, final Shape shape, final Turn[] turns) {
        final List<String> rates = new ArrayList<>();
        for (final Turn turn : turns) {
            rates.add(String.format(Locale.ROOT, "%,.0f/s (core %.0f %% busy)", turn.rate(), 100 * turn.busy()));
        }
        System.out.printf(Locale.ROOT, "%-6s %-7s median %,9.0f/s of %s%n", name, shape, median(turns, Turn::rate),
            String.join(", ", rates));
    }

    private static double median(final Turn[] turns, final ToDoubleFunction<Turn> figure) {
        return Percentiles.median(Arrays.stream(turns).mapToDouble(figure).toArray());
    }
}
