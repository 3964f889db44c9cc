package io.opportune.bench.bid;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code wrk} with one thread on one core and keep-alive connections with one request at a time on each. A script reads
 * the bodies from a file, sends them in turn and looks at each answer. Owned by one thread.
 */
final class Wrk {
    private static final Pattern TOLD = Pattern.compile(
        "told requests=(\\d+) duration_us=(\\d+) bytes=(\\d+) errors=(\\d+) ok=(\\d+) bids=(\\d+) none=(\\d+)"
            + " other=(\\d+) body=(\\d+) p50_us=(\\d+) p99_us=(\\d+)");
    /** Written for the LuaJIT of wrk 4.x. A bid is an answer 200 with markup in it. */
    private static final String SCRIPT = """
        local bodies = {}
        local nextBody = 0
        local inspect = %s
        ok, bids, none, other, bodyBytes = 0, 0, 0, 0, 0
        local threads = {}

        function setup(thread)
          threads[#threads + 1] = thread
        end

        function init(args)
          wrk.headers["Content-Type"] = "application/json"
          wrk.headers["x-openrtb-version"] = "2.6"
          for line in io.lines("%s") do
            bodies[#bodies + 1] = wrk.format("POST", "%s", nil, line)
          end
          collectgarbage()
        end

        function request()
          nextBody = nextBody %% #bodies + 1
          return bodies[nextBody]
        end

        if inspect then
          function response(status, headers, body)
            if status == 200 then
              ok = ok + 1
              bodyBytes = bodyBytes + #body
              if string.find(body, '"seatbid"', 1, true) and string.find(body, '"adm":"', 1, true) then
                bids = bids + 1
              end
            elseif status == 204 then
              none = none + 1
            else
              other = other + 1
            end
          end
        end

        function done(summary, latency, requests)
          local t = threads[1]
          local e = summary.errors
          io.write(string.format("told requests=%%d duration_us=%%d bytes=%%d errors=%%d ok=%%d bids=%%d none=%%d"
            .. " other=%%d body=%%d p50_us=%%d p99_us=%%d\\n",
            summary.requests, summary.duration, summary.bytes,
            e.connect + e.read + e.write + e.status + e.timeout,
            t:get("ok"), t:get("bids"), t:get("none"), t:get("other"), t:get("bodyBytes"),
            latency:percentile(50), latency:percentile(99)))
        end
        """;

    private final List<String> prefix;
    private final int core;
    private final int connections;
    private final Path inspecting;
    private final Path blind;

    /**
     * One turn.
     *
     * @param requests  answered.
     * @param seconds   that it took.
     * @param errors    of sockets and statuses from 400 on.
     * @param ok        answers 200; 0 in a turn that does not look at answers, as are the next four.
     * @param bids      of them, with markup.
     * @param none      answers 204.
     * @param other     answers with other statuses.
     * @param bodyBytes of all answers 200.
     * @param busy      share of its core that wrk used.
     * @param p50Us     median time from request to answer, microseconds.
     * @param p99Us     99th percentile likewise.
     */
    record Turn(long requests, double seconds, long errors, long ok, long bids, long none, long other, long bodyBytes,
        double busy, long p50Us, long p99Us) {
        /** Requests per second. */
        double rate() {
            return requests / seconds;
        }
    }

    /**
     * Prepares turns.
     *
     * @param prefix      of its command.
     * @param core        that wrk is tied to.
     * @param connections open at once.
     * @param bodies      sent in turn.
     * @param path        that they are posted to.
     * @param folder      for the files of bodies and scripts.
     */
    Wrk(final List<String> prefix, final int core, final int connections, final List<byte[]> bodies, final String path,
        final Path folder) throws IOException {
        this.prefix = prefix;
        this.core = core;
        this.connections = connections;
        final ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (final byte[] body : bodies) {
            lines.write(body);
            lines.write('\n');
        }
        Files.createDirectories(folder);
        final Path file = Files.write(folder.resolve("bodies.jsonl"), lines.toByteArray());
        inspecting = Files.writeString(
            folder.resolve("inspecting.lua"), String.format(Locale.ROOT, SCRIPT, "true", file, path));
        blind = Files.writeString(
            folder.resolve("blind.lua"), String.format(Locale.ROOT, SCRIPT, "false", file, path));
    }

    /**
     * Sends for some time.
     *
     * @param port    of the server on this machine.
     * @param seconds of sending.
     * @param inspect whether each answer is looked at.
     * @throws IOException when wrk fails, says something else than expected or meets errors.
     */
    Turn turn(final int port, final int seconds, final boolean inspect) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("taskset", "-c", Integer.toString(core), Tools.find(Tools.WRK).toString(), "-t1",
            "-c" + connections, "-d" + seconds + "s", "--timeout", "10s", "-s",
            (inspect ? inspecting : blind).toString(), "http://127.0.0.1:" + port + "/"));
        final Process wrk = new ProcessBuilder(command).redirectErrorStream(true).start();
        final StringBuilder output = new StringBuilder();
        final Thread reading = Thread.ofPlatform().daemon().start(() -> {
            try (BufferedReader reader = wrk.inputReader()) {
                reader.lines().forEach(line -> output.append(line).append('\n'));
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        // The bodies are read before it begins: its processor time is taken in the last three quarters of its time.
        final List<long[]> samples = new ArrayList<>();
        while (!wrk.waitFor(50, TimeUnit.MILLISECONDS)) {
            final long nowNs = System.nanoTime();
            wrk.info().totalCpuDuration().ifPresent(used -> samples.add(new long[] {nowNs, used.toNanos()}));
        }
        reading.join();
        final Matcher told = TOLD.matcher(output);
        if (wrk.exitValue() != 0 || !told.find() || Long.parseLong(told.group(4)) > 0) {
            throw new IOException("wrk said:\n" + output);
        }
        return new Turn(number(told, 1), number(told, 2) / 1e6, number(told, 4), number(told, 5), number(told, 6),
            number(told, 7), number(told, 8), number(told, 9), busy(samples), number(told, 10), number(told, 11));
    }

    private static double busy(final List<long[]> samples) {
        if (samples.size() < 4) {
            return 0;
        }
        final long[] from = samples.get(samples.size() / 4);
        final long[] to = samples.getLast();
        return (double) (to[1] - from[1]) / (to[0] - from[0]);
    }

    private static long number(final Matcher matcher, final int group) {
        return Long.parseLong(matcher.group(group));
    }
}
