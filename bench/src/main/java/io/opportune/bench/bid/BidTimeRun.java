package io.opportune.bench.bid;

import io.opportune.bench.fixture.Disk;
import io.opportune.bench.fixture.TalkingServer;
import io.opportune.loadtest.http.HttpLoad;
import io.opportune.loadtest.http.HttpLoadSettings;
import io.opportune.loadtest.http.HttpLoadSource;
import io.opportune.loadtest.http.HttpTally;
import io.opportune.loadtest.pause.Pauses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Requests with little time, twice as many as the server can decide on, from an open loop: not one answer may come
 * later than its request's {@code tmax} after it was really sent, except where the machine or the generator stood
 * still meanwhile. The load that it can bear is found first, by a closed loop. The server's files, its journal among
 * them, are in memory where there is room: a store into a page of the journal that the disk is just writing would wait
 * for the disk. Said on standard output.
 */
public final class BidTimeRun {
    /** Seconds of the open loop unless told otherwise. */
    public static final int SECONDS = 30;

    private static final int[] TMAX_MS = {5, 10, 30, 100};
    private static final double OVERLOAD = 2;
    private static final double MAX_EXCUSED = 0.0001;
    private static final Shape CLOSED = new Shape(8, 8);
    private static final Shape OPEN = new Shape(64, 16);
    private static final int LONGEST_CLOSED_SECONDS = 5;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_GROUPS_SHOWN = 20;
    private static final long GROUP_GAP_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Connections and requests in flight on each. */
    private record Shape(int connections, int depth) {
    }

    /** Who records the pauses of the server's core; asked on the generator's thread, just before it measures. */
    @FunctionalInterface
    public interface Recorder {
        /**
         * Begins.
         *
         * @param main that records.
         * @param log  where what it says on standard error goes.
         * @return asked for the pauses at the end.
         * @throws IOException          when it does not start.
         * @throws InterruptedException when interrupted.
         */
        TalkingServer start(Class<?> main, Path log) throws IOException, InterruptedException;
    }

    /**
     * What a run came to.
     *
     * @param tally      of the open loop.
     * @param late       answers that came too late although nothing stood still.
     * @param excused    answers that came too late while something stood still.
     * @param sustainable requests a second that the closed loop had answered.
     */
    public record Result(HttpTally tally, long late, long excused, double sustainable) {
    }

    private BidTimeRun() {
    }

    /**
     * Measures and prints.
     *
     * @param directory of the OpenRTB data.
     * @param size      of the run, of which the rounds do not count.
     * @param seconds   of the open loop.
     * @param starter   of the server on its core.
     * @param recorder  of the pauses of that core.
     * @return what it came to.
     * @throws IOException          when processes or files cannot be had, or the server breaks off.
     * @throws InterruptedException when interrupted.
     */
    public static Result run(final Path directory, final BidRunSize size, final int seconds,
        final TalkingServer.Starter starter, final Recorder recorder) throws IOException, InterruptedException {
        try (BidServerFixture fixture = BidServerFixture.start(
            BidServerFixture.memory(), size, List.of(), starter)) {
            final HttpLoadSource relaxed = source(BidTraffic.of(directory, fixture.users()));
            load(fixture, relaxed, CLOSED, 0, 0, size.warmUpSeconds() * SECOND_NS);
            Disk.settle();
            final HttpLoadSource urgent = source(BidTraffic.of(directory, fixture.users(), TMAX_MS));
            return measure(fixture, relaxed, urgent, size.warmUpSeconds(), seconds, recorder);
        }
    }

