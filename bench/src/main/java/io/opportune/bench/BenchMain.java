package io.opportune.bench;

import io.opportune.bench.catalogue.LiveChangeRun;
import io.opportune.bench.catalogue.LoadCatalogueRun;
import io.opportune.bench.http.HttpCompareRun;
import io.opportune.bench.http.StaticHttpServer;
import io.opportune.bench.match.MatchOptions;
import io.opportune.bench.match.MatchRun;
import io.opportune.bench.match.MatchServerRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** Entry point of the benches. Run from the project's folder, so that {@code ops/jvm.args} is found. */
public final class BenchMain {
    private static final String USAGE = """
        usage: BenchMain COMMAND
          jmh [REGEX]       microbenchmarks with allocation profile; all of them without REGEX
          wire [SECONDS]    echo limit, the server and the in-process figure of one run, and the open loop at half
          capacity [SECONDS]  the server alone: closed loop, then open loop at half
          journey DIR [PASSES]  Complete Journey as fast as answers come, beside the echo limit
          match DIR [--mode all|best:K] [--trees] [--sigma S] [--with lucene,roaring,drools]
                            the targeting index beside a naive scan, and others, on the workload in DIR
          match-server DIR [EVENTS]  a server with the workload in DIR as its catalogue gives the winners of a scan
          load-catalogue [OFFERS]  loads a made-up catalogue, each offer with a rule of its own, then one changed
          live-changes [OFFERS]  offers, pauses and catalogues changed while a server decides
          http [SECONDS]    our HTTP transport beside a bare Netty server, both with a static answer; needs wrk
          memory            bytes of 1,000,000 profiles and of linked ids
        """;

    private static final int JOURNEY_PASSES = 10;

    private BenchMain() {
    }

    /**
     * Runs one command.
     *
     * @param args command and its arguments.
     * @throws IOException          when files or processes cannot be had.
     * @throws InterruptedException when interrupted.
     * @throws RunnerException      when a microbenchmark fails.
     */
    public static void main(final String[] args) throws IOException, InterruptedException, RunnerException {
        final String command = args.length == 0 ? "" : args[0];
        final String argument = args.length < 2 ? "" : args[1];
        switch (command) {
            case "jmh" -> Microbenchmarks.print(Microbenchmarks.run(argument.isEmpty() ? ".*" : argument));
            case "wire" -> new WireRun(seconds(argument)).run(true);
            case "capacity" -> new WireRun(seconds(argument)).run(false);
            case "journey" -> new JourneyRun(Path.of(argument), args.length < 3 ? JOURNEY_PASSES
                : Integer.parseInt(args[2])).run();
            case "match" -> MatchRun.run(matchOptions(args));
            case "match-server" -> MatchServerRun.run(Path.of(argument), args.length < 3 ? MatchServerRun.EVENTS
                : Integer.parseInt(args[2]), config -> ServerProcess.start(
                    WireRun.SERVER_CORE, ServerMain.class, List.of(config.toString()),
                    config.resolveSibling("server.log")));
            case "load-catalogue" -> LoadCatalogueRun.run(
                argument.isEmpty() ? LoadCatalogueRun.OFFERS : Integer.parseInt(argument));
            case "live-changes" -> LiveChangeRun.run(
                argument.isEmpty() ? LoadCatalogueRun.OFFERS : Integer.parseInt(argument));
            case "http" -> HttpCompareRun.run(argument.isEmpty() ? HttpCompareRun.SECONDS : Integer.parseInt(argument),
                (arguments, log) -> ServerProcess.start(WireRun.SERVER_CORE, StaticHttpServer.class, arguments, log));
            case "memory" -> MemoryRun.run(argument.isEmpty() ? MemoryRun.PROFILES : Integer.parseInt(argument));
            default -> {
                System.err.println("unknown arguments " + Arrays.toString(args) + "\n" + USAGE);
                System.exit(2);
            }
        }
    }

    private static MatchOptions matchOptions(final String[] args) {
        try {
            return MatchOptions.of(args);
        } catch (final IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
            throw wrong;
        }
    }

    private static int seconds(final String argument) {
        return argument.isEmpty() ? WireRun.DEFAULT_SECONDS : Integer.parseInt(argument);
    }
}
