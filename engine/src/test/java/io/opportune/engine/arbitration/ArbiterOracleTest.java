package io.opportune.engine.arbitration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.arbitration.NaiveArbiter.Contender;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

/** The arbiter does what its definition says, in thousands of random decisions with every policy and rule. */
class ArbiterOracleTest {
    private static final int DECISIONS = 6_000;
    private static final int GUARDED_GROUPS = 4;
    private static final ScoreFormula FORMULA = ScoreFormula.MONEY;

    private final NoiseTable noise = new NoiseTable(64, 3);
    private final Arbiter arbiter = new Arbiter(noise);
    private final Contenders contenders = new Contenders();
    private final CounterRandom drawn = new CounterRandom();

    /** At most so many of the offers with the same remainder. */
    private final class GroupGuard implements SlateGuard {
        private final int most;
        private final int[] taken = new int[GUARDED_GROUPS];

        private GroupGuard(final int most) {
            this.most = most;
        }

        @Override
        public boolean admits(final int contender) {
            return taken[group(contenders.offerId(contender))] < most;
        }

        @Override
        public void taken(final int contender) {
            taken[group(contenders.offerId(contender))]++;
        }
    }

    private static int group(final int offerId) {
        return offerId % GUARDED_GROUPS;
    }

    private static List<Contender> randomContenders(final SplittableRandom random) {
        final int count = random.nextInt(random.nextInt(4) == 0 ? 100 : 12);
        final int values = 1 + random.nextInt(4);
        final int tiers = 1 + random.nextInt(3);
        final boolean alike = random.nextInt(5) == 0;
        final double width = random.nextDouble(0, 4);
        final List<Contender> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new Contender(1 + i * 7919 % 1000, random.nextInt(6), random.nextInt(8), random.nextInt(tiers),
                alike ? -2 : random.nextDouble(-1 - width, -1 + width),
                alike ? 0.5 * random.nextInt(2) : random.nextInt(4) == 0 ? 0 : random.nextDouble(0, 1.5),
                random.nextInt(values) * 500_000.0));
        }
        return all;
    }

    private static ChoicePolicy randomPolicy(final SplittableRandom random) {
        final ChoicePolicy policy = switch (random.nextInt(4)) {
            case 0 -> ChoicePolicy.GREEDY;
            case 1 -> ChoicePolicy.epsilon(random.nextDouble(0, 1));
            case 2 -> random.nextBoolean() ? ChoicePolicy.THOMPSON : ChoicePolicy.thompson(random.nextDouble(0.05, 4));
            default -> ChoicePolicy.softmax(StrictMath.exp(random.nextDouble(-3, 2)));
        };
        return random.nextBoolean() ? policy : policy.withFloor(random.nextInt(5) == 0 ? 1 : random.nextDouble(0, 0.5));
    }

    private static SlateRules randomRules(final SplittableRandom random) {
        return new SlateRules(1 + random.nextInt(3), random.nextBoolean() ? 1 + random.nextInt(2) : 32,
            random.nextBoolean() ? 0 : random.nextDouble(0, 0.3), random.nextBoolean() ? 0 : random.nextDouble(0, 1e5));
    }

    private void fill(final List<Contender> all) {
        contenders.begin(FORMULA);
        for (final Contender one : all) {
            contenders.add(one.offerId(), one.advertiser(), one.category(), one.tier(), one.mean(), one.sd(),
                (long) one.factor(), 1, 1);
        }
    }

    @Test
    void shouldDecideAsItIsDefined() {
        final int[] ofPolicy = new int[Exploration.values().length];
        int second = 0;
        for (int seed = 0; seed < DECISIONS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final List<Contender> all = randomContenders(random);
            fill(all);
            final ChoicePolicy policy = randomPolicy(random);
            final SlateRules rules = randomRules(random);
            final int most = random.nextBoolean() ? 1 + random.nextInt(2) : SlateRules.MAX_PLACES;
            final BiPredicate<List<Contender>, Contender> admits = (slate, one) ->
                slate.stream().filter(taken -> group(taken.offerId()) == group(one.offerId())).count() < most;
            final NaiveArbiter naive = new NaiveArbiter(noise, all, policy, rules, admits);
            final int places = random.nextInt(6);
            final long high = random.nextLong();
            final long low = random.nextLong();
            final int count = arbiter.arbitrate(contenders, policy, rules, places, new GroupGuard(most), high, low);
            checkSlate(naive, all, policy, places, high, low, "seed " + seed);
            ofPolicy[policy.exploration().code()]++;
            second += count > 1 ? 1 : 0;
        }
        for (final int decisions : ofPolicy) {
            assertTrue(decisions > DECISIONS / 8);
        }
        assertTrue(second > DECISIONS / 5, "slates of more than one: " + second);
    }

    private void checkSlate(
        final NaiveArbiter naive,
        final List<Contender> all,
        final ChoicePolicy policy,
        final int places,
        final long high,
        final long low,
        final String context) {
        final List<Contender> slate = new ArrayList<>();
        for (int place = 0; place < arbiter.count(); place++) {
            final List<Contender> eligible = naive.eligible(slate);
            final double[] probabilities = naive.probabilities(eligible);
            final Contender chosen = all.get(arbiter.contender(place));
            final int k = eligible.indexOf(chosen);
            assertTrue(k >= 0, context + " place " + place + " went to one who was not eligible");
            assertEquals(probabilities[k], arbiter.probability(place), 1e-12, context + " place " + place);
            assertEquals(naive.best(eligible) != k, arbiter.isExplored(place), context);
            drawn.draw(high, low, place);
            checkDrawn(naive, eligible, probabilities, policy, k, context);
            assertSame(Standing.CHOSEN, arbiter.standing(arbiter.contender(place)), context);
            slate.add(chosen);
        }
        assertTrue(arbiter.count() == places || naive.eligible(slate).isEmpty(),
            () -> context + " stopped after " + arbiter.count());
    }

    private void checkDrawn(
        final NaiveArbiter naive,
        final List<Contender> eligible,
        final double[] probabilities,
        final ChoicePolicy policy,
        final int k,
        final String context) {
        final double even = policy.floor() + (1 - policy.floor()) * policy.epsilon();
        if (CounterRandom.unit(drawn.first()) < even) {
            assertEquals(CounterRandom.below(eligible.size(), drawn.second()), k, context);
        } else if (policy.exploration() == Exploration.THOMPSON) {
            assertEquals(naive.winner(eligible, CounterRandom.below(noise.rows(), drawn.second())), k, context);
        } else if (policy.exploration() == Exploration.SOFTMAX) {
            final double at = CounterRandom.unit(drawn.second());
            double before = 0;
            for (int j = 0; j < k; j++) {
                before += (probabilities[j] - policy.floor() / eligible.size()) / (1 - policy.floor());
            }
            final double own = (probabilities[k] - policy.floor() / eligible.size()) / (1 - policy.floor());
            assertTrue(at > before - 1e-9 && at < before + own + 1e-9, context);
        } else {
            assertEquals(naive.best(eligible), k, context);
        }
    }

    @Test
    void shouldGiveEveryContenderItsProbabilityAtEveryPlace() {
        for (int seed = 0; seed < DECISIONS / 4; seed++) {
            final SplittableRandom random = new SplittableRandom(~seed);
            final List<Contender> all = randomContenders(random);
            fill(all);
            final ChoicePolicy policy = randomPolicy(random);
            final SlateRules rules = randomRules(random);
            final NaiveArbiter naive = new NaiveArbiter(noise, all, policy, rules, (slate, one) -> true);
            final List<Contender> slate = new ArrayList<>();
            arbiter.begin(contenders, policy, rules, 4, null);
            final String context = "seed " + seed;
            while (arbiter.advance()) {
                final List<Contender> eligible = naive.eligible(slate);
                final double[] probabilities = naive.probabilities(eligible);
                double sum = 0;
                for (int i = 0; i < all.size(); i++) {
                    final int k = eligible.indexOf(all.get(i));
                    final double probability = arbiter.probabilityOf(i);
                    assertEquals(k < 0 ? 0 : probabilities[k], probability, 1e-12, context);
                    assertTrue(k < 0 || probability >= policy.floor() / eligible.size(), context + " floor");
                    sum += probability;
                }
                assertEquals(1, sum, 1e-12, context);
                final Contender any = eligible.get(random.nextInt(eligible.size()));
                arbiter.take(all.indexOf(any));
                slate.add(any);
            }
            assertTrue(slate.size() == 4 || naive.eligible(slate).isEmpty(), context);
        }
    }

    /** The table of chords changes the winner of a row only where two sampled scores are equal to 0.004 %. */
    @Test
    void shouldSampleWhatTheLogisticFunctionSays() {
        int rows = 0;
        int other = 0;
        for (int seed = 0; seed < 400; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final List<Contender> all = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                all.add(new Contender(1 + i, i, i, 0, random.nextDouble(-6, 1), random.nextDouble(0, 2),
                    random.nextDouble(1, 9) * 1e5));
            }
            final NaiveArbiter naive = new NaiveArbiter(
                noise, all, ChoicePolicy.THOMPSON, SlateRules.ONE_PER_CATEGORY, (slate, one) -> true);
            for (int row = 0; row < noise.rows(); row++) {
                final int winner = naive.winner(all, row);
                final int exact = naive.winnerByTheLibrary(all, row);
                rows++;
                if (winner != exact) {
                    other++;
                    final double ratio = sampled(all.get(winner), row) / sampled(all.get(exact), row);
                    assertEquals(1, ratio, 4e-5, "seed " + seed + " row " + row);
                }
            }
        }
        assertTrue(other < rows / 2_000, other + " of " + rows);
        assertFalse(rows == 0);
    }

    private double sampled(final Contender one, final int row) {
        return one.factor() / (1 + StrictMath.exp(-(one.mean() + one.sd() * noise.noise(row, one.offerId()))));
    }
}
