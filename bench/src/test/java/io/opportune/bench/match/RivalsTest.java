package io.opportune.bench.match;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.bench.match.rival.Rival;
import io.opportune.bench.match.rival.RivalKind;
import io.opportune.bench.match.rival.RivalWorkload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RivalsTest {
    private static final long SEED = 20_261_123L;
    private static final int OFFERS = 200;
    private static final int EVENTS = 100;

    private final RivalWorkload rivalWorkload = new RivalWorkload();
    /** By the trees: of each event the offers that match, ascending. */
    private int[][] expected;

    @BeforeAll
    void findWithTheTrees(@TempDir final Path directory) throws IOException {
        new SmallWorkload(SEED).write(directory, OFFERS, EVENTS);
        final WorkloadFiles files = new WorkloadFiles(directory);
        final MatchWorkload workload = new MatchWorkload(files, true);
        expected = workload.situations().stream().map(situation -> IntStream.range(0, OFFERS)
            .filter(offer -> workload.rules().get(offer).root().holds(situation)).toArray()).toArray(int[][]::new);
        files.types().forEach(rivalWorkload::addAttribute);
        files.readExpressions(rivalWorkload::addExpression);
        files.readEvents(Integer.MAX_VALUE, rivalWorkload::addEvent);
    }

    @Test
    void shouldHaveEventsThatMatchAndSomeThatDiffer() {
        assertEquals(EVENTS, expected.length);
        final long total = Arrays.stream(expected).mapToInt(offers -> offers.length).sum();
        assertTrue(total > EVENTS && total < OFFERS * EVENTS / 4, "seed " + SEED + ": " + total);
        assertTrue(Arrays.stream(expected).map(Arrays::toString).distinct().count() > 5, "seed " + SEED);
    }

    @ParameterizedTest
    @EnumSource
    void shouldFindTheOffersOfTheTreesForEachEvent(final RivalKind kind) {
        try (Rival rival = kind.build(rivalWorkload)) {
            // A second time: nothing of an event may stay behind.
            for (int round = 0; round < 2; round++) {
                for (int event = 0; event < EVENTS; event++) {
                    assertEquals(Arrays.toString(expected[event]), Arrays.toString(rival.offers(event)),
                        "seed " + SEED + ", event " + event);
                    assertEquals(expected[event].length, rival.count(event), "seed " + SEED + ", event " + event);
                }
            }
            assertEquals(kind.label(), rival.name());
        }
    }

    @Test
    void shouldSayWhichRivalsThereAre() {
        assertEquals(List.of(RivalKind.DROOLS, RivalKind.LUCENE),
            MatchOptions.of(new String[] {"match", "folder", "--with", "drools,lucene,drools"}).rivals());
        for (final String names : List.of("lucene,elastic", "", "Lucene", "roaring,")) {
            final String message = assertThrows(IllegalArgumentException.class,
                () -> MatchOptions.of(new String[] {"match", "folder", "--with", names})).getMessage();
            assertTrue(message.contains(names) && message.contains("lucene,roaring,drools"), message);
        }
        assertThrows(IllegalArgumentException.class,
            () -> MatchOptions.of(new String[] {"match", "folder", "--mode", "best:5", "--with", "lucene"}));
    }

    @Test
    void shouldThrowWithBothTotalsWhenARivalFindsOtherOffers(@TempDir final Path directory) throws IOException {
        new SmallWorkload(SEED).write(directory, 20, 10);
        try (RivalRuns runs = RivalRuns.build(List.of(RivalKind.ROARING), new WorkloadFiles(directory), 1)) {
            final Timing wrong = new Timing("wrong", 10, 1, event -> 21);
            final String message =
                assertThrows(IllegalStateException.class, () -> runs.checkAndWarmUp(wrong)).getMessage();
            assertTrue(message.contains("roaring") && message.contains("the index 210;")
                && message.contains("event 0"), message);
        }
    }
}
