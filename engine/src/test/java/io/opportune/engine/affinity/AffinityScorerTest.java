package io.opportune.engine.affinity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.catalogue.AffinityUse;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileUpdates;
import io.opportune.protocol.Consent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Scores and candidates, against a naive reading of the table. */
class AffinityScorerTest {
    private static final long SEED = 17;
    private static final int ITEMS = 400;
    private static final int OFFERS = 300;
    private static final long DAY_NS = 86_400_000_000_000L;
    private static final int TODAY = 20_000;

    private static AffinityTable table;
    private static long[][] promotedItems;
    private static int[][] promotedCategories;
    private static OfferAffinities offers;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private AffinityScorer scorer = new AffinityScorer(table, offers);

    @BeforeAll
    static void build() {
        final AffinityWorld world = new AffinityWorld(ITEMS, 300, SEED);
        final AffinityBuilder builder = new AffinityBuilder(AffinitySettings.defaults().withShrinkage(20, 20));
        for (int i = 0; i < 20_000; i++) {
            final Basket basket = world.buy();
            builder.onBasket(0, world.customer(), world.timeNs(), basket);
        }
        table = builder.build(1);
        final SplittableRandom random = new SplittableRandom(SEED);
        promotedItems = new long[OFFERS][];
        promotedCategories = new int[OFFERS][];
        for (int offer = 0; offer < OFFERS; offer++) {
            // Some promote nothing, some items that nobody knows, some more than are looked at.
            final int items = offer % 10 == 0 ? 0 : offer % 17 == 0 ? 60 : 1 + random.nextInt(3);
            promotedItems[offer] = random.ints(items, 0, ITEMS + 20).mapToLong(AffinityWorld::itemId).sorted()
                .distinct().toArray();
            promotedCategories[offer] = offer % 3 == 0 ? new int[] {1 + random.nextInt(25)} : new int[0];
        }
        offers = new OfferAffinities(table, promotedItems, promotedCategories);
    }

