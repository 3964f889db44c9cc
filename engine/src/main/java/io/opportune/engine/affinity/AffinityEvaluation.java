package io.opportune.engine.affinity;

import io.opportune.engine.catalogue.AffinityUse;
import io.opportune.engine.profile.ProfileFlyweight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How well affinities foretell purchases, beside popularity: the last baskets by time are held out, a table is made of
 * the others, and each held-out line is foretold by the other lines of its basket and by what the customer bought
 * last, with the same table and scorer that decide. Recall@k: the share of lines among the k foretold. Intervals are
 * those of a paired bootstrap over customers (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993), because
 * the lines of one customer resemble each other. Used by one thread, offline.
 */
public final class AffinityEvaluation {
    private static final double LOW = 0.025;
    private static final double HIGH = 0.975;

    private final BasketLog log;
    private final int firstTest;
    private final int k;
    private final AffinityTable table;
    private final CustomerWindows customers;
    private final AffinityScorer scorer;
    private final Ranking ranking;
    private final Map<List<Long>, double[]> byCustomer = new HashMap<>();
    private final List<double[]> tallies = new ArrayList<>();

    /** Numbers of a tally: lines, found by affinities, found by popularity; of items, new items, categories. */
    private static final int LINES = 0;
    private static final int FOUND = 1;
    private static final int POPULAR = 2;
    private static final int NUMBERS = 3;
    private static final int NEW_ITEMS = NUMBERS;
    private static final int CATEGORIES = 2 * NUMBERS;
    private static final int TALLY = 3 * NUMBERS;

    private AffinityEvaluation(
        final BasketLog log, final AffinitySettings settings, final double heldOut, final int k) {
        this.log = log;
        this.k = k;
        firstTest = (int) (log.count() * (1 - heldOut));
        final AffinityBuilder builder = new AffinityBuilder(settings);
        log.feed(builder, 0, firstTest);
        table = builder.build(1);
        customers = new CustomerWindows(settings.maxCustomers());
        scorer = new AffinityScorer(table, new OfferAffinities(table));
        ranking = new Ranking(k);
    }

    /**
     * What came out.
     *
     * @param trainBaskets counted.
     * @param testBaskets  foretold.
     * @param customers    with test baskets.
     * @param items        of products.
     * @param newItems     of those products that are not among the last ones of the customer.
     * @param categories   of categories.
     */
    public record Result(
        int trainBaskets, int testBaskets, int customers, Level items, Level newItems, Level categories) {
    }

    /**
     * What came out at one level. Intervals are of 95 %.
     *
     * @param lines          foretold.
     * @param recall         of affinities, 0..1; 0 without lines.
     * @param popularity     recall of popularity, 0..1.
     * @param difference     of the two.
     * @param differenceLow  lower end of its interval.
     * @param differenceHigh upper end.
     * @param ratio          of the two; not finite where popularity finds nothing.
     * @param ratioLow       lower end of its interval.
     * @param ratioHigh      upper end.
     */
    public record Level(
        long lines, double recall, double popularity, double difference, double differenceLow, double differenceHigh,
        double ratio, double ratioLow, double ratioHigh) {
    }

    /**
     * Evaluates.
     *
     * @param log        baskets in order of time.
     * @param settings   how to count.
     * @param heldOut    share of the baskets that are foretold, 0..1.
     * @param k          how many are foretold for each line.
     * @param resamples  of the bootstrap.
     * @param seed       of the bootstrap.
     * @return recall beside popularity.
     * @throws IllegalArgumentException when nothing would be counted or foretold.
     */
    public static Result of(
        final BasketLog log, final AffinitySettings settings, final double heldOut, final int k, final int resamples,
        final long seed) {
        final int test = log.count() - (int) (log.count() * (1 - heldOut));
        if (test == 0 || test == log.count()) {
            throw new IllegalArgumentException(
                log.count() + " baskets with " + heldOut + " held out leave nothing to count or to foretell");
        }
        final AffinityEvaluation evaluation = new AffinityEvaluation(log, settings, heldOut, k);
        evaluation.foretell();
        return new Result(evaluation.firstTest, test, evaluation.tallies.size(),
            evaluation.level(0, resamples, seed), evaluation.level(NEW_ITEMS, resamples, seed),
            evaluation.level(CATEGORIES, resamples, seed));
    }

    private void foretell() {
        final Basket basket = new Basket();
        for (int i = 0; i < log.count(); i++) {
            log.read(i, basket);
            final int day = ProfileFlyweight.dayOf(log.timeNs(i));
            final int slot = customers.use(log.rootHigh(i), log.rootLow(i));
            if ((log.rootHigh(i) | log.rootLow(i)) == 0) {
                customers.forget(0, 0);
            }
            if (i >= firstTest) {
                // Nobody's baskets are each a customer's.
                final double[] tally = tally(i);
                foretellItems(basket, slot, day, tally);
                foretellCategories(basket, slot, day, tally);
            }
            for (int line = 0; line < basket.count(); line++) {
                customers.record(slot, basket.fold(line), day);
            }
        }
    }

