package io.opportune.bench;

import io.opportune.bench.bid.BidLoadRun;
import io.opportune.bench.bid.BidRunSize;
import io.opportune.bench.bid.BidTimeRun;
import io.opportune.bench.catalogue.LiveChangeRun;
import io.opportune.bench.catalogue.LoadCatalogueRun;
import io.opportune.bench.fixture.TalkingServer;
import io.opportune.bench.http.HttpCompareRun;
import io.opportune.bench.http.StaticHttpServer;
import io.opportune.bench.match.MatchOptions;
import io.opportune.bench.match.MatchRun;
import io.opportune.bench.match.MatchServerRun;
import io.opportune.bench.prequential.PrequentialRun;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** Entry point of the benches. Run from the project's folder, so that {@code ops/jvm.args} is found. */
public final class BenchMain {
    /** As of the command line: EX_USAGE of sysexits.h. */
    static final int WRONG_USAGE = 64;
    static final String USAGE = """
        Usage: ops/opportune bench BENCH [ARGUMENTS]
          jmh [REGEX]       microbenchmarks with allocation profile; all of them without REGEX
          wire [SECONDS]    echo limit, the server and the in-process figure of one run, and the open loop at half
          capacity [SECONDS]  the server alone: closed loop, then open loop at half
          journey DIR [PASSES]  Complete Journey as fast as answers come, beside the echo limit
          match DIR [--mode all|best:K] [--trees] [--sigma S] [--with lucene,roaring,drools]
                            the targeting index beside a naive scan, and others, on the workload in DIR
          match-server DIR [EVENTS]  a server with the workload in DIR as its catalogue gives the winners of a scan
          load-catalogue [OFFERS]  loads a made-up catalogue, each offer with a rule of its own, then one changed
          live-changes [OFFERS]  offers, pauses and catalogues changed while a server decides
          memory [PROFILES]  bytes of profiles, 1,000,000 unless said otherwise, and of linked ids
          bid [DIR] [SECONDS]  the captured bid requests in DIR (../shared/data/openrtb) with wrk, beside nginx and
                            a bare Netty server; installs wrk and nginx where it may
          bid-time [DIR] [SECONDS]  these requests with a tmax of 5 to 100 ms, twice as many as the server can bear
          prequential DIR [EXAMPLES]  our models beside Vowpal Wabbit: log loss and AUC on Complete Journey's
                            redemptions and Open Bandit's clicks in DIR, examples learned per second on one core
          http [SECONDS]    our HTTP transport beside a bare Netty server, both with a static answer; needs wrk
          second-stage [DECISIONS]  decisions whose best 8, 16 and 32 candidates an imported model predicts anew,
                            beside decisions without it
        """;

    private static final String OPENRTB_DATA = "../shared/data/openrtb";
    private static final int JOURNEY_PASSES = 10;
    private static final int MAX_SECONDS = 3_600;
    private static final int MAX_PASSES = 100;
    private static final int MAX_OFFERS = 10_000_000;
    private static final int MAX_EVENTS = 1_000_000;
    private static final int MAX_EXAMPLES = 2_000_000;
    private static final int MAX_DECISIONS = 100_000_000;
    private static final int MAX_PROFILES = 100_000_000;

    private BenchMain() {
    }

