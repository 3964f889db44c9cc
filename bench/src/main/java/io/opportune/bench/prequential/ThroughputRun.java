package io.opportune.bench.prequential;

import io.opportune.bench.prequential.contender.OwnSpeed;
import io.opportune.bench.prequential.contender.VwSpeed;
import io.opportune.bench.prequential.contender.VwText;
import io.opportune.bench.prequential.example.Examples;
import io.opportune.bench.prequential.example.LawExamples;
import io.opportune.engine.learning.LearnerKind;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Examples learned per second on one core, ours beside Vowpal Wabbit's, from the same text and from the same keys. The
 * ways take turns, so that an hour in which the machine is slow is slow for all.
 */
final class ThroughputRun {
    /** Examples of the full run: seconds for each way. */
    static final int EXAMPLES = 1_000_000;
    /** Turns of the full run, beside one to warm up. */
    static final int TURNS = 3;
    /** What is asked for: at least twice as many. */
    static final double WANTED_RATIO = 2;
    private static final int WARM_UP_SHARE = 10;
    private static final int OBJECTS = 50_000;
    private static final long SEED = 7;

    private ThroughputRun() {
    }

    /** One way to learn. */
    private interface Way {
        double examplesPerSecond(Examples examples, String[] lines) throws IOException;
    }

    /** Whose way it is. */
    private enum Side {
        OURS,
        OURS_SHORT_EPOCHS,
        THEIRS
    }

    /** A way with what it measured. */
    private static final class Measured {
        private final String name;
        private final boolean text;
        private final Side side;
        private final Way way;
        private final double[] rates;

        Measured(final String name, final boolean text, final Side side, final int turns, final Way way) {
            this.name = name;
            this.text = text;
            this.side = side;
            this.way = way;
            rates = new double[turns];
        }

        double median() {
            final double[] sorted = rates.clone();
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }
    }

    /**
     * Ratios of our slower learner to Vowpal Wabbit's fastest way.
     *
     * @param text from text.
     * @param keys from keys.
     */
    record Ratios(double text, double keys) {
    }

    /** Measures and prints. */
    static Ratios run(final int count, final int turns, final PrintStream out) throws IOException {
        final Examples examples = LawExamples.generate(count, SEED);
        final VwText text = new VwText(examples);
        final String[] lines = IntStream.range(0, count).mapToObj(text::labelled).toArray(String[]::new);
        final Examples few = LawExamples.generate(count / WARM_UP_SHARE, SEED);
        final String[] fewLines = Arrays.copyOf(lines, few.count());
        final List<Measured> ways = ways(turns);
        for (final Measured each : ways) {
            each.way.examplesPerSecond(few, fewLines);
        }
        for (int turn = 0; turn < turns; turn++) {
            for (final Measured each : ways) {
                each.rates[turn] = each.way.examplesPerSecond(examples, lines);
            }
        }
        out.printf(Locale.ROOT, "%n%,d generated examples of %d context features, 4 ids, all their crosses and %d pair"
            + " features; median of %d turns%n", count, LawExamples.CONTEXT_FIELDS, LawExamples.PAIR_FIELDS, turns);
        final double fromText = print(ways, true, out);
        final double fromKeys = print(ways, false, out);
        return new Ratios(fromText, fromKeys);
    }

    private static List<Measured> ways(final int turns) {
        final List<Measured> ways = new ArrayList<>();
        for (final LearnerKind kind : LearnerKind.values()) {
            ways.add(new Measured("ours, " + kind, true, Side.OURS, turns, (examples, lines) ->
                OwnSpeed.text(kind, lines, OwnSpeed.EPOCH)));
            ways.add(new Measured("ours, " + kind, false, Side.OURS, turns, (examples, lines) ->
                OwnSpeed.keys(kind, examples, OwnSpeed.EPOCH)));
            ways.add(new Measured("ours, " + kind + ", epochs of 100,000", false, Side.OURS_SHORT_EPOCHS, turns,
                (examples, lines) -> OwnSpeed.keys(kind, examples, OwnSpeed.SHORT_EPOCH)));
        }
        for (final String options : List.of("", "--ftrl", "--coin")) {
            final String name = "Vowpal Wabbit " + options;
            ways.add(new Measured(name, true, Side.THEIRS, turns, (examples, lines) ->
                VwSpeed.text(options, lines)));
            ways.add(new Measured(name + " cache, its driver", false, Side.THEIRS, turns, (examples, lines) ->
                VwSpeed.cache(options, lines)));
            ways.add(new Measured(name + " objects made before", false, Side.THEIRS, turns, (examples, lines) ->
                VwSpeed.objects(options, examples, OBJECTS)));
        }
        return ways;
    }

    private static double print(final List<Measured> ways, final boolean text, final PrintStream out) {
        double ours = Double.POSITIVE_INFINITY;
        double often = Double.POSITIVE_INFINITY;
        double others = 0;
        for (final Measured each : ways) {
            if (each.text == text) {
                out.printf(Locale.ROOT, "  from %s  %-42s %,10.0f examples/s%n", text ? "text" : "keys", each.name,
                    each.median());
                ours = each.side == Side.OURS ? Math.min(ours, each.median()) : ours;
                often = each.side == Side.OURS_SHORT_EPOCHS ? Math.min(often, each.median()) : often;
                others = each.side == Side.THEIRS ? Math.max(others, each.median()) : others;
            }
        }
        out.printf(Locale.ROOT, "  from %s  our slower one to its fastest way: %.2f x (wanted %.0f x) %s%n",
            text ? "text" : "keys", ours / others, WANTED_RATIO, ours / others >= WANTED_RATIO ? "kept" : "MISSED");
        if (often < Double.POSITIVE_INFINITY) {
            out.printf(Locale.ROOT, "  from %s  the same with five times as many epochs: %.2f x%n",
                text ? "text" : "keys", often / others);
        }
        return ours / others;
    }
}
