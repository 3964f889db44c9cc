package io.opportune.engine.arbitration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Scores, rules of slates, ties, and what a decision costs in bytes. */
class ArbiterTest {
    private static final ScoreFormula ALL = ScoreFormula.MONEY;
    private static final SlateRules ANYTHING = new SlateRules(32, 32, 0, 0);

    private final Arbiter arbiter = new Arbiter(new NoiseTable());
    private final Contenders contenders = new Contenders();

    private int offer(final int offerId, final int category, final int tier, final double mean, final long value) {
        return contenders.add(offerId, offerId % 10, category, tier, mean, 0.5, value, 1, 1);
    }

    private static ChoicePolicy[] policies() {
        return new ChoicePolicy[] {ChoicePolicy.GREEDY, ChoicePolicy.epsilon(0.2), ChoicePolicy.THOMPSON,
            ChoicePolicy.softmax(0.5), ChoicePolicy.GREEDY.withFloor(0.1), ChoicePolicy.THOMPSON.withFloor(0.1),
            ChoicePolicy.softmax(1).withFloor(0.1), ChoicePolicy.epsilon(0.3).withFloor(0.1)};
    }

    private String slate() {
        final StringBuilder ids = new StringBuilder();
        for (int place = 0; place < arbiter.count(); place++) {
            ids.append(place == 0 ? "" : " ").append(contenders.offerId(arbiter.contender(place)));
        }
        return ids.toString();
    }

    private String greedy(final SlateRules rules, final int places) {
        arbiter.arbitrate(contenders, ChoicePolicy.GREEDY, rules, places, null, 1, 2);
        return slate();
    }

    @Test
    void shouldMultiplyTheFactorsThatAreSwitchedOn() {
        for (int switches = 0; switches < 16; switches++) {
            final boolean p = (switches & 1) != 0;
            final boolean c = (switches & 2) != 0;
            final boolean v = (switches & 4) != 0;
            final boolean l = (switches & 8) != 0;
            contenders.begin(new ScoreFormula(p, c, v, l));
            contenders.add(1, 1, 1, 0, 0, 1, 7_000_000, 1.5, 3);
            assertEquals((p ? 0.5 : 1) * (c ? 1.5 : 1) * (v ? 7e6 : 1) * (l ? 3 : 1), contenders.score(0));
        }
    }

    @Test
    void shouldTakeTheBestOfEachCategoryFirst() {
        contenders.begin(ALL);
        offer(1, 1, 0, -2, 1_000);
        offer(2, 1, 0, -1, 1_000);
        offer(3, 2, 0, -3, 1_000);
        offer(4, 2, 0, -3, 9_000);
        assertEquals("4 2", greedy(SlateRules.ONE_PER_CATEGORY, 4));
        assertSame(Standing.CATEGORY_TAKEN, arbiter.standing(0));
        assertEquals("4 2 1 3", greedy(ANYTHING, 4));
        assertEquals("4 2 1", greedy(ANYTHING, 3));
        assertSame(Standing.OUTRANKED, arbiter.standing(2));
        assertEquals("", greedy(ANYTHING, 0));
    }

    @Test
    void shouldTakeSoManyOfAnAdvertiser() {
        contenders.begin(ALL);
        offer(11, 1, 0, -1, 1_000);
        offer(21, 2, 0, -2, 1_000);
        offer(31, 3, 0, -3, 1_000);
        offer(12, 4, 0, -4, 1_000);
        assertEquals("11 21 12", greedy(new SlateRules(1, 2, 0, 0), 4));
        assertSame(Standing.ADVERTISER_TAKEN, arbiter.standing(2));
    }

