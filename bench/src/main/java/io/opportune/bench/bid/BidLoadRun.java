package io.opportune.bench.bid;

import io.opportune.bench.fixture.Disk;
import io.opportune.bench.fixture.Percentiles;
import io.opportune.bench.fixture.TalkingServer;
import io.opportune.bench.http.StaticHttpServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * The bidder under {@code wrk}, in turns with nginx and a bare Netty server that answer the same requests with bodies
 * of the same size, so that whatever the machine does meanwhile meets all alike. Said on standard output.
 */
public final class BidLoadRun {
    /** Seconds of each turn unless told otherwise. */
    public static final int SECONDS = 5;

    private static final int CONNECTIONS = 64;
    private static final String BIDS_REQUESTS = "bids_requests";
    private static final String BIDS_RESPONSES = "bids_responses";
    private static final String JOURNAL_RECORDS = "journal_records";
    private static final int SERVER_CORE = 0;
    private static final int CLIENT_CORE = 1;
    private static final int STATIC_WARM_UP_SECONDS = 6;
    private static final int SETTLE_SECONDS = 10;
    private static final int SETTLE_MILLIS = 50;
    private static final List<String> REQUESTS_AND_RECORDS =
        List.of(BIDS_REQUESTS, BIDS_RESPONSES, JOURNAL_RECORDS);
    private static final double MIN_OF_NGINX = 0.45;
    private static final double MIN_OF_NETTY = 0.6;
    private static final double AIM_OF_NETTY = 0.8;
    private static final double MIN_FILL = 0.6;
    private static final double MAX_CLIENT_BUSY = 0.9;

    private BidLoadRun() {
    }

    /**
     * What a run came to.
     *
     * @param fill    share of answers with a bid in the poorest turn.
     * @param ofNginx requests a second, as a share of nginx's.
     * @param ofNetty requests a second, as a share of the bare Netty server's.
     */
    public record Result(double fill, double ofNginx, double ofNetty) {
    }

