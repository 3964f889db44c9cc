package io.opportune.bench.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LiveChangeRunTest {
    /** The run itself throws when a decision does not show what was changed, or is a fallback. */
    @Test
    void shouldSeeEveryChangeInADecision() throws Exception {
        final List<LiveChangeRun.Measured> measured = LiveChangeRun.run(300, 30, 10);
        assertEquals(List.of("one offer changed", "one offer added", "one offer paused", "whole catalogue"),
            measured.stream().map(LiveChangeRun.Measured::what).toList());
        for (final LiveChangeRun.Measured one : measured) {
            assertTrue(Arrays.stream(one.shownNs()).allMatch(ns -> ns > 0), one.what());
            assertTrue(Arrays.stream(one.answeredNs()).allMatch(ns -> ns > 0), one.what());
        }
    }

    @Test
    void shouldRefuseACatalogueThatHasTooFewOffersToChange() {
        final String message =
            assertThrows(IllegalArgumentException.class, () -> LiveChangeRun.run(212, 30, 10)).getMessage();
        assertEquals("live-changes: found 212 offers, allowed: 213 or more", message);
    }
}
