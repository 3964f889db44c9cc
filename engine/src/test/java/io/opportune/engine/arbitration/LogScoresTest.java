package io.opportune.engine.arbitration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What scores are compared by is what it is said to be, and the same for ever. */
class LogScoresTest {
    private static final int POINTS = 200_000;
    private static final int GOLDEN_POINTS = 10_000;

    @Test
    void shouldTakeLogarithmsOfWhatMayBeNothing() {
        assertEquals(0, LogScores.log(1));
        assertEquals(StrictMath.log(3e6), LogScores.log(3e6), 1e-13);
        assertEquals(StrictMath.log(Double.MIN_NORMAL), LogScores.log(Double.MIN_NORMAL), 1e-11);
        assertEquals(Double.NEGATIVE_INFINITY, LogScores.log(0));
        assertEquals(Double.NEGATIVE_INFINITY, LogScores.log(Double.MIN_VALUE));
    }

    @Test
    void shouldBoundTheLogarithmOfTheLogisticFunctionFromBelow() {
        double before = Double.NEGATIVE_INFINITY;
        double worst = 0;
        for (int i = 0; i <= POINTS; i++) {
            final double x = -25 + 50.0 * i / POINTS;
            final double right = -StrictMath.log1p(StrictMath.exp(-x));
            final double ours = LogScores.logLogistic(x);
            assertTrue(ours <= right + 2.1e-9, () -> "above at " + x);
            assertTrue(ours >= before, () -> "falls at " + x);
            worst = Math.max(worst, right - ours);
            before = ours;
        }
        assertTrue(worst <= LogScores.LOG_LOGISTIC_ERROR, "off by " + worst);
        assertTrue(worst > 0.9 * LogScores.LOG_LOGISTIC_ERROR, "the stated error is much too large: " + worst);
        assertEquals(Double.NEGATIVE_INFINITY, LogScores.logLogistic(Double.NEGATIVE_INFINITY));
        assertEquals(0, LogScores.logLogistic(Double.MAX_VALUE));
        assertEquals(-1e300, LogScores.logLogistic(-1e300));
    }

    @Test
    void shouldGiveTheSameBitsForEver() {
        final SplittableRandom random = new SplittableRandom(3);
        long bits = 0;
        for (int i = 0; i < GOLDEN_POINTS; i++) {
            final double x = random.nextDouble(-30, 30);
            bits = 31 * bits + Double.doubleToRawLongBits(LogScores.log(Math.abs(x)));
            bits = 31 * bits + Double.doubleToRawLongBits(LogScores.logLogistic(x));
        }
        assertEquals(8012709925922994493L, bits);
    }
}
