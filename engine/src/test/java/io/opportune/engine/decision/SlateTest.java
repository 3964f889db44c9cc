package io.opportune.engine.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlateTest {
    private static final long SEED = 20170101;

    @Test
    void shouldHoldTheBestOfEachCategoryWhateverTheOrder() {
        final Random random = new Random(SEED);
        for (int round = 0; round < 20_000; round++) {
            final Case drawn = new Case(random);
            final Slate slate = new Slate();
            slate.begin(drawn.wanted);
            for (int i = 0; i < drawn.candidates.count(); i++) {
                slate.consider(drawn.candidates, i, drawn.categories[i]);
            }
            assertEquals(drawn.naive(), places(slate), "seed " + SEED + ", round " + round);
        }
    }

    @Test
    void shouldGiveTheSameSlateWhenItStopsAtTheProof() {
        final Random random = new Random(SEED + 1);
        int stoppedEarly = 0;
        for (int round = 0; round < 20_000; round++) {
            final Case drawn = new Case(random);
            final List<Integer> byBound = new ArrayList<>();
            for (int i = 0; i < drawn.candidates.count(); i++) {
                byBound.add(i);
            }
            byBound.sort(Comparator.comparingDouble((Integer i) -> -drawn.bounds[i]).thenComparingInt(i -> i));
            final Slate slate = new Slate();
            slate.begin(drawn.wanted);
            for (final int i : byBound) {
                if (slate.isProvenAgainst(drawn.bounds[i], drawn.candidates.offerIndex(i), drawn.candidates)) {
                    stoppedEarly++;
                    break;
                }
                slate.consider(drawn.candidates, i, drawn.categories[i]);
            }
            assertEquals(drawn.naive(), places(slate), "seed " + (SEED + 1) + ", round " + round);
        }
        assertEquals(true, stoppedEarly > 5_000, "only " + stoppedEarly + " rounds stopped early");
    }

    private static List<Integer> places(final Slate slate) {
        final List<Integer> places = new ArrayList<>();
        for (int place = 0; place < slate.count(); place++) {
            places.add(slate.candidate(place));
        }
        return places;
    }

    /** Candidates with few distinct scores and categories, so that ties and rivals are frequent. */
    private static final class Case {
        private final Candidates candidates = new Candidates();
        private final int[] categories;
        private final double[] bounds;
        private final int wanted;

        Case(final Random random) {
            final int count = random.nextInt(40);
            categories = new int[count];
            bounds = new double[count];
            wanted = 1 + random.nextInt(5);
            candidates.ensureCapacity(count);
            for (int i = 0; i < count; i++) {
                candidates.add(i);
                final double score = random.nextInt(12);
                candidates.score(i, 0.1, score, Screening.BY_CHANNEL);
                bounds[i] = score + random.nextInt(3);
                categories[i] = random.nextInt(8);
            }
        }

        private List<Integer> naive() {
            final List<Integer> all = new ArrayList<>();
            for (int i = 0; i < candidates.count(); i++) {
                all.add(i);
            }
            all.sort(Comparator.comparingDouble((Integer i) -> -candidates.score(i)).thenComparingInt(i -> i));
            final Set<Integer> taken = new HashSet<>();
            final List<Integer> best = new ArrayList<>();
            for (final int i : all) {
                if (best.size() < wanted && taken.add(categories[i])) {
                    best.add(i);
                }
            }
            return best;
        }
    }
}