    @Test
    void shouldRatherOfferNothingThanWhatIsUnlikelyOrWorthLittle() {
        contenders.begin(ALL);
        offer(1, 1, 0, -3, 1_000_000);
        offer(2, 2, 0, 0, 10_000);
        assertEquals("1 2", greedy(ANYTHING, 3));
        assertEquals("2", greedy(new SlateRules(1, 1, 0.05, 0), 3));
        assertSame(Standing.BELOW_THRESHOLD, arbiter.standing(0));
        assertEquals("1", greedy(new SlateRules(1, 1, 0, 6_000), 3));
        for (final ChoicePolicy policy : policies()) {
            assertEquals(0, arbiter.arbitrate(
                contenders, policy, new SlateRules(1, 1, 0.6, 0), 3, null, 5, 6), policy.toString());
        }
        assertEquals("2", greedy(new SlateRules(1, 1, 0.5, 5_000), 3), "what just reaches the threshold clears it");
    }

    @Test
    void shouldExploreWithinTheGreatestTierOnly() {
        contenders.begin(ALL);
        for (int i = 1; i <= 30; i++) {
            offer(i, i, i % 3, i % 3 == 2 ? -5 : -1, 1_000);
        }
        for (final ChoicePolicy policy : policies()) {
            for (int decision = 0; decision < 200; decision++) {
                assertEquals(15, arbiter.arbitrate(contenders, policy, ANYTHING, 15, null, 9, decision));
                for (int place = 0; place < 15; place++) {
                    assertEquals(place < 10 ? 2 : 1, contenders.offerId(arbiter.contender(place)) % 3,
                        policy.toString());
                }
                assertEquals(1, arbiter.probability(9), 1e-12, "the last of its tier has no rival");
            }
        }
    }

    @Test
    void shouldBreakTiesByTheLowestOfferId() {
        contenders.begin(ALL);
        offer(12, 1, 0, -1, 1_000);
        offer(7, 2, 0, -1, 1_000);
        offer(9, 3, 0, -1, 1_000);
        assertEquals("7 9 12", greedy(ANYTHING, 3));
        // Nothing is known to be uncertain: all rows have the same winner.
        contenders.begin(ALL);
        contenders.add(12, 1, 1, 0, -1, 0, 1_000, 1, 1);
        contenders.add(7, 2, 2, 0, -1, 0, 1_000, 1, 1);
        arbiter.arbitrate(contenders, ChoicePolicy.THOMPSON, ANYTHING, 2, null, 1, 2);
        assertEquals("7 12", slate());
        assertEquals(1, arbiter.probability(0));
    }

    @Test
    void shouldNotDependOnTheOrderOfWhoComesWhereTheBestIsLookedFor() {
        final SplittableRandom random = new SplittableRandom(8);
        final int[] order = new int[40];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        for (final ChoicePolicy policy : new ChoicePolicy[] {ChoicePolicy.GREEDY, ChoicePolicy.THOMPSON}) {
            String first = null;
            for (int turn = 0; turn < 50; turn++) {
                contenders.begin(ALL);
                for (final int i : order) {
                    offer(100 + i, i, 0, -2 - 0.03 * (i * 17 % 40), 1_000 + i);
                }
                arbiter.arbitrate(contenders, policy, ANYTHING, 5, null, 3, 77);
                final StringBuilder slate = new StringBuilder(slate());
                for (int place = 0; place < 5; place++) {
                    slate.append(' ').append(arbiter.probability(place));
                }
                first = first == null ? slate.toString() : first;
                assertEquals(first, slate.toString());
                for (int i = order.length - 1; i > 0; i--) {
                    final int j = random.nextInt(i + 1);
                    final int moved = order[i];
                    order[i] = order[j];
                    order[j] = moved;
                }
            }
        }
    }

    @Test
    void shouldPassOverWhatIsNoNumber() {
        contenders.begin(ALL);
        contenders.add(1, 1, 1, 9, Double.NaN, 1, 1_000, 1, 1);
        contenders.add(2, 1, 2, 9, 0, Double.NaN, 1_000, 1, 1);
        contenders.add(3, 1, 3, 9, 0, -1, 1_000, 1, 1);
        contenders.add(4, 1, 4, 9, 0, 1, -1_000, 1, 1);
        contenders.add(5, 1, 5, 9, 0, 1, 1_000, Double.POSITIVE_INFINITY, 1);
        contenders.add(6, 1, 6, 9, 0, 1, 1_000, 1, Double.NaN);
        contenders.add(7, 1, 7, 9, Double.NEGATIVE_INFINITY, 1, 1_000, 1, 1);
        contenders.add(8, 1, 8, 0, 0, 1, 1_000, 1, 1);
        for (final ChoicePolicy policy : policies()) {
            assertEquals(1, arbiter.arbitrate(contenders, policy, ANYTHING, 8, null, 1, 1));
            assertEquals("8", slate(), policy.toString());
            assertEquals(1, arbiter.probability(0), 1e-15);
        }
        assertSame(Standing.INVALID, arbiter.standing(0));
        assertSame(Standing.INVALID, arbiter.standing(6));
    }

