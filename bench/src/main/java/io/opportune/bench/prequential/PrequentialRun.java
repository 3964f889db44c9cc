package io.opportune.bench.prequential;

import io.opportune.bench.prequential.contender.Contender;
import io.opportune.bench.prequential.contender.OwnContender;
import io.opportune.bench.prequential.contender.VwContender;
import io.opportune.bench.prequential.example.BanditExamples;
import io.opportune.bench.prequential.example.Examples;
import io.opportune.bench.prequential.example.JourneyExamples;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Our models beside Vowpal Wabbit in one run: the same examples with the same features in the same order, the same
 * number of configurations to choose from on the same first part of each stream.
 */
public final class PrequentialRun {
    /** Of the bootstrap's draws. */
    static final long SEED = 20_170_303;

    /** Examples for throughput: seconds for each way. */
    public static final int EXAMPLES = ThroughputRun.EXAMPLES;
    /** Fewer tell nothing. */
    public static final int LEAST_EXAMPLES = 1_000;

    private PrequentialRun() {
    }

    /** Ties this process to one core. */
    @FunctionalInterface
    public interface Tie {
        /**
         * Does it.
         *
         * @throws IOException          when it cannot.
         * @throws InterruptedException when interrupted.
         */
        void toOneCore() throws IOException, InterruptedException;
    }

    /**
     * Quality on all of the real data, then throughput.
     *
     * @param data     folder with {@code completejourney} and {@code open-bandit}.
     * @param out      gets the tables.
     * @param examples generated for throughput.
     * @param tie      to one core, before throughput is measured.
     * @return whether all that is wanted was kept.
     * @throws IOException          when a data set cannot be read.
     * @throws InterruptedException when interrupted.
     */
    public static boolean run(final Path data, final PrintStream out, final int examples, final Tie tie)
        throws IOException, InterruptedException {
        final List<Comparison> comparisons = quality(data, 1, out);
        tie.toOneCore();
        final ThroughputRun.Ratios ratios = ThroughputRun.run(examples, ThroughputRun.TURNS, out);
        return comparisons.stream().allMatch(each -> each.lossKept() && each.aucKept())
            && Math.min(ratios.text(), ratios.keys()) >= ThroughputRun.WANTED_RATIO;
    }

    /**
     * One of our models beside Vowpal Wabbit on one data set.
     *
     * @param examples which were learned.
     * @param own      our model.
     * @param other    Vowpal Wabbit.
     * @param error    standard errors of the differences.
     */
    record Comparison(Examples examples, Prequential own, Prequential other, PairedBootstrap error) {
        double ownLoss() {
            return own.scores().logLoss(own.scores().weights());
        }

        double otherLoss() {
            return other.scores().logLoss(other.scores().weights());
        }

        double ownAuc() {
            return own.scores().auc(own.scores().weights());
        }

        double otherAuc() {
            return other.scores().auc(other.scores().weights());
        }

        /** Not worse beyond one standard error, in log loss. */
        boolean lossKept() {
            return ownLoss() - otherLoss() <= error.logLoss();
        }

        /** Not worse beyond one standard error, in AUC. */
        boolean aucKept() {
            return otherAuc() - ownAuc() <= error.auc();
        }
    }

    /**
     * Reads the real data sets, compares on each, and prints.
     *
     * @param data   folder with {@code completejourney} and {@code open-bandit}.
     * @param keptOf of the negatives of Complete Journey one of so many is learned, with that weight; 1 for all.
     * @param out    gets the tables.
     * @return all comparisons.
     * @throws IOException when a data set cannot be read.
     */
    static List<Comparison> quality(final Path data, final int keptOf, final PrintStream out) throws IOException {
        final List<Comparison> comparisons = new ArrayList<>();
        comparisons.addAll(compare(JourneyExamples.read(data.resolve("completejourney"), keptOf), out));
        for (final String campaign : List.of("men", "women")) {
            comparisons.addAll(compare(BanditExamples.read(data.resolve("open-bandit"), campaign), out));
        }
        return comparisons;
    }

    /** Compares on one data set, and prints. */
    static List<Comparison> compare(final Examples examples, final PrintStream out) {
        final int from = Prequential.tuningEnd(examples);
        out.printf(Locale.ROOT, "%n%s: %,d examples, %,d positive; the first %,d (%,d positive) choose,"
            + " the others judge (%,d positive)%n", examples.name(), examples.count(),
            examples.positives(0, examples.count()), from, examples.positives(0, from),
            examples.positives(from, examples.count()));
        final Prequential other = run(new VwContender(), examples, out);
        final List<Comparison> comparisons = new ArrayList<>();
        for (final Contender contender : List.of(OwnContender.ftrl(), OwnContender.bayes())) {
            final Prequential own = run(contender, examples, out);
            comparisons.add(
                new Comparison(examples, own, other, PairedBootstrap.of(own.scores(), other.scores(), SEED)));
        }
        out.println("  model          log loss    VW          difference  std. error"
            + "            AUC      VW       difference  std. error");
        for (final Comparison each : comparisons) {
            out.printf(Locale.ROOT, "  %-12s  %9.6f  %9.6f  %+11.6f  %9.6f  %-8s  %7.4f  %7.4f  %+9.4f  %9.4f  %s%n",
                each.own().contender().name(), each.ownLoss(), each.otherLoss(), each.ownLoss() - each.otherLoss(),
                each.error().logLoss(), verdict(each.lossKept()), each.ownAuc(), each.otherAuc(),
                each.ownAuc() - each.otherAuc(), each.error().auc(), verdict(each.aucKept()));
        }
        return comparisons;
    }

    private static Prequential run(final Contender contender, final Examples examples, final PrintStream out) {
        final long start = System.nanoTime();
        final Prequential run = Prequential.run(contender, examples);
        out.printf(Locale.ROOT, "  %-14s chose of %d: %s (log loss %.6f there), %.1f s%n", contender.name(),
            contender.configurations().size(), contender.configurations().get(run.configuration()), run.tuningLoss(),
            (System.nanoTime() - start) * 1e-9);
        return run;
    }

    private static String verdict(final boolean kept) {
        return kept ? "kept" : "MISSED";
    }
}
