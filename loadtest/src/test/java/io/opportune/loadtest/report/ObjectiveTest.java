package io.opportune.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectiveTest {
    private final RunTally tally = new RunTally();
    private final RunResult result = new RunResult("test", true, 100, 1_000_000_000L, tally, List.of());

    @Test
    void shouldJudgeLatenciesCountsAndShares() {
        for (int i = 1; i <= 100; i++) {
            tally.record(RunTally.Series.DECISION, i * 100_000L);
            tally.increment(RunCounter.SENT);
            tally.increment(RunCounter.OFFERS);
        }
        tally.increment(RunCounter.LATE);
        tally.takeInterval(RunTally.Series.DECISION);
        assertTrue(Objective.parse("p50=5.1ms").metBy(result));
        assertFalse(Objective.parse("p99=5ms").metBy(result));
        assertFalse(Objective.parse("late=0").metBy(result));
        assertTrue(Objective.parse("late=1%").metBy(result));
        assertTrue(Objective.parse("decisions-per-second=100").metBy(result));
        assertFalse(Objective.parse("decisions-per-second=101").metBy(result));
        assertEquals(5_000_000L, Objective.parse("p99=5ms").latencyLimitNs());
        assertEquals(RunResult.EXIT_OBJECTIVE_MISSED, result.exitCode(List.of(Objective.parse("late=0"))));
        assertEquals(RunResult.EXIT_PASS, result.exitCode(Objective.always()));
    }

    @Test
    void shouldMissALatencyObjectiveWhenNothingWasAnswered() {
        assertFalse(Objective.parse("p99=5ms").metBy(result));
    }

    @Test
    void shouldSayWhatIsAllowedWhenAnObjectiveCannotBeRead() {
        for (final String text : List.of("p99", "p99=", "p98=5ms", "p99=5", "late=many", "=0")) {
            final String message =
                assertThrows(IllegalArgumentException.class, () -> Objective.parse(text)).getMessage();
            assertTrue(message.length() > text.length() + 10, message);
        }
    }

    @Test
    void shouldReadAndWriteDurations() {
        assertEquals(250_000, Durations.parseNs("250us"));
        assertEquals(1_500_000_000, Durations.parseNs("1.5s"));
        assertEquals("812.0 us", Durations.format(812_000));
        assertEquals("1.00 s", Durations.format(1_000_000_000));
    }
}
