package io.opportune.engine.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.targeting.Node;
import io.opportune.engine.targeting.RandomRules;
import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.Situation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The index against the trees of the rules, which define what is right. */
class TargetingIndexTest {
    private static final int LIST_CAPACITY = Situation.DEFAULT_LIST_CAPACITY;

    @Test
    void shouldFindExactlyTheRulesThatHoldInAMillionPairs() {
        final long seed = Long.getLong("seed", 20261122L);
        final RandomRules random = new RandomRules(seed);
        long pairs = 0;
        long matches = 0;
        for (int catalogue = 0; catalogue < 20; catalogue++) {
            final List<Rule> rules = new ArrayList<>();
            // Sizes around words, and one in twenty larger than a block.
            final int size = catalogue == 7 ? 9_000 : 1 + 61 * catalogue;
            while (rules.size() < size) {
                rules.add(random.rule(1 + rules.size() % 4));
            }
            final TargetingIndex index = TargetingIndex.of(rules);
            final IndexCursor cursor = new IndexCursor(index, LIST_CAPACITY);
            final IndexEvent event = new IndexEvent(index, LIST_CAPACITY);
            for (int i = 0; i < 50; i++) {
                final Situation situation = random.situation(i % 10);
                final String context = "seed " + seed + ", catalogue " + catalogue + ", situation " + i + ", rule ";
                event.encode(situation);
                if (i % 2 == 0) {
                    cursor.begin(event, null);
                } else {
                    cursor.beginAll(event, null);
                }
                int found = cursor.next();
                for (int rank = 0; rank < size; rank++) {
                    final boolean expected = rules.get(rank).root().holds(situation);
                    assertEquals(expected, found == rank, context + rank + ": " + rules.get(rank));
                    if (expected) {
                        found = cursor.next();
                        matches++;
                    }
                    pairs++;
                }
                assertEquals(IndexCursor.END, found, context);
            }
        }
        assertTrue(pairs >= 1_000_000, pairs + " pairs");
        assertTrue(matches > pairs / 10 && matches < pairs * 9 / 10, matches + " matches: the test tells something");
    }

    @Test
    void shouldPassOverRulesThatAreNotAllowed() {
        final RandomRules random = new RandomRules(5);
        final List<Rule> rules = new ArrayList<>();
        while (rules.size() < 500) {
            rules.add(random.rule(2));
        }
        final long[] allowed = new long[8];
        final Random bits = new Random(6);
        for (int word = 0; word < allowed.length; word++) {
            allowed[word] = bits.nextLong();
        }
        final TargetingIndex index = TargetingIndex.of(rules);
        final IndexCursor cursor = new IndexCursor(index, LIST_CAPACITY);
        final IndexEvent event = new IndexEvent(index, LIST_CAPACITY);
        final Situation situation = random.situation(3);
        event.encode(situation);
        cursor.begin(event, allowed);
        for (int rank = 0; rank < rules.size(); rank++) {
            if ((allowed[rank >>> 6] >>> rank & 1) != 0 && rules.get(rank).matches(situation)) {
                assertEquals(rank, cursor.next());
            }
        }
        assertEquals(IndexCursor.END, cursor.next());
    }

    @Test
    void shouldSayWhichRulesCannotMatch() {
        final RandomRules random = new RandomRules(7);
        final List<Rule> rules = List.of(
            random.compiled("customer.age > 5 && customer.age < 3"),
            random.compiled("customer.age > 5 && !(customer.age > 4)"),
            random.compiled("customer.tier == \"gold\" && customer.tier == \"silver\""),
            random.compiled("customer.age > 5 || customer.age < 3"));
        final TargetingIndex index = TargetingIndex.of(rules);
        assertTrue(index.isNever(0) && index.isNever(1) && index.isNever(2));
        assertTrue(!index.isNever(3));
    }

