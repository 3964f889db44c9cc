package io.opportune.bench.http;

import io.opportune.bench.fixture.RunningServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code wrk} on one core against our transport and a bare Netty server on the other, in turns, so that whatever the
 * machine does meanwhile meets both. Needs {@code wrk} and {@code taskset} on the path.
 */
public final class HttpCompareRun {
    /** Seconds of each turn unless told otherwise. */
    public static final int SECONDS = 3;

    private static final int ROUNDS = 5;
    private static final int WARM_UP_SECONDS = 6;
    private static final int CONNECTIONS = 64;
    private static final int CLIENT_CORE = 1;
    private static final int REQUEST_BYTES = 1500;
    private static final int ANSWER_BYTES = 800;
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");

    private HttpCompareRun() {
    }

    /** Starts a server in a process of its own. */
    @FunctionalInterface
    public interface Launcher {
        /**
         * Starts it and waits until it tells its port.
         *
         * @param arguments of {@link StaticHttpServer}.
         * @param log       where what it says on standard error goes.
         * @return the running server.
         * @throws IOException when it does not start.
         */
        RunningServer start(List<String> arguments, Path log) throws IOException;
    }

    /**
     * Measures and prints.
     *
     * @param seconds  of each of the ten turns.
     * @param launcher of servers.
     * @throws IOException          when processes or files cannot be had.
     * @throws InterruptedException when interrupted.
     */
    public static void run(final int seconds, final Launcher launcher) throws IOException, InterruptedException {
        final Path folder = Files.createTempDirectory("opportune-http");
        final Path script = Files.writeString(folder.resolve("post.lua"), """
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/json"
            wrk.headers["x-openrtb-version"] = "2.6"
            wrk.body = '{"id":"%s"}'
            """.formatted("x".repeat(REQUEST_BYTES)));
        final String answer = Integer.toString(ANSWER_BYTES);
        try (RunningServer netty = launcher.start(List.of(StaticHttpServer.NETTY, answer), folder.resolve("netty.log"));
            RunningServer ours = launcher.start(List.of(StaticHttpServer.OURS, answer), folder.resolve("ours.log"))) {
            System.out.printf(Locale.ROOT,
                "requests of %d bytes, answers of %d, %d connections, %d turns of %d s each%n",
                REQUEST_BYTES, ANSWER_BYTES, CONNECTIONS, ROUNDS, seconds);
            wrk(netty.port(), WARM_UP_SECONDS, script);
            wrk(ours.port(), WARM_UP_SECONDS, script);
            final List<Turn> nettyTurns = new ArrayList<>();
            final List<Turn> ourTurns = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                nettyTurns.add(wrk(netty.port(), seconds, script));
                ourTurns.add(wrk(ours.port(), seconds, script));
                System.out.printf(Locale.ROOT, "netty %s   ours %s%n", nettyTurns.getLast(), ourTurns.getLast());
            }
            final double nettyMedian = median(nettyTurns);
            final double ourMedian = median(ourTurns);
            System.out.printf(Locale.ROOT, "median: netty %.0f/s, ours %.0f/s, ratio %.3f%n",
                nettyMedian, ourMedian, ourMedian / nettyMedian);
        }
    }

    /** One turn of wrk: requests per second, and how busy its core was. */
    private record Turn(double rate, double busy) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.0f/s (wrk %.0f %% busy)", rate, 100 * busy);
        }
    }

    private static double median(final List<Turn> turns) {
        final double[] rates = turns.stream().mapToDouble(Turn::rate).toArray();
        Arrays.sort(rates);
        return rates[rates.length / 2];
    }

    private static Turn wrk(final int port, final int seconds, final Path script)
        throws IOException, InterruptedException {
        final long startNs = System.nanoTime();
        final Process wrk = new ProcessBuilder("taskset", "-c", Integer.toString(CLIENT_CORE), "wrk", "-t1",
            "-c" + CONNECTIONS, "-d" + seconds + "s", "-s", script.toString(),
            "http://127.0.0.1:" + port + "/openrtb2/bid/test").redirectErrorStream(true).start();
        double busy = 0;
        while (!wrk.waitFor(100, TimeUnit.MILLISECONDS)) {
            final long elapsedNs = System.nanoTime() - startNs;
            busy = wrk.info().totalCpuDuration().map(used -> (double) used.toNanos() / elapsedNs).orElse(busy);
        }
        final StringBuilder output = new StringBuilder();
        try (BufferedReader reader = wrk.inputReader()) {
            reader.lines().forEach(line -> output.append(line).append('\n'));
        }
        final Matcher rate = RATE.matcher(output);
        if (wrk.exitValue() != 0 || !rate.find() || output.indexOf("Non-2xx") >= 0
            || output.indexOf("Socket errors") >= 0) {
            throw new IOException("wrk said:\n" + output);
        }
        return new Turn(Double.parseDouble(rate.group(1)), busy);
    }
}
