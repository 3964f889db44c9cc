package io.opportune.bench.match;

import io.opportune.engine.index.IndexCursor;
import io.opportune.engine.index.IndexEvent;
import io.opportune.engine.index.TargetingIndex;
import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.Situation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToLongFunction;

/**
 * Times the targeting index on the matching workload beside our naive scan of the same rules in the same run: every
 * event alone, one thread, warmed up, in turns. Said on standard output.
 */
public final class MatchRun {
    private static final int TURNS = 5;
    private static final long WARM_UP_NS = 3_000_000_000L;
    private static final int LIST_CAPACITY = 64;
    /** The scan of a large catalogue is timed on so many pairs of event and rule at most. */
    private static final long MAX_SCAN_PAIRS = 60_000_000L;

    private final List<Rule> rules;
    private final List<Situation> situations;
    private final int best;

    private MatchRun(final MatchWorkload workload, final int best) {
        rules = workload.rules();
        situations = workload.situations();
        this.best = best;
    }

    /**
     * Runs one folder.
     *
     * @param directory of the workload.
     * @param best      how many matches of each event are asked for, in order of rank; 0 for all.
     * @throws IOException when the workload cannot be read.
     */
    public static void run(final Path directory, final int best) throws IOException {
        final long readNs = System.nanoTime();
        final MatchWorkload workload = new MatchWorkload(directory);
        System.out.printf(Locale.ROOT, "%,d rules and %,d events read and compiled in %.1f s%n",
            workload.rules().size(), workload.situations().size(), secondsSince(readNs));
        new MatchRun(workload, best).run();
    }

    private void run() {
        final long buildNs = System.nanoTime();
        final TargetingIndex index = TargetingIndex.of(rules);
        System.out.printf(Locale.ROOT, "index built in %.2f s: %,d bytes%n",
            secondsSince(buildNs), index.bytes());
        final IndexCursor cursor = new IndexCursor(index, LIST_CAPACITY);
        final IndexEvent[] events = new IndexEvent[situations.size()];
        Arrays.setAll(events, i -> new IndexEvent(index, LIST_CAPACITY));
        final IntToLongFunction encode = i -> {
            events[i].encode(situations.get(i));
            return 1;
        };
        final IntToLongFunction search = i -> search(cursor, events[i]);
        final int scanned = Math.clamp(MAX_SCAN_PAIRS / Math.max(1, rules.size()), 20, situations.size());
        final long[] encodeNs = new long[situations.size()];
        final long[] searchNs = new long[situations.size()];
        final long[] scanNs = new long[scanned];
        final long untilNs = System.nanoTime() + WARM_UP_NS;
        while (System.nanoTime() < untilNs) {
            time(encode, encodeNs);
            time(search, searchNs);
        }
        time(this::scan, scanNs);
        final double[][] figures = new double[6][TURNS];
        long matches = 0;
        for (int turn = 0; turn < TURNS; turn++) {
            time(encode, encodeNs);
            keep(figures, 0, turn, encodeNs);
            matches = time(search, searchNs);
            keep(figures, 2, turn, searchNs);
            final long scanMatches = time(this::scan, scanNs);
            keep(figures, 4, turn, scanNs);
            if (best == 0 && turn == 0 && scanned == situations.size() && scanMatches != matches) {
                throw new IllegalStateException("the index found " + matches + ", the scan " + scanMatches);
            }
        }
        final long bytes = allocated(() -> time(encode, encodeNs)) + allocated(() -> time(search, searchNs));
        System.out.printf(Locale.ROOT, "matches in total %,d%s, %,d bytes allocated in %,d events%n", matches,
            best > 0 ? " (best " + best + " of each event)" : "", bytes, situations.size());
        say("encode", figures, 0, "");
        say("index", figures, 2, "");
        say("scan", figures, 4, String.format(Locale.ROOT, " (%,d events): %.0f x at p50", scanned,
            median(figures[4]) / median(figures[2])));
    }

    private long search(final IndexCursor cursor, final IndexEvent event) {
        cursor.begin(event, null);
        long found = 0;
        while ((best == 0 || found < best) && cursor.next() != IndexCursor.END) {
            found++;
        }
        return found;
    }

    private long scan(final int event) {
        final Situation situation = situations.get(event);
        long found = 0;
        for (int i = 0; i < rules.size(); i++) {
            found += rules.get(i).matches(situation) ? 1 : 0;
        }
        return found;
    }

    private static void keep(final double[][] figures, final int at, final int turn, final long[] tookNs) {
        figures[at][turn] = percentile(tookNs, 0.5);
        figures[at + 1][turn] = percentile(tookNs, 0.99);
    }

    private static void say(final String name, final double[][] figures, final int at, final String more) {
        System.out.printf(Locale.ROOT, "%-7s p50 %.2f us, p99 %.2f us an event%s%n", name + ":",
            median(figures[at]) / 1e3, median(figures[at + 1]) / 1e3, more);
    }

    private static long time(final IntToLongFunction work, final long[] tookNs) {
        long found = 0;
        for (int i = 0; i < tookNs.length; i++) {
            final long startNs = System.nanoTime();
            found += work.applyAsLong(i);
            tookNs[i] = System.nanoTime() - startNs;
        }
        return found;
    }

    private static long allocated(final Runnable work) {
        final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static double percentile(final long[] values, final double share) {
        final long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, Math.round(share * sorted.length))];
    }

    private static double secondsSince(final long startNs) {
        return (System.nanoTime() - startNs) / 1e9;
    }

    private static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
