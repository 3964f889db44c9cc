package io.opportune.bench.match;

import io.opportune.bench.match.rival.Rival;
import io.opportune.bench.match.rival.RivalKind;
import io.opportune.bench.match.rival.RivalWorkload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rivals of one run. Each must find as many offers as the index for each event that it is asked about; a slow one
 * is asked about and timed on the first events only, as many as fit into a bounded time. Owned by one thread.
 */
final class RivalRuns implements AutoCloseable {
    private static final long WARM_UP_NS = 3_000_000_000L;
    private static final long MAX_CHECK_NS = 120_000_000_000L;
    private static final long MAX_TURN_NS = 10_000_000_000L;
    private static final int LEAST_EVENTS = 20;

    private final int eventCount;
    private final int turns;
    private final List<Rival> rivals = new ArrayList<>();
    private final List<Timing> timings = new ArrayList<>();

    private RivalRuns(final int eventCount, final int turns) {
        this.eventCount = eventCount;
        this.turns = turns;
    }

    /**
     * Builds them from the files alone and says how long that took; nothing is read when none is asked for.
     *
     * @param kinds those asked for; one that does not take so many offers is left out, which is said.
     * @param files of the workload.
     * @param turns to be measured.
     */
    static RivalRuns build(final List<RivalKind> kinds, final WorkloadFiles files, final int turns)
        throws IOException {
        if (kinds.isEmpty()) {
            return new RivalRuns(0, turns);
        }
        final RivalWorkload workload = new RivalWorkload();
        files.types().forEach(workload::addAttribute);
        files.readExpressions(workload::addExpression);
        files.readEvents(Integer.MAX_VALUE, workload::addEvent);
        final RivalRuns runs = new RivalRuns(workload.eventCount(), turns);
        for (final RivalKind kind : kinds) {
            if (workload.offerCount() > kind.maxOffers()) {
                System.out.printf(Locale.ROOT, "%s left out: %,d offers, and it is timed with %,d at most%n",
                    kind.label(), workload.offerCount(), kind.maxOffers());
            } else {
                final long startNs = System.nanoTime();
                runs.rivals.add(kind.build(workload));
                System.out.printf(Locale.ROOT, "%s built in %.2f s%n", kind.label(), Timing.secondsSince(startNs));
            }
        }
        return runs;
    }

    /**
     * Compares each rival with the index, warms it up, and sees how many events fit into a turn.
     *
     * @param index ready to count every event.
     * @throws IllegalStateException with both totals when they differ.
     */
    void checkAndWarmUp(final Timing index) {
        for (final Rival rival : rivals) {
            check(rival, index);
            final long meanNs = warmUp(rival);
            final long fit = MAX_TURN_NS / Math.max(1, meanNs);
            timings.add(new Timing(rival.name(), (int) Math.min(eventCount, Math.max(LEAST_EVENTS, fit)), turns,
                rival::count));
        }
    }

    private void check(final Rival rival, final Timing index) {
        final long startNs = System.nanoTime();
        long found = 0;
        long expected = 0;
        int firstDifferent = -1;
        int event = 0;
        while (event < eventCount && (event < LEAST_EVENTS || System.nanoTime() - startNs < MAX_CHECK_NS)) {
            final long count = rival.count(event);
            final long indexCount = index.count(event);
            if (count != indexCount && firstDifferent < 0) {
                firstDifferent = event;
            }
            found += count;
            expected += indexCount;
            event++;
        }
        if (firstDifferent >= 0) {
            throw new IllegalStateException(String.format(Locale.ROOT,
                "%s found %,d in %,d events, the index %,d; they differ at first in event %,d",
                rival.name(), found, event, expected, firstDifferent));
        }
        System.out.printf(Locale.ROOT, "%s: matches in total %,d, the same as the index in each of %s%,d events%n",
            rival.name(), found, event < eventCount ? "the first " : "", event);
    }

    /** Mean time of an event in nanoseconds. */
    private long warmUp(final Rival rival) {
        final long startNs = System.nanoTime();
        long asked = 0;
        while (asked < LEAST_EVENTS || System.nanoTime() - startNs < WARM_UP_NS) {
            rival.count((int) (asked++ % eventCount));
        }
        return (System.nanoTime() - startNs) / asked;
    }

    /** The next turn of each. */
    void measure() {
        timings.forEach(Timing::measure);
    }

    /** A line each. */
    void say(final Timing encode, final Timing index) {
        for (final Timing timing : timings) {
            timing.say(String.format(Locale.ROOT,
                " (%s%,d events): %.1f x the index at p50 of the same events, %.1f x the index with encoding",
                timing.events() < eventCount ? "the first " : "", timing.events(), ratio(timing, index, null),
                ratio(timing, index, encode)));
        }
    }

    /** Both medians over the events that the rival was timed on. */
    private static double ratio(final Timing timing, final Timing index, final Timing encode) {
        final int events = timing.events();
        return timing.p50Ns(events) / (index.p50Ns(events) + (encode == null ? 0 : encode.p50Ns(events)));
    }

    @Override
    public void close() {
        rivals.forEach(Rival::close);
    }
}
