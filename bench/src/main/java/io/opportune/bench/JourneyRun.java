package io.opportune.bench;

import io.opportune.bench.fixture.Percentiles;
import io.opportune.bench.fixture.RequestTape;
import io.opportune.bench.fixture.TapeCapture;
import io.opportune.bench.fixture.TapeSource;
import io.opportune.engine.files.DurableFiles;
import io.opportune.loadtest.completejourney.JourneyCatalogue;
import io.opportune.loadtest.completejourney.JourneyData;
import io.opportune.loadtest.completejourney.JourneyOffer;
import io.opportune.loadtest.completejourney.JourneyOffers;
import io.opportune.loadtest.completejourney.JourneyReader;
import io.opportune.loadtest.completejourney.JourneySetupSource;
import io.opportune.loadtest.completejourney.ReplayCounts;
import io.opportune.loadtest.completejourney.ReplayReport;
import io.opportune.loadtest.completejourney.ReplayRun;
import io.opportune.loadtest.completejourney.ReplaySettings;
import io.opportune.loadtest.completejourney.ReplaySource;
import io.opportune.loadtest.generator.LoadRun;
import io.opportune.loadtest.generator.LoadSettings;
import io.opportune.loadtest.generator.Schedule;
import io.opportune.loadtest.report.Objective;
import io.opportune.loadtest.report.RunResult;
import io.opportune.loadtest.source.MessageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Complete Journey as fast as answers come, beside the echo limit of the same run: the echo gets the decision requests
 * of the first pass and gives answers of their mean length, before and after the measured passes. Server and echo each
 * in a JVM of its own on one core, this process as the client on the other. Said on standard output.
 */
final class JourneyRun {
    private static final int SERVER_CORE = 0;
    private static final int CLIENT_CORE = 1;
    private static final int CONNECTIONS = 8;
    private static final int IN_FLIGHT = 8;
    private static final int BUDGET_US = 50_000;
    private static final int HOUSEHOLDS = 20_000;
    private static final int TAPE_REQUESTS = 100_000;
    private static final int TAPE_BYTES = 128 << 20;
    private static final int ECHO_TURNS = 3;
    private static final long ECHO_WARM_UP_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long ECHO_NS = TimeUnit.SECONDS.toNanos(4);
    private static final String CLIENT = "bench";
    private static final String KEY = "bench-journey-key";
    private static final long RUN_ID = 0xCA5EL;

    private final JourneyData data;
    private final List<JourneyOffer> offers;
    private final int passes;
    private long runs = RUN_ID;

    JourneyRun(final Path directory, final int passes) throws IOException {
        data = JourneyReader.read(directory);
        offers = JourneyOffers.choose(data);
        this.passes = passes;
    }

    void run() throws IOException, InterruptedException {
        BenchJvm.tieTo(CLIENT_CORE);
        final Path root = Files.createTempDirectory("opportune-journey");
        try (ServerProcess server = startServer(root)) {
            drive(server, new JourneySetupSource(data, offers, ++runs), 0, Long.MAX_VALUE);
            final TapeCapture capture = new TapeCapture(new ReplaySource(data, offers,
                new ReplaySettings(1, ReplaySettings.AS_FAST_AS_POSSIBLE, BUDGET_US, ++runs), new ReplayCounts()),
                TAPE_REQUESTS, TAPE_BYTES);
            drive(server, capture, 0, Long.MAX_VALUE);
            final RequestTape tape = capture.tape();
            System.out.printf(Locale.ROOT,
                "%,d decision requests of %.0f bytes captured, answers of %.0f bytes in the mean (frames)%n",
                tape.count(), tape.meanLength() + 6, capture.meanAnswerBytes());
            try (ServerProcess echo = ServerProcess.start(SERVER_CORE, EchoMain.class,
                List.of(Long.toString(Math.round(capture.meanAnswerBytes())), "0"), root.resolve("echo.log"))) {
                final double[] rates = new double[2 * ECHO_TURNS];
                echo(echo, tape, rates, 0);
                final ReplayRun.Outcome outcome = new ReplayRun(data, offers,
                    new ReplaySettings(passes, ReplaySettings.AS_FAST_AS_POSSIBLE, BUDGET_US, ++runs))
                    .run(load(server));
                echo(echo, tape, rates, ECHO_TURNS);
                System.out.print(ReplayReport.text(outcome, Objective.always()));
                final double limit = Percentiles.median(rates);
                final double rate = outcome.replay().messagesPerSecond();
                System.out.printf(Locale.ROOT, "echo limit %d x %d: median %,.0f/s of %s%n"
                    + "server: %,.0f messages/s, of them %,.0f decisions/s: %.4f of the limit,"
                    + " %.1f us of the core a message beside %.1f us for the wire alone%n",
                    CONNECTIONS, IN_FLIGHT, limit, rates(rates),
                    rate, outcome.replay().decisionsPerSecond(), rate / limit, 1e6 / rate, 1e6 / limit);
            }
        } finally {
            DurableFiles.deleteTree(root);
        }
    }

    private ServerProcess startServer(final Path root) throws IOException {
        final Path catalogue = root.resolve("catalogue");
        new JourneyCatalogue(data, offers, passes).write(catalogue);
        final Path config = root.resolve("server.conf");
        Files.writeString(config, String.join("\n",
            "server.data-dir = " + root.resolve("data"),
            "catalogue.dir = " + catalogue,
            "catalogue.watch = false",
            "gateway.port = 0",
            "admin.port = 0",
            "store.max-profiles = " + HOUSEHOLDS,
            "store.max-identities = " + HOUSEHOLDS,
            "clients." + CLIENT + ".key = " + KEY,
            "clients." + CLIENT + ".may-set-event-time = true",
            "clients." + CLIENT + ".event-time-behind = 36500d",
            "clients." + CLIENT + ".event-time-ahead = 36500d",
            ""));
        return ServerProcess.start(SERVER_CORE, ServerMain.class, List.of(config.toString()),
            root.resolve("server.log"));
    }

    private void echo(final ServerProcess echo, final RequestTape tape, final double[] rates, final int first)
        throws IOException, InterruptedException {
        for (int turn = 0; turn < ECHO_TURNS; turn++) {
            rates[first + turn] =
                drive(echo, new TapeSource(tape, ++runs, 0), ECHO_WARM_UP_NS, ECHO_NS).messagesPerSecond();
        }
    }

    private static RunResult drive(
        final ServerProcess server, final MessageSource source, final long warmUpNs, final long durationNs)
        throws IOException, InterruptedException {
        return new LoadRun(load(server).schedule(new Schedule.ClosedLoop()).duration(warmUpNs, durationNs), source)
            .run();
    }

    private static LoadSettings load(final ServerProcess server) {
        return new LoadSettings().port(server.port()).client(CLIENT, KEY).connections(CONNECTIONS, IN_FLIGHT);
    }

    private static String rates(final double[] rates) {
        return Arrays.stream(rates).mapToObj(rate -> String.format(Locale.ROOT, "%,.0f", rate))
            .collect(Collectors.joining(", "));
    }
}