    /**
     * Runs one bench and ends the process: with 0 when it ran or there was only the usage to print, 64 when the
     * arguments are wrong.
     *
     * @param args bench and its arguments.
     * @throws IOException          when files or processes cannot be had.
     * @throws InterruptedException when interrupted.
     * @throws RunnerException      when a microbenchmark fails.
     */
    public static void main(final String[] args) throws IOException, InterruptedException, RunnerException {
        final int exitCode = run(args, System.out, System.err);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /** Runs one bench; what it finds goes to standard output. */
    static int run(final String[] args, final PrintStream out, final PrintStream err)
        throws IOException, InterruptedException, RunnerException {
        if (args.length == 0 || List.of("--help", "-h", "help").contains(args[0])) {
            out.print(USAGE);
            return 0;
        }
        final Bench bench;
        try {
            bench = bench(args);
        } catch (final IllegalArgumentException wrong) {
            err.println("bench: " + wrong.getMessage());
            err.println("Try 'ops/opportune bench'.");
            return WRONG_USAGE;
        }
        bench.run();
        return 0;
    }

    /** Reads all arguments, so that nothing wrong is noticed only when a bench has run for minutes. */
    private static Bench bench(final String[] args) {
        return switch (args[0]) {
            case "jmh" -> {
                requireAtMost(args, 1);
                yield () -> Microbenchmarks.print(Microbenchmarks.run(args.length == 1 ? ".*" : args[1]));
            }
            case "wire" -> {
                final int seconds = onlyNumber(args, "SECONDS", WireRun.DEFAULT_SECONDS, 1, MAX_SECONDS);
                yield () -> new WireRun(seconds).run(true);
            }
            case "capacity" -> {
                final int seconds = onlyNumber(args, "SECONDS", WireRun.DEFAULT_SECONDS, 1, MAX_SECONDS);
                yield () -> new WireRun(seconds).run(false);
            }
            case "journey" -> {
                final Path directory = directory(args);
                final int passes = number(args, 2, "PASSES", JOURNEY_PASSES, 1, MAX_PASSES);
                yield () -> new JourneyRun(directory, passes).run();
            }
            case "match" -> {
                final MatchOptions options = MatchOptions.of(args);
                directory(args);
                yield () -> MatchRun.run(options);
            }
            case "match-server" -> {
                final Path directory = directory(args);
                final int events = number(args, 2, "EVENTS", MatchServerRun.EVENTS, 1, MAX_EVENTS);
                yield () -> MatchServerRun.run(directory, events, config -> ServerProcess.start(
                    WireRun.SERVER_CORE, ServerMain.class, List.of(config.toString()),
                    config.resolveSibling("server.log")));
            }
            case "http" -> {
                final int seconds = onlyNumber(args, "SECONDS", HttpCompareRun.SECONDS, 1, MAX_SECONDS);
                yield () -> HttpCompareRun.run(seconds, (arguments, log) ->
                    ServerProcess.start(WireRun.SERVER_CORE, StaticHttpServer.class, arguments, log));
            }
            case "bid" -> {
                final Path directory = directory(args, OPENRTB_DATA);
                final int seconds = number(args, 2, "SECONDS", BidLoadRun.SECONDS, 1, MAX_SECONDS);
                yield () -> {
                    final List<String> prefix = BenchJvm.undisturbed();
                    BidLoadRun.run(directory, BidRunSize.FULL, seconds, prefix, undisturbed(prefix));
                };
            }
            case "bid-time" -> {
                final Path directory = directory(args, OPENRTB_DATA);
                final int seconds = number(args, 2, "SECONDS", BidTimeRun.SECONDS, 1, MAX_SECONDS);
                yield () -> {
                    BenchJvm.tieTo(WireRun.CLIENT_CORE);
                    final List<String> first = BenchJvm.first();
                    BidTimeRun.run(directory, BidRunSize.FULL, seconds, undisturbed(BenchJvm.undisturbed()),
                        (main, log) -> {
                            // Not before its code is compiled: the compiler would hardly get round to it.
                            BenchJvm.goFirst();
                            return ServerProcess.startTalking(first, WireRun.SERVER_CORE, main, List.of(), log);
                        });
                };
            }
            case "prequential" -> {
                final Path directory = directory(args);
                final int examples =
                    number(args, 2, "EXAMPLES", PrequentialRun.EXAMPLES, PrequentialRun.LEAST_EXAMPLES, MAX_EXAMPLES);
                yield () ->
                    PrequentialRun.run(directory, System.out, examples, () -> BenchJvm.tieTo(WireRun.SERVER_CORE));
            }
            case "load-catalogue" -> {
                final int offers = onlyNumber(args, "OFFERS", LoadCatalogueRun.OFFERS, 2, MAX_OFFERS);
                yield () -> LoadCatalogueRun.run(offers);
            }
            case "live-changes" -> {
                final int offers =
                    onlyNumber(args, "OFFERS", LoadCatalogueRun.OFFERS, LiveChangeRun.LEAST_OFFERS, MAX_OFFERS);
                yield () -> LiveChangeRun.run(offers);
            }
            case "memory" -> {
                final int profiles = onlyNumber(args, "PROFILES", MemoryRun.PROFILES, 1, MAX_PROFILES);
                yield () -> MemoryRun.run(profiles);
            }
            case "second-stage" -> {
                final int decisions =
                    onlyNumber(args, "DECISIONS", SecondStageRun.DECISIONS, SecondStageRun.TURN, MAX_DECISIONS);
                yield () -> new SecondStageRun(SecondStageRun.CUSTOMERS, SecondStageRun.OFFERS, decisions).run(
                    System.out);
            }
            default -> throw new IllegalArgumentException("found " + args[0] + ", allowed: jmh, wire, capacity,"
                + " journey, match, match-server, load-catalogue, live-changes, memory, bid, bid-time, prequential,"
                + " http, second-stage");
        };
    }

    private static TalkingServer.Starter undisturbed(final List<String> prefix) {
        return (main, arguments, log) ->
            ServerProcess.startTalking(prefix, WireRun.SERVER_CORE, main, arguments, log);
    }

    /** The folder in the first argument, or where it usually is. */
    private static Path directory(final String[] args, final String otherwise) {
        return directory(args.length > 1 ? args : new String[] {args[0], otherwise});
    }

    private static Path directory(final String[] args) {
        if (args.length < 2 || args[1].isEmpty()) {
            throw new IllegalArgumentException(args[0] + ": DIR is missing");
        }
        if (!Files.isDirectory(Path.of(args[1]))) {
            throw new IllegalArgumentException(args[0] + ": found DIR " + args[1] + ", which is no folder");
        }
        return Path.of(args[1]);
    }

    private static int onlyNumber(
        final String[] args, final String name, final int otherwise, final int min, final int max) {
        return number(args, 1, name, otherwise, min, max);
    }

    /** The last argument, when it is there. */
    private static int number(
        final String[] args, final int place, final String name, final int otherwise, final int min, final int max) {
        requireAtMost(args, place);
        if (args.length <= place) {
            return otherwise;
        }
        final String found = args[place];
        final boolean digits = found.matches("[0-9]{1,9}");
        if (!digits || Integer.parseInt(found) < min || Integer.parseInt(found) > max) {
            throw new IllegalArgumentException(
                args[0] + ": found " + name + " " + found + ", allowed: whole numbers from " + min + " to " + max);
        }
        return Integer.parseInt(found);
    }

    private static void requireAtMost(final String[] args, final int arguments) {
        if (args.length > arguments + 1) {
            throw new IllegalArgumentException(
                args[0] + ": found " + (args.length - 1) + " arguments, allowed: at most " + arguments);
        }
    }

    private interface Bench {
        void run() throws IOException, InterruptedException, RunnerException;
    }
}