    private double[] tally(final int index) {
        final boolean known = (log.rootHigh(index) | log.rootLow(index)) != 0;
        final List<Long> key = known ? List.of(log.rootHigh(index), log.rootLow(index)) : List.of((long) index);
        return byCustomer.computeIfAbsent(key, first -> {
            final double[] tally = new double[TALLY];
            tallies.add(tally);
            return tally;
        });
    }

    private void foretellItems(final Basket basket, final int slot, final int day, final double[] tally) {
        final int[] others = new int[basket.count()];
        for (int wanted = 0; wanted < basket.count(); wanted++) {
            int count = 0;
            begin(slot, day, basket, line -> true, wanted);
            for (int line = 0; line < basket.count(); line++) {
                if (line != wanted) {
                    others[count++] = table.items().find(basket.fold(line));
                }
            }
            final int index = table.items().find(basket.fold(wanted));
            scorer.bestItems(k, others, count, ranking);
            final boolean popular = isPopular(index, others, count);
            note(tally, 0, contains(index), popular);
            if (!isRecent(slot, basket.fold(wanted))) {
                note(tally, NEW_ITEMS, contains(index), popular);
            }
        }
    }

    private static void note(final double[] tally, final int at, final boolean found, final boolean popular) {
        tally[at + LINES]++;
        tally[at + FOUND] += found ? 1 : 0;
        tally[at + POPULAR] += popular ? 1 : 0;
    }

    private boolean isRecent(final int slot, final int fold) {
        for (int i = 0; i < customers.count(slot); i++) {
            if (customers.fold(slot, i) == fold) {
                return true;
            }
        }
        return false;
    }

    /** The lines of the wanted line's category are left out, and so are categories that repeat. */
    private void foretellCategories(final Basket basket, final int slot, final int day, final double[] tally) {
        final int[] others = new int[basket.count()];
        for (int wanted = 0; wanted < basket.count(); wanted++) {
            final int category = basket.categoryId(wanted);
            if (category == 0 || !isFirstOfItsCategory(basket, wanted)) {
                continue;
            }
            int count = 0;
            begin(slot, day, basket, line -> basket.categoryId(line) != category, wanted);
            for (int line = 0; line < basket.count(); line++) {
                if (basket.categoryId(line) != category && basket.categoryId(line) != 0) {
                    others[count++] = table.categories().find(basket.categoryId(line));
                }
            }
            final int index = table.categories().find(category);
            scorer.bestCategories(k, others, count, ranking);
            note(tally, CATEGORIES, contains(index), isPopular(index, others, count));
        }
    }

    private static boolean isFirstOfItsCategory(final Basket basket, final int line) {
        for (int earlier = 0; earlier < line; earlier++) {
            if (basket.categoryId(earlier) == basket.categoryId(line)) {
                return false;
            }
        }
        return true;
    }

    private void begin(
        final int slot, final int day, final Basket basket, final java.util.function.IntPredicate cue,
        final int wanted) {
        scorer.begin(AffinityUse.BOTH, day);
        for (int line = 0; line < basket.count(); line++) {
            if (line != wanted && cue.test(line)) {
                scorer.basketIndexes(table.items().find(basket.fold(line)), basket.categoryId(line) == 0
                    ? AffinityLevel.NONE : table.categories().find(basket.categoryId(line)));
            }
        }
        for (int i = 0; i < customers.count(slot); i++) {
            scorer.recentFold(customers.fold(slot, i), customers.day(slot, i));
        }
        scorer.ready();
    }

    private boolean contains(final int index) {
        for (int place = 0; place < ranking.count(); place++) {
            if (ranking.index(place) == index) {
                return true;
            }
        }
        return false;
    }

    /** Indexes are ranks of popularity: in the first k are those whose rank is below k once the others are out. */
    private boolean isPopular(final int index, final int[] others, final int count) {
        if (index < 0) {
            return false;
        }
        final long before = Arrays.stream(others, 0, count)
            .filter(other -> other >= 0 && other < index).distinct().count();
        return index - before < k;
    }

    private Level level(final int at, final int resamples, final long seed) {
        final double[] sum = new double[NUMBERS];
        for (final double[] tally : tallies) {
            for (int i = 0; i < NUMBERS; i++) {
                sum[i] += tally[at + i];
            }
        }
        final double[] differences = new double[resamples];
        final double[] ratios = new double[resamples];
        final SplittableRandom random = new SplittableRandom(seed);
        for (int resample = 0; resample < resamples; resample++) {
            double lines = 0;
            double found = 0;
            double popular = 0;
            for (int draw = 0; draw < tallies.size(); draw++) {
                final double[] tally = tallies.get(random.nextInt(tallies.size()));
                lines += tally[at + LINES];
                found += tally[at + FOUND];
                popular += tally[at + POPULAR];
            }
            differences[resample] = lines == 0 ? 0 : (found - popular) / lines;
            ratios[resample] = found / popular;
        }
        Arrays.sort(differences);
        Arrays.sort(ratios);
        final double all = Math.max(1, sum[LINES]);
        return new Level((long) sum[LINES], sum[FOUND] / all, sum[POPULAR] / all,
            (sum[FOUND] - sum[POPULAR]) / all, quantile(differences, LOW), quantile(differences, HIGH),
            sum[FOUND] / sum[POPULAR], quantile(ratios, LOW), quantile(ratios, HIGH));
    }

    private static double quantile(final double[] sorted, final double share) {
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    }
}