    @Test
    void shouldDecideAmongThoseThatAreWorthNothing() {
        contenders.begin(ALL);
        for (int i = 1; i <= 4; i++) {
            offer(i, i, 0, -i, 0);
        }
        for (final ChoicePolicy policy : policies()) {
            assertEquals(4, arbiter.arbitrate(contenders, policy, ANYTHING, 4, null, 1, 1), policy.toString());
        }
        assertEquals("1 2 3 4", greedy(ANYTHING, 4));
        // Softmax over scores that are far apart: what is left after the best is still drawn by its score.
        contenders.begin(ALL);
        offer(1, 1, 0, 10, 1_000_000_000L);
        offer(2, 2, 0, -30, 1);
        offer(3, 3, 0, -30, 1);
        arbiter.begin(contenders, ChoicePolicy.softmax(0.01), ANYTHING, 3, null);
        assertTrue(arbiter.advance());
        assertEquals(1, arbiter.probabilityOf(0));
        arbiter.take(0);
        assertTrue(arbiter.advance());
        assertEquals(0.5, arbiter.probabilityOf(1), 1e-12);
    }

    @Test
    void shouldUseNoNoiseWhereThePropensityDoesNotCount() {
        contenders.begin(new ScoreFormula(false, true, true, true));
        contenders.add(1, 1, 1, 0, -9, 3, 2_000, 1, 1);
        contenders.add(2, 2, 2, 0, 9, 3, 1_000, 1, 1);
        arbiter.arbitrate(contenders, ChoicePolicy.THOMPSON, ANYTHING, 1, null, 1, 2);
        assertEquals("1", slate());
        assertEquals(1, arbiter.probability(0));
    }

    @Test
    void shouldHoldOnlySoMany() {
        contenders.begin(ALL);
        for (int i = 0; i < Contenders.MAX_CONTENDERS; i++) {
            assertEquals(i, offer(i + 1, i, 0, -1 - i * 0.01, 1_000));
        }
        assertEquals(-1, offer(1_000, 1, 0, 5, 1_000));
        assertEquals(Contenders.MAX_CONTENDERS, contenders.count());
        for (final ChoicePolicy policy : policies()) {
            assertEquals(SlateRules.MAX_PLACES, arbiter.arbitrate(contenders, policy, ANYTHING, 99, null, 1, 1));
        }
    }

    @Test
    void shouldComeOutTheSameForTheSameIdAndDifferForOthers() {
        contenders.begin(ALL);
        for (int i = 1; i <= 20; i++) {
            offer(i, i, 0, -2 - 0.02 * i, 1_000);
        }
        final Arbiter again = new Arbiter(new NoiseTable());
        for (final ChoicePolicy policy : policies()) {
            int different = 0;
            String before = "";
            for (int decision = 0; decision < 300; decision++) {
                arbiter.arbitrate(contenders, policy, ANYTHING, 4, null, 42, decision);
                again.arbitrate(contenders, policy, ANYTHING, 4, null, 42, decision);
                for (int place = 0; place < 4; place++) {
                    assertEquals(arbiter.contender(place), again.contender(place));
                    assertEquals(Double.doubleToRawLongBits(arbiter.probability(place)),
                        Double.doubleToRawLongBits(again.probability(place)));
                }
                different += slate().equals(before) ? 0 : 1;
                before = slate();
            }
            assertTrue(policy.equals(ChoicePolicy.GREEDY) ? different == 1 : different > 50,
                policy + ": " + different);
        }
    }