    /**
     * The closed loop, then the open one at twice its rate; this one, too, is warmed up, because what is turned away
     * takes another way through the server, which is compiled in its turn.
     */
    private static Result measure(final BidServerFixture fixture, final HttpLoadSource relaxed,
        final HttpLoadSource urgent, final int warmUpSeconds, final int seconds, final Recorder recorder)
        throws IOException, InterruptedException {
        final long closedNs = Math.min(LONGEST_CLOSED_SECONDS, seconds) * SECOND_NS;
        final HttpTally closed = load(fixture, relaxed, CLOSED, 0, closedNs / 4, closedNs);
        final double sustainable = closed.ok() * 1e9 / closed.elapsedNs();
        System.out.printf(Locale.ROOT, "closed loop, %d connections x %d in flight, usual tmax: %,.0f answers with a"
            + " bid a second, %.1f %% of all%n", CLOSED.connections(), CLOSED.depth(), sustainable,
            100.0 * closed.ok() / (closed.ok() + closed.none()));
        load(fixture, urgent, OPEN, OVERLOAD * sustainable, 0, 2 * warmUpSeconds * SECOND_NS);
        Disk.settle();
        final Map<String, Long> before = fixture.counters();
        final HttpTally tally;
        final Pauses ofServer;
        try (TalkingServer pauses = recorder.start(PauseMain.class, fixture.folder().resolve("pauses.log"))) {
            tally = load(fixture, urgent, OPEN, OVERLOAD * sustainable, SECOND_NS, seconds * SECOND_NS);
            ofServer = PauseMain.read(pauses.ask(PauseMain.PAUSES, PauseMain.PAUSES));
        }
        final Result result = result(tally, ofServer, sustainable);
        print(result, ofServer, before, fixture.counters());
        return result;
    }

