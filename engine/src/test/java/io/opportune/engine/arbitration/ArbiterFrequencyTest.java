package io.opportune.engine.arbitration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is journalled as a probability is how often it happens: 1,000,000 decisions for each policy, slates of three,
 * each place against its probabilities given the places before.
 */
class ArbiterFrequencyTest {
    private static final int DECISIONS = 1_000_000;
    /** Of the second of the two Thompson policies, which take the longest. */
    private static final int FEWER_DECISIONS = 250_000;
    private static final int OFFERS = 8;
    private static final int PLACES = 3;
    private static final int MIN_EXPECTED = 10;
    private static final SlateRules RULES = new SlateRules(2, 32, 0, 0);

    private final Arbiter arbiter = new Arbiter(new NoiseTable());
    private final Contenders contenders = new Contenders();

    /** What happened behind one beginning of a slate. */
    private static final class Node {
        private final int[] counts = new int[OFFERS];
        private final double[] journalled = new double[OFFERS];
        private int visits;
    }

    private void fill() {
        contenders.begin(ScoreFormula.MONEY);
        for (int i = 0; i < OFFERS; i++) {
            contenders.add(101 + i, 1, i % 4, i == 7 ? -1 : 0, -3 + 0.1 * i, 0.2 + 0.1 * (i % 3),
                1_000_000 - 40_000 * i, 1, 1);
        }
    }

    private static ChoicePolicy policy(final String name) {
        return switch (name) {
            case "greedy with floor" -> ChoicePolicy.GREEDY.withFloor(0.2);
            case "epsilon" -> ChoicePolicy.epsilon(0.3);
            case "thompson" -> ChoicePolicy.THOMPSON;
            case "thompson with floor" -> ChoicePolicy.THOMPSON.withFloor(0.05);
            case "softmax" -> ChoicePolicy.softmax(0.3);
            default -> ChoicePolicy.softmax(0.1).withFloor(0.1);
        };
    }

    @ParameterizedTest
    @ValueSource(strings =
        {"greedy with floor", "epsilon", "thompson", "thompson with floor", "softmax", "softmax with floor"})
    void shouldChooseAsOftenAsItSays(final String name) {
        fill();
        final ChoicePolicy policy = policy(name);
        final Map<Integer, Node> nodes = new TreeMap<>();
        final int decisions = "thompson with floor".equals(name) ? FEWER_DECISIONS : DECISIONS;
        for (int decision = 0; decision < decisions; decision++) {
            // Ids as they come: partition and term in one half, a sequence in the other.
            arbiter.arbitrate(contenders, policy, RULES, PLACES, null, 17L << 48 | 3, decision);
            assertEquals(PLACES, arbiter.count());
            int before = 0;
            for (int place = 0; place < PLACES; place++) {
                final Node node = nodes.computeIfAbsent(before, prefix -> new Node());
                final int i = arbiter.contender(place);
                node.visits++;
                node.counts[i]++;
                assertTrue(node.journalled[i] == 0 || node.journalled[i] == arbiter.probability(place),
                    "another probability in the same situation");
                node.journalled[i] = arbiter.probability(place);
                before = before * (OFFERS + 1) + i + 1;
            }
        }
        for (int place = 0; place < PLACES; place++) {
            checkPlace(name, policy, nodes, place);
        }
    }

    private void checkPlace(
        final String name, final ChoicePolicy policy, final Map<Integer, Node> nodes, final int place) {
        double statistic = 0;
        int freedom = 0;
        for (final Map.Entry<Integer, Node> entry : nodes.entrySet()) {
            if (length(entry.getKey()) == place) {
                final double[] probabilities = probabilitiesBehind(policy, entry.getKey());
                final Node node = entry.getValue();
                double rareExpected = 0;
                int rare = 0;
                int cells = 0;
                for (int i = 0; i < OFFERS; i++) {
                    final double expected = probabilities[i] * node.visits;
                    if (node.counts[i] > 0) {
                        assertEquals(probabilities[i], node.journalled[i], "of walking along, and of deciding");
                    }
                    if (expected >= MIN_EXPECTED) {
                        statistic += square(node.counts[i] - expected) / expected;
                        cells++;
                    } else {
                        assertTrue(expected > 0 || node.counts[i] == 0, "something impossible happened");
                        rareExpected += expected;
                        rare += node.counts[i];
                    }
                }
                if (rareExpected >= MIN_EXPECTED) {
                    statistic += square(rare - rareExpected) / rareExpected;
                    cells++;
                }
                freedom += Math.max(0, cells - 1);
            }
        }
        assertTrue(freedom >= 5, name + ": " + freedom + " degrees of freedom at place " + place);
        assertTrue(statistic < ChiSquare.critical(freedom), name + ", place " + place + ": chi-square " + statistic
            + " with " + freedom + " degrees of freedom, critical is " + ChiSquare.critical(freedom));
    }

    private static double square(final double x) {
        return x * x;
    }

    private static int length(final int prefix) {
        return prefix == 0 ? 0 : 1 + length(prefix / (OFFERS + 1));
    }

    private double[] probabilitiesBehind(final ChoicePolicy policy, final int prefix) {
        arbiter.begin(contenders, policy, RULES, PLACES, null);
        arbiter.advance();
        walk(prefix);
        final double[] probabilities = new double[OFFERS];
        double sum = 0;
        for (int i = 0; i < OFFERS; i++) {
            probabilities[i] = arbiter.probabilityOf(i);
            sum += probabilities[i];
        }
        assertEquals(1, sum, 1e-12);
        return probabilities;
    }

    private void walk(final int prefix) {
        if (prefix > 0) {
            walk(prefix / (OFFERS + 1));
            arbiter.take(prefix % (OFFERS + 1) - 1);
            arbiter.advance();
        }
    }

    /** The test is worth something: frequencies that are off by one part in a hundred do not pass. */
    @Test
    void shouldNoticeWrongProbabilities() {
        final int[] counts = new int[4];
        final CounterRandom random = new CounterRandom();
        for (int decision = 0; decision < DECISIONS; decision++) {
            random.draw(1, 2, decision);
            final double at = CounterRandom.unit(random.first());
            counts[at < 0.2525 ? 0 : at < 0.5 ? 1 : at < 0.75 ? 2 : 3]++;
        }
        assertTrue(ChiSquare.of(counts, DECISIONS / 4.0) > ChiSquare.critical(3));
    }
}
