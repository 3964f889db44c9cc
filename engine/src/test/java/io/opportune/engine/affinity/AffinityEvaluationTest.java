package io.opportune.engine.affinity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The yardstick itself: popularity counted naively, and intervals that hold what they should. */
class AffinityEvaluationTest {
    private static final int BASKETS = 3_000;
    private static final double HELD_OUT = 0.25;
    private static final int K = 5;

    private static List<List<Integer>> baskets(final BasketLog log, final long seed) {
        final AffinityWorld world = new AffinityWorld(100, 60, seed);
        final List<List<Integer>> baskets = new ArrayList<>();
        for (int i = 0; i < BASKETS; i++) {
            final Basket basket = world.buy();
            log.onBasket(0, world.customer(), world.timeNs(), basket);
            final List<Integer> items = new ArrayList<>();
            for (int line = 0; line < basket.count(); line++) {
                items.add(basket.fold(line));
            }
            baskets.add(items);
        }
        return baskets;
    }

    @Test
    void shouldMeasurePopularityAsANaiveCountDoes() {
        final BasketLog log = new BasketLog();
        final List<List<Integer>> baskets = baskets(log, 21);
        final int train = (int) (BASKETS * (1 - HELD_OUT));
        final Map<Integer, Integer> bought = new HashMap<>();
        baskets.subList(0, train).forEach(basket -> basket.forEach(item -> bought.merge(item, 1, Integer::sum)));
        final List<Integer> ranked = bought.keySet().stream().sorted(Comparator.<Integer>comparingInt(
            item -> -bought.get(item)).thenComparing(Integer::compareUnsigned)).toList();
        int lines = 0;
        int found = 0;
        for (final List<Integer> basket : baskets.subList(train, BASKETS)) {
            for (final Integer wanted : basket) {
                lines++;
                found += ranked.stream().filter(item -> item.equals(wanted) || !basket.contains(item)).limit(K).toList()
                    .contains(wanted) ? 1 : 0;
            }
        }
        final AffinityEvaluation.Result result =
            AffinityEvaluation.of(log, AffinitySettings.defaults(), HELD_OUT, K, 100, 1);
        assertEquals(train, result.trainBaskets());
        assertEquals(lines, result.items().lines());
        assertEquals((double) found / lines, result.items().popularity(), 1e-12);
        assertTrue(result.items().recall() > result.items().popularity(), result::toString);
    }

    @Test
    void shouldGiveIntervalsAroundTheDifferenceThatNarrowWithMoreCustomers() {
        final BasketLog log = new BasketLog();
        baskets(log, 22);
        final AffinityEvaluation.Level level =
            AffinityEvaluation.of(log, AffinitySettings.defaults(), HELD_OUT, K, 500, 3).items();
        assertTrue(level.differenceLow() < level.difference() && level.difference() < level.differenceHigh(),
            level::toString);
        assertTrue(level.ratioLow() < level.ratio() && level.ratio() < level.ratioHigh(), level::toString);
        final AffinityEvaluation.Level again =
            AffinityEvaluation.of(log, AffinitySettings.defaults(), HELD_OUT, K, 500, 3).items();
        assertEquals(level, again, "the same seed");
        // Each basket a customer of its own: no history, and many more customers than 60.
        final BasketLog strangers = new BasketLog();
        final Basket basket = new Basket();
        for (int i = 0; i < log.count(); i++) {
            log.read(i, basket);
            strangers.onBasket(0, 0, log.timeNs(i), basket);
        }
        final AffinityEvaluation.Result unknown =
            AffinityEvaluation.of(strangers, AffinitySettings.defaults(), HELD_OUT, K, 500, 3);
        assertEquals(unknown.testBaskets(), unknown.customers());
        assertEquals(level.popularity(), unknown.items().popularity());
        assertTrue(unknown.items().recall() < level.recall(), "what was bought before says nothing");
    }

    @Test
    void shouldRefuseWhatLeavesNothing() {
        final BasketLog log = new BasketLog();
        baskets(log, 23);
        assertThrows(IllegalArgumentException.class,
            () -> AffinityEvaluation.of(log, AffinitySettings.defaults(), 1, K, 10, 1));
        assertThrows(IllegalArgumentException.class,
            () -> AffinityEvaluation.of(new BasketLog(), AffinitySettings.defaults(), 0.5, K, 10, 1));
    }

    @Test
    void shouldFollowMergesAndForgetTheErased() {
        final BasketLog log = new BasketLog();
        final Basket basket = new Basket();
        basket.add(1, 1);
        for (int i = 0; i < 6; i++) {
            log.onBasket(0, 1 + i % 3, i, basket);
        }
        log.onMerge(0, 1, 0, 2);
        log.onBasket(0, 2, 6, basket);
        log.onErasure(0, 3);
        log.onMerge(0, 2, 0, 9);
        final long[] expected = {9, 9, 0, 9, 9, 0, 9};
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], log.rootLow(i), "basket " + i);
        }
        assertEquals(7, log.lines());
    }
}
