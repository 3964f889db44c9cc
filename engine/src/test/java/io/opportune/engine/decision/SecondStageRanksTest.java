package io.opportune.engine.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opportune.engine.catalogue.Choice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The best of many candidates, as a stable sort finds them. */
class SecondStageRanksTest {
    private record Entry(int candidate, int priority, double score) {
    }

    @Test
    void shouldKeepWhatAStableSortPutsFirst() {
        final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final SecondStageRanks ranks = new SecondStageRanks();
        for (int round = 0; round < 500; round++) {
            final int limit = random.nextInt(1, Choice.MAX_SECOND_STAGE + 1);
            final int count = random.nextInt(0, 513);
            final List<Entry> entries = new ArrayList<>();
            ranks.begin(limit);
            for (int i = 0; i < count; i++) {
                // Few different values: many are equal.
                final Entry entry = new Entry(i, random.nextInt(3),
                    random.nextInt(20) == 0 ? Double.NaN : random.nextInt(30));
                ranks.consider(entry.candidate, entry.priority, entry.score);
                if (!Double.isNaN(entry.score)) {
                    entries.add(entry);
                }
            }
            entries.sort(Comparator.comparingInt(Entry::priority).thenComparingDouble(Entry::score).reversed());
            assertEquals(Math.min(limit, entries.size()), ranks.count(), "seed " + seed);
            for (int rank = 0; rank < ranks.count(); rank++) {
                assertEquals(entries.get(rank).candidate, ranks.candidate(rank), "seed " + seed + ", rank " + rank);
            }
        }
    }
}
