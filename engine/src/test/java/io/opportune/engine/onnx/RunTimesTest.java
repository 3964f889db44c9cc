package io.opportune.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How long a run is expected to take. */
class RunTimesTest {
    private final RunTimes times = new RunTimes(2);

    @Test
    void shouldExpectNothingBeforeTheFirstRun() {
        times.ran(1, 500);
        assertEquals(0, times.expectedNs(0));
        assertTrue(times.expectedNs(1) >= 500);
    }

    @Test
    void shouldComeCloseToWhatIsSteady() {
        for (int i = 0; i < 100; i++) {
            times.ran(0, 20_000);
        }
        assertTrue(times.expectedNs(0) >= 20_000 && times.expectedNs(0) < 20_100, () -> "" + times.expectedNs(0));
    }

    @Test
    void shouldStartFromTheMedian() {
        times.start(0, new long[] {900_000_000, 30_000, -5, 20_000, 40_000, 900_000_000, 25_000});
        times.ran(0, -200_000_000);
        assertTrue(times.expectedNs(0) > 40_000 && times.expectedNs(0) < 200_000, () -> "" + times.expectedNs(0));
    }

    @Test
    void shouldRecoverFromAPauseByBeingSkipped() {
        for (int i = 0; i < 100; i++) {
            times.ran(0, 20_000);
        }
        times.ran(0, 50_000_000);
        final long after = times.expectedNs(0);
        assertTrue(after > 100_000 && after < 2_000_000, () -> "" + after);
        for (int i = 0; i < 1_000; i++) {
            times.skipped(0);
        }
        assertTrue(times.expectedNs(0) < 22_000, () -> "" + times.expectedNs(0));
        for (int i = 0; i < 10_000; i++) {
            times.skipped(0);
        }
        assertTrue(times.expectedNs(0) >= 20_000, "never below the fastest");
    }
}