    private ProfileFlyweight profile() {
        final ProfileFlyweight profile = new ProfileFlyweight()
            .wrap(new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]), 0);
        ProfileUpdates.grantConsent(profile, Consent.ALL);
        for (int i = 0; i < 15; i++) {
            final int item = random.nextInt(ITEMS + 20);
            ProfileUpdates.recordPurchaseLine(profile, (TODAY - random.nextInt(400)) * DAY_NS,
                AffinityWorld.categoryId(item), AffinityWorld.itemId(item), 1_000, 0);
        }
        return profile;
    }

    private int[] basket() {
        return random.ints(random.nextInt(15), 0, ITEMS + 20).toArray();
    }

    private void ask(final AffinityUse use, final int[] basket, final ProfileFlyweight profile) {
        scorer.begin(use, TODAY);
        for (final int item : basket) {
            scorer.basketLine(AffinityWorld.itemId(item), AffinityWorld.categoryId(item));
        }
        if (profile != null) {
            scorer.profile(profile);
        }
        scorer.ready();
    }

    /** What the cues say, straight from the definition. */
    private static final class Naive {
        private final Map<Integer, Double> cues = new LinkedHashMap<>();
        private final AffinityLevel level;

        Naive(final AffinityLevel level) {
            this.level = level;
        }

        void cue(final int index, final double weight) {
            if (index >= 0 && weight > 0) {
                cues.merge(index, weight, Math::max);
            }
        }

        double factor() {
            double evidence = 0;
            for (final Map.Entry<Integer, Double> cue : cues.entrySet()) {
                evidence += cue.getValue() * (1 - level.backOff(cue.getKey()));
            }
            return Math.min(0.5, 0.9 / evidence);
        }

        double evidence(final int index) {
            double sum = 0;
            for (final Map.Entry<Integer, Double> cue : cues.entrySet()) {
                for (int place = 0; place < level.neighbours(); place++) {
                    if (level.neighbour(cue.getKey(), place) == index) {
                        sum += cue.getValue() * level.score(cue.getKey(), place);
                    }
                }
            }
            return sum * factor();
        }

        double backOff() {
            double evidence = 0;
            for (final Map.Entry<Integer, Double> cue : cues.entrySet()) {
                evidence += cue.getValue() * (1 - level.backOff(cue.getKey()));
            }
            return evidence == 0 ? 1 : 1 - factor() * evidence;
        }

        double probability(final int index) {
            return evidence(index) + backOff() * level.share(index);
        }
    }

    private static Naive naiveItems(final int[] basket, final ProfileFlyweight profile) {
        final Naive naive = new Naive(table.items());
        for (int i = 0; i < Math.min(basket.length, AffinityScorer.MAX_BASKET_CUES); i++) {
            naive.cue(table.items().find(ProfileFlyweight.foldItem(AffinityWorld.itemId(basket[i]))), 1);
        }
        for (int slot = 0; slot < profile.itemCount(); slot++) {
            naive.cue(table.items().find(profile.itemFold(slot)),
                Math.pow(0.5, (TODAY - profile.itemDay(slot)) / 120.0));
        }
        return naive;
    }

    private static Naive naiveCategories(final int[] basket, final ProfileFlyweight profile) {
        final Naive naive = new Naive(table.categories());
        for (int i = 0; i < Math.min(basket.length, AffinityScorer.MAX_BASKET_CUES); i++) {
            naive.cue(table.categories().find(AffinityWorld.categoryId(basket[i])), 1);
        }
        for (int slot = 0; slot < profile.itemCount(); slot++) {
            final int index = table.items().find(profile.itemFold(slot));
            if (index >= 0) {
                naive.cue(table.items().category(index), Math.pow(0.5, (TODAY - profile.itemDay(slot)) / 120.0));
            }
        }
        for (int slot = 0; slot < profile.categoryCount(); slot++) {
            naive.cue(table.categories().find(profile.categoryId(slot)),
                Math.pow(0.5, (TODAY - profile.lastPurchaseDay(slot)) / 120.0));
        }
        return naive;
    }

    @Test
    void shouldScoreAsDefined() {
        int speaking = 0;
        for (int round = 0; round < 200; round++) {
            final int[] basket = basket();
            final ProfileFlyweight profile = profile();
            ask(AffinityUse.BOTH, basket, profile);
            final Naive items = naiveItems(basket, profile);
            assertEquals(items.cues.size(), scorer.itemCues());
            assertEquals(1 - items.backOff(), scorer.itemConfidence(), 1e-5);
            final Naive categories = naiveCategories(basket, profile);
            assertEquals(1 - categories.backOff(), scorer.categoryConfidence(), 1e-5);
            for (int offer = 0; offer < OFFERS; offer++) {
                final double expected = affinity(items, itemsOf(offer));
                assertEquals(expected, scorer.itemAffinity(offer), 1e-4,
                    "offer " + offer + " in round " + round + ", seed " + SEED);
                assertEquals(affinity(categories, categoriesOf(offer)), scorer.categoryAffinity(offer), 1e-4);
                speaking += expected == 0 ? 0 : 1;
            }
        }
        assertTrue(speaking > 200 * OFFERS / 10, "only " + speaking + " say something");
    }

    private static int[] itemsOf(final int offer) {
        return Arrays.stream(promotedItems[offer]).mapToInt(ProfileFlyweight::foldItem).map(table.items()::find)
            .filter(index -> index >= 0).sorted().limit(OfferAffinities.MAX_ITEMS).toArray();
    }

    private static int[] categoriesOf(final int offer) {
        final List<Integer> all = new ArrayList<>();
        for (final int category : promotedCategories[offer]) {
            all.add(table.categories().find(category));
        }
        for (final int item : itemsOf(offer)) {
            all.add(table.items().category(item));
        }
        return all.stream().filter(index -> index >= 0).distinct().sorted().limit(OfferAffinities.MAX_CATEGORIES)
            .mapToInt(Integer::intValue).toArray();
    }

    /** The logarithm by a straight line between powers of two. */
    private static double affinity(final Naive naive, final int[] promoted) {
        final double seen = Arrays.stream(promoted).mapToDouble(naive::evidence).sum();
        if (seen == 0) {
            return 0;
        }
        final double share = Arrays.stream(promoted).mapToDouble(naive.level::share).sum();
        final double lift = seen / share + naive.backOff();
        final double exponent = Math.floor(Math.log(lift) / Math.log(2));
        return Math.clamp((exponent + lift / Math.pow(2, exponent) - 1) / 8, -1.0, 1.0);
    }

    @Test
    void shouldRankAllItemsAsDefined() {
        final Ranking best = new Ranking(10);
        scorer = new AffinityScorer(table, new OfferAffinities(table));
        for (int round = 0; round < 100; round++) {
            final int[] basket = round == 0 ? new int[0] : basket();
            final ProfileFlyweight profile = profile();
            ask(AffinityUse.BOTH, basket, round == 0 ? null : profile);
            final Naive naive = round == 0 ? new Naive(table.items()) : naiveItems(basket, profile);
            final int[] excluded = {0, 3, AffinityLevel.NONE};
            scorer.bestItems(10, excluded, excluded.length, best);
            final double[] expected = new double[table.items().count()];
            for (int index = 0; index < expected.length; index++) {
                expected[index] = naive.probability(index);
            }
            assertEquals(10, best.count());
            final double[] sorted = java.util.stream.IntStream.range(0, expected.length)
                .filter(index -> index != 0 && index != 3).mapToObj(index -> expected[index])
                .sorted(Comparator.reverseOrder()).mapToDouble(Double::doubleValue).toArray();
            for (int place = 0; place < 10; place++) {
                assertEquals(sorted[place], best.score(place), 1e-5, "place " + place + " in round " + round);
                assertEquals(expected[best.index(place)], best.score(place), 1e-5);
            }
        }
    }

    @Test
    void shouldBringUpTheOffersOfTheMostProbableItems() {
        final AffinityCandidates candidates = new AffinityCandidates(scorer, 10);
        int found = 0;
        for (int round = 0; round < 100; round++) {
            final int[] basket = basket();
            final ProfileFlyweight profile = profile();
            ask(AffinityUse.CANDIDATES, basket, profile);
            final Ranking ranking = candidates.find();
            final Naive items = naiveItems(basket, profile);
            for (int place = 0; place < ranking.count(); place++) {
                final int offer = ranking.index(place);
                assertTrue(place == 0 || ranking.score(place - 1) >= ranking.score(place), "not in order");
                for (int other = 0; other < place; other++) {
                    assertTrue(ranking.index(other) != offer, "twice");
                }
                final double byItems = Arrays.stream(itemsOf(offer)).mapToDouble(items::probability).sum();
                assertTrue(ranking.score(place) > byItems - 1e-5, "less probable than its items");
                found++;
            }
            assertEquals(0, scorer.itemAffinity(1), "no feature is asked for");
        }
        assertTrue(found > 500, "only " + found + " candidates");
    }

    @Test
    void shouldSayNothingWhenSwitchedOffOrWithoutCues() {
        final AffinityCandidates candidates = new AffinityCandidates(scorer, 10);
        for (final AffinityUse use : new AffinityUse[] {AffinityUse.OFF, AffinityUse.BOTH}) {
            ask(use, use == AffinityUse.OFF ? new int[] {1, 2, 3} : new int[0],
                use == AffinityUse.OFF ? profile() : null);
            assertEquals(0, scorer.itemCues());
            assertEquals(0, scorer.itemConfidence());
            assertEquals(0, candidates.find().count());
            for (int offer = 0; offer < OFFERS; offer++) {
                assertEquals(0, scorer.itemAffinity(offer));
                assertEquals(0, scorer.categoryAffinity(offer));
            }
        }
        assertEquals(AffinityUse.FEATURE, AffinityUse.of("feature"));
        assertThrows(IllegalArgumentException.class, () -> AffinityUse.of("on"));
        final AffinityTable other = new AffinityBuilder(AffinitySettings.defaults()).build(1);
        assertThrows(IllegalArgumentException.class, () -> new AffinityScorer(other, offers));
    }

    @Test
    void shouldAllocateNothing() {
        final AffinityCandidates candidates = new AffinityCandidates(scorer, 10);
        final ProfileFlyweight profile = profile();
        final int[] basket = {1, 2, 30, 100};
        final float[] sink = new float[1];
        final long bytes = AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 10_000; i++) {
                ask(AffinityUse.BOTH, basket, profile);
                for (int offer = 0; offer < 64; offer++) {
                    sink[0] += scorer.itemAffinity(offer) + scorer.categoryAffinity(offer);
                }
                sink[0] += candidates.find().count();
            }
        });
        assertEquals(0, bytes, () -> "allocated; " + sink[0]);
    }

    @Test
    void shouldTakeLogarithmsByExponent() {
        for (float value = 0.001f; value < 1_000; value *= 1.01f) {
            assertEquals(Math.log(value) / Math.log(2), AffinityScorer.log2(value), 0.087);
        }
        assertEquals(3, AffinityScorer.log2(8));
    }
}