    /** Thousands of lines through one scalar: rows for each interval would grow with the square of the rules. */
    @Test
    void shouldBoundTheRowsOfAScalarThatRulesCutIntoThousandsOfPieces() {
        final RandomRules random = new RandomRules(9);
        final Node.InInterval sample = (Node.InInterval) random.compiled("customer.age > 5").root();
        final Node other = random.compiled("customer.tier == \"gold\"").root();
        final List<Node> roots = new ArrayList<>();
        for (int i = 0; i < 12_000; i++) {
            final Node.InInterval above =
                new Node.InInterval(sample.subject(), 7L * i, Long.MAX_VALUE, i % 3 == 1, sample.words());
            roots.add(i % 3 == 2 ? new Node.Or(List.of(above, other)) : i % 5 == 0 ? new Node.Not(above) : above);
        }
        final TargetingIndex index = TargetingIndex.of(roots.size(), roots::get);
        assertTrue(index.bytes() < 4_000L * roots.size(), index.bytes() + " bytes for " + roots.size() + " rules");
        final IndexCursor cursor = new IndexCursor(index, LIST_CAPACITY);
        final IndexEvent event = new IndexEvent(index, LIST_CAPACITY);
        final Situation situation = random.situation(0);
        final int slot = ((Node.Scalar) sample.subject()).slot();
        for (int i = -1; i < 40; i++) {
            if (i < 0) {
                situation.remove(slot);
            } else {
                situation.set(slot, 7L * 300 * i + i % 8 - 1);
            }
            event.encode(situation);
            cursor.begin(event, null);
            int found = cursor.next();
            for (int rank = 0; rank < roots.size(); rank++) {
                assertEquals(roots.get(rank).holds(situation), found == rank, "value " + i + ", rule " + rank);
                found = found == rank ? cursor.next() : found;
            }
        }
    }

    /** Of these nothing is a leaf of a clause, unlike above. */
    @Test
    void shouldBoundTheRowsOfDemandsAndOfSetsWithThousandsOfValues() {
        final RandomRules random = new RandomRules(11);
        final Node.InInterval sample = (Node.InInterval) random.compiled("customer.age > 5").root();
        final List<Node> demands = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            demands.add(new Node.InInterval(sample.subject(), 7L * i, Long.MAX_VALUE, false, sample.words()));
        }
        assertFindsWhatHolds(random, sample, demands, 7L);
        final List<Long> sparse = LongStream.range(0, 3_000).mapToObj(i -> 10 * i).toList();
        assertFindsWhatHolds(random, sample, List.of(new Node.InSet(sample.subject(), sparse, "in")), 10L);
        final Node other = random.compiled("customer.tier == \"gold\"").root();
        assertFindsWhatHolds(random, sample, demands.stream().map(
            demand -> (Node) new Node.Or(List.of(demand, other))).toList(), 7L);
    }

    private static void assertFindsWhatHolds(
        final RandomRules random, final Node.InInterval sample, final List<Node> roots, final long step) {
        final TargetingIndex index = TargetingIndex.of(roots.size(), roots::get);
        final IndexCursor cursor = new IndexCursor(index, LIST_CAPACITY);
        final IndexEvent event = new IndexEvent(index, LIST_CAPACITY);
        final Situation situation = random.situation(0);
        for (int i = -1; i < 300; i++) {
            situation.set(((Node.Scalar) sample.subject()).slot(), 10 * step * i + i % 2);
            event.encode(situation);
            cursor.begin(event, null);
            for (int rank = 0; rank < roots.size(); rank++) {
                if (roots.get(rank).holds(situation)) {
                    assertEquals(rank, cursor.next(), "value of step " + i);
                }
            }
            assertEquals(IndexCursor.END, cursor.next(), "value of step " + i);
        }
    }

    /** Whoever has a deadline is asked now and then, however little matches. */
    @Test
    void shouldComeBackWhileItFindsNothing() {
        final RandomRules random = new RandomRules(12);
        final Node far = random.compiled("position.distance_km(0.0, 0.0) > 19000.0").root();
        final Situation situation = random.situation(0);
        situation.setPosition(0, 0);
        final List<Node> roots = IntStream.range(0, 10_000).mapToObj(i -> far).toList();
        final TargetingIndex index = TargetingIndex.of(roots.size(), roots::get);
        final IndexCursor cursor = new IndexCursor(index, LIST_CAPACITY);
        final IndexEvent event = new IndexEvent(index, LIST_CAPACITY);
        event.encode(situation);
        cursor.begin(event, null);
        int asked = 0;
        int found = cursor.nextOrMore();
        while (found == IndexCursor.MORE) {
            asked++;
            found = cursor.nextOrMore();
        }
        assertEquals(IndexCursor.END, found);
        assertTrue(asked >= roots.size() / 128, asked + " times");
    }

    @Test
    void shouldSearchAnEmptyCatalogue() {
        final TargetingIndex index = TargetingIndex.of(List.of());
        final IndexCursor cursor = new IndexCursor(index, LIST_CAPACITY);
        final IndexEvent event = new IndexEvent(index, LIST_CAPACITY);
        event.encode(new RandomRules(1).situation(0));
        cursor.begin(event, null);
        assertEquals(IndexCursor.END, cursor.next());
    }
}
