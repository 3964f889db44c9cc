package io.opportune.bench.match;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.index.IndexCursor;
import io.opportune.engine.index.IndexEvent;
import io.opportune.engine.index.TargetingIndex;
import io.opportune.engine.targeting.Situation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BestSearchTest {
    private static final long SEED = 20_261_124L;
    private static final int OFFERS = 400;
    private static final int EVENTS = 50;

    private MatchWorkload workload;
    private OfferBounds bounds;
    private TargetingIndex index;

    @BeforeEach
    void build(@TempDir final Path directory) throws IOException {
        new SmallWorkload(SEED).write(directory, OFFERS, EVENTS);
        workload = new MatchWorkload(new WorkloadFiles(directory), true);
        bounds = new OfferBounds(OFFERS, EVENTS, 1.0);
        index = TargetingIndex.of(OFFERS, rank -> workload.rules().get(bounds.offer(rank)).root());
    }

    private BestSearch best(final int wanted) {
        return new BestSearch(new IndexCursor(index, 64), bounds, OFFERS, wanted);
    }

    private IndexEvent event(final int number) {
        final IndexEvent event = new IndexEvent(index, 64);
        event.encode(workload.situations().get(number));
        return event;
    }

    private int[] byTheTrees(final int number) {
        final Situation situation = workload.situations().get(number);
        return IntStream.range(0, OFFERS)
            .filter(rank -> workload.rules().get(bounds.offer(rank)).root().holds(situation)).toArray();
    }

    @Test
    void shouldFindTheWinnersOfTheTrees() {
        final BestSearch best = best(3);
        for (int i = 0; i < EVENTS; i++) {
            best.checkAgainstAll(i, event(i));
            best.checkAgainst(i, event(i), byTheTrees(i));
        }
    }

    @Test
    void shouldThrowWhenTheWinnersAreOthers() {
        final int number = IntStream.range(0, EVENTS).filter(i -> byTheTrees(i).length > 0).findFirst().orElseThrow();
        final int[] all = byTheTrees(number);
        final int[] more = IntStream.concat(Arrays.stream(all), IntStream.range(0, OFFERS)).distinct().sorted()
            .toArray();
        final String message = assertThrows(IllegalStateException.class,
            () -> best(OFFERS).checkAgainst(number, event(number), more)).getMessage();
        assertTrue(message.startsWith("event " + number + ": the best are "), message);
    }

    /** Too few match for the places: nothing proves them but the end of all ranks. */
    @Test
    void shouldCountAllRanksAsPassedWhenNothingProvesTheWinners() {
        final BestSearch all = best(OFFERS);
        all.find(0, event(0));
        assertEquals(OFFERS, all.meanRanksPassed());
        final BestSearch one = best(1);
        int early = 0;
        for (int i = 0; i < EVENTS; i++) {
            one.clearCounts();
            one.find(i, event(i));
            early += one.meanRanksPassed() < OFFERS ? 1 : 0;
        }
        assertTrue(early > EVENTS / 2, "seed " + SEED + ": only " + early + " winners were proven early");
    }
}
