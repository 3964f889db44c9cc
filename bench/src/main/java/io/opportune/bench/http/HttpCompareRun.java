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
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code wrk} on one core against our transport and a bare Netty server on the other, in turns, so that whatever the
 * machine does meanwhile meets both alike. Needs {@code wrk} and {@code taskset} on the path.
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

    /** A server in a process of its own. */
    public interface Server extends RunningServer {
        /**
         * Processor time that its process has used.
         *
         * @return nanoseconds since it started.
         */
        long cpuNs();
    }

    /** Starts a server. */
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
        Server start(List<String> arguments, Path log) throws IOException;
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
        try (Server netty = launcher.start(List.of(StaticHttpServer.NETTY, answer), folder.resolve("netty.log"));
            Server ours = launcher.start(List.of(StaticHttpServer.OURS, answer), folder.resolve("ours.log"))) {
            System.out.printf(Locale.ROOT,
                "requests of %d bytes, answers of %d, %d connections, %d turns of %d s each%n",
                REQUEST_BYTES, ANSWER_BYTES, CONNECTIONS, ROUNDS, seconds);
            wrk(netty, WARM_UP_SECONDS, script);
            wrk(ours, WARM_UP_SECONDS, script);
            final List<Turn> nettyTurns = new ArrayList<>();
            final List<Turn> ourTurns = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                nettyTurns.add(wrk(netty, seconds, script));
                ourTurns.add(wrk(ours, seconds, script));
                System.out.printf(Locale.ROOT, "netty %s   ours %s%n", nettyTurns.getLast(), ourTurns.getLast());
            }
            print("requests per second", nettyTurns, ourTurns, Turn::rate);
            // What others on the machine take from the core changes the rate, but hardly this.
            print("ns of the server's core per request", nettyTurns, ourTurns, Turn::cpuNs);
        }
    }

    /** One turn of wrk: requests per second, how busy its core was, the server's processor time for each request. */
    private record Turn(double rate, double busy, double cpuNs) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.0f/s, %.1f us of the server's core each (wrk %.0f %% busy)",
                rate, cpuNs / 1000, 100 * busy);
        }
    }

    private static void print(
        final String what, final List<Turn> nettyTurns, final List<Turn> ourTurns, final ToDoubleFunction<Turn> of) {
        final double netty = median(nettyTurns, of);
        final double ours = median(ourTurns, of);
        System.out.printf(Locale.ROOT, "median %s: netty %.0f, ours %.0f, ratio %.3f%n",
            what, netty, ours, ours / netty);
    }

    private static double median(final List<Turn> turns, final ToDoubleFunction<Turn> of) {
        final double[] values = turns.stream().mapToDouble(of).toArray();
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static Turn wrk(final Server server, final int seconds, final Path script)
        throws IOException, InterruptedException {
        final long startNs = System.nanoTime();
        final long startCpuNs = server.cpuNs();
        final Process wrk = new ProcessBuilder("taskset", "-c", Integer.toString(CLIENT_CORE), "wrk", "-t1",
            "-c" + CONNECTIONS, "-d" + seconds + "s", "-s", script.toString(),
            "http://127.0.0.1:" + server.port() + "/openrtb2/bid/test").redirectErrorStream(true).start();
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
        final double requestsPerSecond = Double.parseDouble(rate.group(1));
        return new Turn(requestsPerSecond, busy, (server.cpuNs() - startCpuNs) / (requestsPerSecond * seconds));
    }
}