    private static HttpLoadSource source(final BidTraffic traffic) {
        final List<byte[]> requests = new ArrayList<>();
        for (final byte[] body : traffic.bodies()) {
            final byte[] head = ("POST /openrtb2/bid/" + BidServerFiles.EXCHANGE + " HTTP/1.1\r\nHost: bid.example\r\n"
                + "Content-Type: application/json\r\nx-openrtb-version: 2.6\r\nContent-Length: " + body.length
                + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
            final byte[] request = new byte[head.length + body.length];
            System.arraycopy(head, 0, request, 0, head.length);
            System.arraycopy(body, 0, request, head.length, body.length);
            requests.add(request);
        }
        return new HttpLoadSource() {
            @Override
            public int count() {
                return requests.size();
            }

            @Override
            public byte[] request(final int index) {
                return requests.get(index);
            }

            @Override
            public long timeNs(final int index) {
                return TimeUnit.MILLISECONDS.toNanos(traffic.tmaxMs(index));
            }
        };
    }

    private static HttpTally load(final BidServerFixture fixture, final HttpLoadSource source, final Shape shape,
        final double rate, final long warmUpNs, final long durationNs) throws IOException {
        return new HttpLoad(new HttpLoadSettings(fixture.httpPort(), shape.connections(), shape.depth(), rate, warmUpNs,
            durationNs, 2 * SECOND_NS), source).run();
    }

    private static Result result(final HttpTally tally, final Pauses ofServer, final double sustainable) {
        final List<HttpTally.Late> unexcused = new ArrayList<>();
        for (final HttpTally.Late each : tally.late()) {
            if (!tally.pauses().overlap(each.sentNs(), each.answeredNs())
                && !ofServer.overlap(each.sentNs(), each.answeredNs())) {
                unexcused.add(each);
            }
        }
        showGroups(unexcused, tally.pauses(), ofServer);
        return new Result(tally, unexcused.size(), tally.late().size() - unexcused.size(), sustainable);
    }

    /** Late answers come in groups, each of which has one cause. */
    private static void showGroups(
        final List<HttpTally.Late> late, final Pauses ofGenerator, final Pauses ofServer) {
        int from = 0;
        int groups = 0;
        while (from < late.size()) {
            int to = from + 1;
            long longestNs = took(late.get(from));
            while (to < late.size() && late.get(to).answeredNs() - late.get(to - 1).answeredNs() < GROUP_GAP_NS) {
                longestNs = Math.max(longestNs, took(late.get(to++)));
            }
            if (groups++ < MAX_GROUPS_SHOWN) {
                final long sentNs = late.get(from).sentNs();
                System.out.printf(Locale.ROOT, "LATE: %,d answers within %s, up to %s after their request; the first"
                    + " was sent %s after a pause of the generator and %s after one of the server's core%n", to - from,
                    ms(late.get(to - 1).answeredNs() - sentNs), ms(longestNs), since(ofGenerator, sentNs),
                    since(ofServer, sentNs));
            }
            from = to;
        }
        if (groups > 0) {
            System.out.printf(Locale.ROOT, "late answers came in %,d groups%n", groups);
        }
    }

    private static String since(final Pauses pauses, final long atNs) {
        final long sinceNs = pauses.sinceLastNs(atNs);
        return sinceNs == Long.MAX_VALUE ? "never" : ms(sinceNs);
    }

    private static long took(final HttpTally.Late late) {
        return late.answeredNs() - late.sentNs();
    }

    private static void print(
        final Result result, final Pauses ofServer, final Map<String, Long> before, final Map<String, Long> after) {
        final HttpTally tally = result.tally();
        final long answered = tally.ok() + tally.none() + tally.other();
        final double seconds = tally.sendingNs() / 1e9;
        System.out.printf(Locale.ROOT, "open loop, %d connections x %d in flight: wanted %,.0f/s, sent %,.0f/s (%.2f"
            + " of the sustainable), %,d held back for want of room, %,d not sent; the generator's own send delay"
            + " p99 %s%n", OPEN.connections(), OPEN.depth(), OVERLOAD * result.sustainable(), tally.sent() / seconds,
            tally.sent() / seconds / result.sustainable(), tally.heldBack(), tally.unsent(),
            ms(tally.sendDelay().getValueAtPercentile(99)));
        System.out.printf(Locale.ROOT, "%,d sent, %,d answered (%,d with a bid, %.1f %%; %,d 204; %,d others), %,d"
            + " unanswered; goodput %,.0f bids in time a second, %.2f of the sustainable load%n", tally.sent(),
            answered, tally.ok(), 100.0 * tally.ok() / answered, tally.none(), tally.other(), tally.unanswered(),
            (tally.ok() - tally.lateOk()) / seconds, (tally.ok() - tally.lateOk()) / seconds / result.sustainable());
        for (final HttpTally.ByTime each : tally.classes()) {
            System.out.printf(Locale.ROOT, "tmax %3d ms: %,9d bids, %,9d 204, late %,d bids and %,d 204; from the"
                + " actual send %s%n", TimeUnit.NANOSECONDS.toMillis(each.timeNs()), each.ok(), each.none(),
                each.lateOk(), each.lateNone(), percentiles(each.fromSend()));
        }
        System.out.printf(Locale.ROOT, "from the actual send %s%nfrom the scheduled time %s%n",
            percentiles(tally.fromSend()), percentiles(tally.fromIntended()));
        pauses("the generator", tally.pauses());
        pauses("the server's core", ofServer);
        for (final String name : List.of("bids_none_overload", "bids_none_insufficient_time", "bids_none_no_offer",
            "bids_none_below_floor", "http_answers_expired", "decisions_shed", "decisions_late", "errors")) {
            System.out.printf(Locale.ROOT, "%s %,d  ", name, after.get(name) - before.get(name));
        }
        System.out.printf(Locale.ROOT, "%nlate: %,d, none allowed: %s; late while the machine or the generator stood"
            + " still: %,d, %.4f %% of all answers, at most %.2f %%: %s%n", result.late(),
            result.late() == 0 ? "kept" : "MISSED", result.excused(), 100.0 * result.excused() / answered,
            100 * MAX_EXCUSED, result.excused() <= MAX_EXCUSED * answered ? "kept" : "MISSED");
    }

    private static void pauses(final String whose, final Pauses pauses) {
        System.out.printf(Locale.ROOT, "pauses of %s: %,d, together %s, the longest %s%n", whose, pauses.count(),
            ms(pauses.totalNs()), ms(pauses.longestNs()));
    }

    private static String percentiles(final Histogram histogram) {
        return "p50 " + ms(histogram.getValueAtPercentile(50)) + ", p99 " + ms(histogram.getValueAtPercentile(99))
            + ", p99.9 " + ms(histogram.getValueAtPercentile(99.9)) + ", max " + ms(histogram.getMaxValue());
    }

    private static String ms(final long ns) {
        return String.format(Locale.ROOT, "%.3f ms", ns / 1e6);
    }
}