    /** One turn beside what the server used and counted in it. */
    private record Measured(Wrk.Turn turn, double cpuNs, double serverBusy) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%,.0f/s (%.1f us of the core each, core %.0f %% busy, wrk %.0f %%)",
                turn.rate(), cpuNs / 1_000, 100 * serverBusy, 100 * turn.busy());
        }
    }

    /**
     * Measures and prints.
     *
     * @param directory of the OpenRTB data.
     * @param size      of the run.
     * @param seconds   of each turn.
     * @param prefix    of the commands of nginx and wrk, such as one that changes their priority; may be empty.
     * @param starter   of servers on the server's core.
     * @return what it came to.
     * @throws IOException          when processes, files or programs cannot be had, or the counts do not agree.
     * @throws InterruptedException when interrupted.
     */
    public static Result run(final Path directory, final BidRunSize size, final int seconds,
        final List<String> prefix, final TalkingServer.Starter starter)
        throws IOException, InterruptedException {
        Tools.require(Tools.WRK, Tools.NGINX, Tools.TASKSET);
        try (BidServerFixture fixture = BidServerFixture.start(
            BidServerFixture.disk(), size, List.of(), starter)) {
            final BidTraffic traffic = BidTraffic.of(directory, fixture.users());
            System.out.printf(Locale.ROOT, "%,d different requests of %.0f bytes in the mean, %.1f %% of linked"
                + " users, %.1f %% may be looked up%n", traffic.bodies().size(), traffic.meanBytes(),
                100.0 * traffic.linked() / traffic.bodies().size(),
                100.0 * traffic.consented() / traffic.bodies().size());
            final Wrk wrk = new Wrk(prefix, CLIENT_CORE, CONNECTIONS, traffic.bodies(),
                "/openrtb2/bid/" + BidServerFiles.EXCHANGE, fixture.folder().resolve("wrk"));
            wrk.turn(fixture.httpPort(), size.warmUpSeconds(), true);
            final Map<String, Long> before = fixture.counters();
            final Measured counted = ours(fixture, wrk, seconds);
            final Map<String, Long> after = fixture.counters();
            final int answerBytes = Math.toIntExact(counted.turn().bodyBytes() / counted.turn().requests());
            System.out.printf(Locale.ROOT, "answers of %,d bytes in the mean (of those with a bid %,d), %,d bytes of"
                + " journal for a decision, %.1f %% of requests name somebody who may be looked up%n", answerBytes,
                counted.turn().bodyBytes() / Math.max(1, counted.turn().ok()),
                grown("journal_bytes", before, after) / Math.max(1, grown(JOURNAL_RECORDS, before, after)),
                100.0 * grown("bids_customers", before, after) / grown(BIDS_REQUESTS, before, after));
            Disk.settle();
            return compare(fixture, wrk, answerBytes, size, seconds, prefix, starter);
        }
    }

    private static Result compare(final BidServerFixture fixture, final Wrk wrk, final int answerBytes,
        final BidRunSize size, final int seconds, final List<String> prefix, final TalkingServer.Starter starter)
        throws IOException, InterruptedException {
        final List<Measured> nginxTurns = new ArrayList<>();
        final List<Measured> nettyTurns = new ArrayList<>();
        final List<Measured> ourTurns = new ArrayList<>();
        try (Nginx nginx = Nginx.start(prefix, SERVER_CORE, answerBytes, fixture.folder().resolve("nginx"));
            TalkingServer netty = starter.start(StaticHttpServer.class,
                List.of(StaticHttpServer.NETTY, Integer.toString(answerBytes)),
                fixture.folder().resolve("netty.log"))) {
            wrk.turn(nginx.port(), 1, true);
            wrk.turn(netty.port(), Math.min(STATIC_WARM_UP_SECONDS, size.warmUpSeconds()), true);
            for (int round = 0; round < size.rounds(); round++) {
                nginxTurns.add(measure(nginx.port(), nginx::cpuNs, wrk, seconds, false));
                nettyTurns.add(measure(netty.port(), netty::cpuNs, wrk, seconds, false));
                ourTurns.add(ours(fixture, wrk, seconds));
                System.out.printf(Locale.ROOT, "nginx %s   netty %s   ours %s%n", nginxTurns.getLast(),
                    nettyTurns.getLast(), ourTurns.getLast());
            }
        }
        return judge(nginxTurns, nettyTurns, ourTurns);
    }

    private static Measured measure(final int port, final LongSupplier cpu, final Wrk wrk, final int seconds,
        final boolean inspect) throws IOException, InterruptedException {
        final long cpuNs = cpu.getAsLong();
        final Wrk.Turn turn = wrk.turn(port, seconds, inspect);
        final double usedNs = cpu.getAsLong() - cpuNs;
        return new Measured(turn, usedNs / turn.requests(), usedNs / 1e9 / turn.seconds());
    }

    /** A turn of ours: every answer is looked at, and the server must have counted the same. */
    private static Measured ours(final BidServerFixture fixture, final Wrk wrk, final int seconds)
        throws IOException, InterruptedException {
        final Map<String, Long> before = settled(fixture);
        final Measured measured = measure(fixture.httpPort(), fixture.server()::cpuNs, wrk, seconds, true);
        final Map<String, Long> after = settled(fixture);
        reconcile(measured.turn(), before, after);
        return measured;
    }

    /** The counters once the server has finished with what wrk left behind when it stopped. */
    private static Map<String, Long> settled(final BidServerFixture fixture) throws IOException, InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
        Map<String, Long> last = fixture.counters();
        while (System.nanoTime() - deadlineNs < 0) {
            Thread.sleep(SETTLE_MILLIS);
            final Map<String, Long> previous = last;
            final Map<String, Long> next = fixture.counters();
            if (REQUESTS_AND_RECORDS.stream().allMatch(name -> next.get(name).equals(previous.get(name)))) {
                return next;
            }
            last = next;
        }
        throw new IOException("requests were still being answered " + SETTLE_SECONDS + " s after wrk had stopped");
    }

    /**
     * Compares what wrk and the server counted: wrk stops in the middle of requests, so that each connection may have
     * one that the server counted and wrk did not.
     */
    private static void reconcile(
        final Wrk.Turn turn, final Map<String, Long> before, final Map<String, Long> after) throws IOException {
        final long requests = grown(BIDS_REQUESTS, before, after);
        final long responses = grown(BIDS_RESPONSES, before, after);
        final long records = grown(JOURNAL_RECORDS, before, after);
        final long seen = turn.ok() + turn.none() + turn.other();
        if (turn.bids() != turn.ok() || turn.other() > 0 || off(requests, seen) || off(responses, turn.bids())
            || off(records, requests - undecided(before, after))) {
            throw new IOException("the counts do not agree: the server took " + requests + " requests, gave "
                + responses + " responses with a bid and journalled " + records + " records; wrk had " + turn);
        }
    }

    private static boolean off(final long servers, final long clients) {
        return servers < clients || servers - clients > CONNECTIONS;
    }

    /** Requests without a bid for which nothing was decided. */
    private static long undecided(final Map<String, Long> before, final Map<String, Long> after) {
        long sum = 0;
        for (final String name : after.keySet()) {
            if (name.startsWith("bids_none_") && !name.endsWith("no_offer") && !name.endsWith("below_floor")) {
                sum += grown(name, before, after);
            }
        }
        return sum;
    }

    private static long grown(final String name, final Map<String, Long> before, final Map<String, Long> after) {
        return after.get(name) - before.get(name);
    }

    private static Result judge(
        final List<Measured> nginxTurns, final List<Measured> nettyTurns, final List<Measured> ourTurns) {
        final double fill = ourTurns.stream().mapToDouble(each -> (double) each.turn().bids() / each.turn().requests())
            .min().orElseThrow();
        final double busy = ourTurns.stream().mapToDouble(each -> each.turn().busy()).max().orElseThrow();
        System.out.printf(Locale.ROOT, "answers with a bid and its markup: %.1f %% in the poorest turn, at least"
            + " %.0f %%: %s; wrk at most %.0f %% busy in our turns, below %.0f %%: %s%n", 100 * fill, 100 * MIN_FILL,
            verdict(fill >= MIN_FILL), 100 * busy, 100 * MAX_CLIENT_BUSY, verdict(busy < MAX_CLIENT_BUSY));
        final double ofNginx = ratio(ourTurns, nginxTurns, each -> each.turn().rate());
        final double ofNetty = ratio(ourTurns, nettyTurns, each -> each.turn().rate());
        System.out.printf(Locale.ROOT, "medians: nginx %,.0f/s, static netty %,.0f/s, ours %,.0f/s;"
            + " of nginx %.3f, at least %.2f: %s; of static netty %.3f, at least %.1f: %s, aim %.1f: %s%n",
            median(nginxTurns, each -> each.turn().rate()), median(nettyTurns, each -> each.turn().rate()),
            median(ourTurns, each -> each.turn().rate()), ofNginx, MIN_OF_NGINX, verdict(ofNginx >= MIN_OF_NGINX),
            ofNetty, MIN_OF_NETTY, verdict(ofNetty >= MIN_OF_NETTY), AIM_OF_NETTY, verdict(ofNetty >= AIM_OF_NETTY));
        // What others on the machine take from the core changes the rates, but hardly these.
        final double cpuOfNginx = ratio(nginxTurns, ourTurns, Measured::cpuNs);
        final double cpuOfNetty = ratio(nettyTurns, ourTurns, Measured::cpuNs);
        System.out.printf(Locale.ROOT, "by processor time for a request: nginx %.1f us, static netty %.1f us,"
            + " ours %.1f us; of nginx %.3f, of static netty %.3f%n", median(nginxTurns, Measured::cpuNs) / 1e3,
            median(nettyTurns, Measured::cpuNs) / 1e3, median(ourTurns, Measured::cpuNs) / 1e3, cpuOfNginx,
            cpuOfNetty);
        System.out.printf(Locale.ROOT, "from request to answer (closed loop: service times under that load), median of"
            + " the turns: ours p50 %,.0f us, p99 %,.0f us; netty p50 %,.0f us, p99 %,.0f us%n",
            median(ourTurns, each -> each.turn().p50Us()), median(ourTurns, each -> each.turn().p99Us()),
            median(nettyTurns, each -> each.turn().p50Us()), median(nettyTurns, each -> each.turn().p99Us()));
        sayIfClientBound("nginx", nginxTurns);
        sayIfClientBound("static netty", nettyTurns);
        return new Result(fill, ofNginx, ofNetty);
    }

    private static void sayIfClientBound(final String name, final List<Measured> turns) {
        final double busy = median(turns, each -> each.turn().busy());
        if (busy >= MAX_CLIENT_BUSY) {
            System.out.printf(Locale.ROOT, "wrk was %.0f %% busy with %s: its rate is wrk's, and the ratio by processor"
                + " time is the one that counts%n", 100 * busy, name);
        }
    }

    private static String verdict(final boolean kept) {
        return kept ? "kept" : "MISSED";
    }

    /** Median of the ratios of turns that were taken one after the other. */
    private static double ratio(
        final List<Measured> above, final List<Measured> below, final ToDoubleFunction<Measured> figure) {
        final double[] ratios = new double[above.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figure.applyAsDouble(above.get(i)) / figure.applyAsDouble(below.get(i));
        }
        return Percentiles.median(ratios);
    }

    private static double median(final List<Measured> turns, final ToDoubleFunction<Measured> figure) {
        return Percentiles.median(turns.stream().mapToDouble(figure).toArray());
    }
}