    /** Every policy, all bits of what is decided: what is journalled today is decided the same on every machine. */
    @Test
    void shouldDecideTheSameForEver() {
        long bits = 0;
        for (int decision = 0; decision < 2_000; decision++) {
            final SplittableRandom random = new SplittableRandom(decision);
            contenders.begin(ALL);
            final int count = random.nextInt(80);
            for (int i = 0; i < count; i++) {
                contenders.add(random.nextInt(1, 10_000), random.nextInt(20), random.nextInt(10), random.nextInt(2),
                    random.nextDouble(-6, 0), random.nextDouble(0, 1), random.nextLong(10_000_000),
                    random.nextDouble(0.5, 2), random.nextDouble(0.5, 2));
            }
            final ChoicePolicy policy = policies()[decision % policies().length];
            arbiter.arbitrate(contenders, policy, new SlateRules(2, 3, 0, 0), 5, null, decision, random.nextLong());
            for (int place = 0; place < arbiter.count(); place++) {
                bits = 31 * bits + contenders.offerId(arbiter.contender(place));
                bits = 31 * bits + Double.doubleToRawLongBits(arbiter.probability(place));
                bits = 31 * bits + Double.doubleToRawLongBits(contenders.score(arbiter.contender(place)));
            }
        }
        assertEquals(5331858644797378831L, bits);
    }

    @Test
    void shouldAllocateNothing() {
        final SlateRules rules = new SlateRules(1, 2, 0.001, 10);
        final ChoicePolicy[] policies = policies();
        final SlateGuard guard = new SlateGuard() {
            private int taken;

            @Override
            public boolean admits(final int contender) {
                return (contender + taken) % 7 != 0;
            }

            @Override
            public void taken(final int contender) {
                taken++;
            }
        };
        final long bytes = AllocationProbe.bytesOf(() -> {
            for (int decision = 0; decision < 20_000; decision++) {
                contenders.begin(ALL);
                for (int i = 0; i < 32; i++) {
                    offer(i + 1, i % 12, i % 2, -2 - 0.05 * i, 1_000_000);
                }
                arbiter.arbitrate(
                    contenders, policies[decision % policies.length], rules, 4, guard, 42, decision);
            }
        });
        assertEquals(0, bytes);
    }

    @Test
    void shouldRefuseParametersOutOfTheirRange() {
        for (final Runnable wrong : new Runnable[] {
            () -> ChoicePolicy.epsilon(1.1), () -> ChoicePolicy.epsilon(Double.NaN), () -> ChoicePolicy.softmax(0),
            () -> ChoicePolicy.softmax(Double.POSITIVE_INFINITY), () -> ChoicePolicy.THOMPSON.withFloor(-0.1),
            () -> new ChoicePolicy(Exploration.GREEDY, 0.1, 1, 1, 0),
            () -> new ChoicePolicy(Exploration.THOMPSON, 0, 2, 1, 0), () -> ChoicePolicy.thompson(0),
            () -> new ChoicePolicy(Exploration.SOFTMAX, 0, 1, 0.5, 0),
            () -> new SlateRules(0, 1, 0, 0), () -> new SlateRules(1, 33, 0, 0),
            () -> new SlateRules(1, 1, 1.5, 0), () -> new SlateRules(1, 1, 0, -1)}) {
            assertThrows(IllegalArgumentException.class, wrong::run);
        }
    }

    @Test
    void shouldKeepTheCodesThatAreJournalled() {
        assertSame(Exploration.GREEDY, Exploration.of(0));
        assertSame(Exploration.EPSILON, Exploration.of(1));
        assertSame(Exploration.THOMPSON, Exploration.of(2));
        assertSame(Exploration.SOFTMAX, Exploration.of(3));
        assertNull(Exploration.of(4));
        assertNull(Exploration.of(-1));
        for (final Exploration exploration : Exploration.values()) {
            assertSame(exploration, Exploration.of(exploration.code()));
        }
    }
}
