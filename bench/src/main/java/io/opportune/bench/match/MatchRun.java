package io.opportune.bench.match;

import io.opportune.engine.index.IndexCursor;
import io.opportune.engine.index.IndexEvent;
import io.opportune.engine.index.TargetingIndex;
import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.Situation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Times the targeting index on the matching workload beside our naive scan of the same rules and, if asked,
 * beside rivals in the same run: every event alone, one thread, warmed up, in turns. Said on standard output.
 */
public final class MatchRun {
    private static final int TURNS = 5;
    private static final long WARM_UP_NS = 3_000_000_000L;
    private static final int LIST_CAPACITY = 64;
    /** The scan of a large catalogue is timed on so many pairs of event and rule at most. */
    private static final long MAX_SCAN_PAIRS = 20_000_000L;
    private static final int LEAST_SCANNED = 20;

    private final MatchOptions options;
    private final List<Rule> rules;
    private final List<Situation> situations;

    private MatchRun(final MatchOptions options, final MatchWorkload workload) {
        this.options = options;
        rules = workload.rules();
        situations = workload.situations();
    }

    /**
     * Runs one folder.
     *
     * @param options what is asked for.
     * @throws IOException when the workload cannot be read.
     */
    public static void run(final MatchOptions options) throws IOException {
        final long readNs = System.nanoTime();
        final WorkloadFiles files = new WorkloadFiles(options.directory());
        final MatchWorkload workload = new MatchWorkload(files, options.trees());
        System.out.printf(Locale.ROOT, "%,d rules (%s) and %,d events read in %.1f s%n",
            workload.rules().size(), options.trees() ? "checked trees" : "compiled from CEL",
            workload.situations().size(), Timing.secondsSince(readNs));
        try (RivalRuns rivals = RivalRuns.build(options.rivals(), files, TURNS)) {
            new MatchRun(options, workload).run(rivals);
        }
    }

    private void run(final RivalRuns rivals) {
        final OfferBounds bounds = options.best() == 0
            ? null : new OfferBounds(rules.size(), situations.size(), options.sigma());
        final long buildNs = System.nanoTime();
        final TargetingIndex index = TargetingIndex.of(rules.size(), rank -> ruleAt(bounds, rank).root());
        System.out.printf(Locale.ROOT, "index built in %.2f s: %,d bytes%n",
            Timing.secondsSince(buildNs), index.bytes());
        final IndexCursor cursor = new IndexCursor(index, LIST_CAPACITY);
        final IndexEvent[] events = new IndexEvent[situations.size()];
        Arrays.setAll(events, i -> new IndexEvent(index, LIST_CAPACITY));
        final Timing encode = new Timing("encode", events.length, TURNS, i -> {
            events[i].encode(situations.get(i));
            return 1;
        });
        if (options.best() == 0) {
            enumerate(encode, new Timing("index", events.length, TURNS, i -> count(cursor, events[i])), rivals);
        } else {
            findBest(encode, new BestSearch(cursor, bounds, rules.size(), options.best()), bounds, events);
        }
    }

    private Rule ruleAt(final OfferBounds bounds, final int rank) {
        return rules.get(bounds == null ? rank : bounds.offer(rank));
    }

    private static void warmUp(final Timing... timings) {
        final long untilNs = System.nanoTime() + WARM_UP_NS;
        while (System.nanoTime() < untilNs) {
            for (final Timing timing : timings) {
                timing.pass();
            }
        }
    }

    private void enumerate(final Timing encode, final Timing search, final RivalRuns rivals) {
        final Timing scan = new Timing("scan", scannedEvents(), TURNS, this::scan);
        encode.pass();
        rivals.checkAndWarmUp(search);
        warmUp(encode, search);
        for (int event = 0; event < scan.events(); event++) {
            final long scanned = scan.count(event);
            if (search.count(event) != scanned) {
                throw new IllegalStateException(
                    "event " + event + ": the index found " + search.count(event) + ", the scan " + scanned);
            }
        }
        long matches = 0;
        for (int turn = 0; turn < TURNS; turn++) {
            encode.measure();
            matches = search.measure();
            scan.measure();
            rivals.measure();
        }
        final long bytes = encode.allocatedInPass() + search.allocatedInPass();
        System.out.printf(Locale.ROOT, "matches in total %,d, %,d bytes allocated in %,d events%n",
            matches, bytes, situations.size());
        encode.say("");
        search.say("");
        scan.say(String.format(Locale.ROOT, " (the first %,d events, in each as many matches): %.0f x the index at p50"
            + " of the same events", scan.events(), scan.p50Ns(scan.events()) / search.p50Ns(scan.events())));
        rivals.say(encode, search);
    }

    private int scannedEvents() {
        final int scanned = Math.clamp(
            MAX_SCAN_PAIRS / Math.max(1, rules.size()), LEAST_SCANNED, Math.max(LEAST_SCANNED, situations.size()));
        return Math.min(scanned, situations.size());
    }

    private void findBest(
        final Timing encode, final BestSearch best, final OfferBounds bounds, final IndexEvent[] events) {
        final Timing search = new Timing("best " + options.best(), events.length, TURNS, i -> best.find(i, events[i]));
        warmUp(encode, search);
        for (int i = 0; i < events.length; i++) {
            best.checkAgainstAll(i, events[i]);
        }
        for (int i = 0; i < scannedEvents(); i++) {
            final Situation situation = situations.get(i);
            best.checkAgainst(i, events[i], IntStream.range(0, rules.size())
                .filter(rank -> ruleAt(bounds, rank).root().holds(situation)).toArray());
        }
        long winners = 0;
        for (int turn = 0; turn < TURNS; turn++) {
            encode.measure();
            winners = search.measure();
        }
        best.clearCounts();
        final long bytes = encode.allocatedInPass() + search.allocatedInPass();
        System.out.printf(Locale.ROOT, "winners in total %,d, each event's the same as by full enumeration, those of"
            + " the first %,d events also as by the trees; %,d bytes allocated in %,d events%n", winners,
            scannedEvents(), bytes, events.length);
        System.out.printf(Locale.ROOT, "the winners of an event are proven after %,.0f of %,d ranks (in whole blocks of"
            + " the index more) and %,.1f offers scored in the mean; %.2f %% of propensities clipped%n",
            best.meanRanksPassed(), rules.size(), best.meanScored(),
            100 * best.clippedShare());
        encode.say("");
        search.say("");
    }

    private static long count(final IndexCursor cursor, final IndexEvent event) {
        cursor.beginAll(event, null);
        long found = 0;
        while (cursor.next() != IndexCursor.END) {
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
}
