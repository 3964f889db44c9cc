package io.opportune.engine.arbitration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Own functions are as good as the library's, and give the same bits for ever. */
class PortableMathTest {
    private static final int POINTS = 200_000;
    private static final int GOLDEN_POINTS = 10_000;

    @Test
    void shouldExponentiateWithinTwoUnits() {
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < POINTS; i++) {
            final double x = i % 2 == 0 ? random.nextDouble(-708, 709) : random.nextDouble(-5, 5);
            final double right = StrictMath.exp(x);
            assertEquals(right, PortableMath.exp(x), 2 * Math.ulp(right), () -> "exp " + x);
        }
        assertEquals(1, PortableMath.exp(0));
        assertEquals(1, PortableMath.exp(-0.0));
        assertEquals(0, PortableMath.exp(-709));
        assertEquals(0, PortableMath.exp(Double.NEGATIVE_INFINITY));
        assertEquals(Double.POSITIVE_INFINITY, PortableMath.exp(710));
        assertTrue(Double.isNaN(PortableMath.exp(Double.NaN)));
    }

    @Test
    void shouldTakeLogarithmsWithinTwoUnits() {
        final SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < POINTS; i++) {
            final double x = i % 2 == 0
                ? Double.longBitsToDouble(random.nextLong(1, 0x7ff0000000000000L)) : random.nextDouble(0.5, 2);
            final double right = StrictMath.log(x);
            assertEquals(right, PortableMath.log(x), 2 * Math.ulp(right), () -> "log " + x);
        }
        assertEquals(0, PortableMath.log(1));
        assertEquals(StrictMath.log(Double.MIN_VALUE), PortableMath.log(Double.MIN_VALUE), 1e-12);
        assertEquals(Double.NEGATIVE_INFINITY, PortableMath.log(0));
        assertEquals(Double.POSITIVE_INFINITY, PortableMath.log(Double.POSITIVE_INFINITY));
        assertTrue(Double.isNaN(PortableMath.log(-1)));
        assertTrue(Double.isNaN(PortableMath.log(Double.NaN)));
    }

    @Test
    void shouldBoundTheLogarithmOfTheLogisticFunctionFromBelow() {
        double before = Double.NEGATIVE_INFINITY;
        double worst = 0;
        for (int i = 0; i <= POINTS; i++) {
            final double x = -25 + 50.0 * i / POINTS;
            final double right = -StrictMath.log1p(StrictMath.exp(-x));
            final double ours = PortableMath.logLogistic(x);
            assertTrue(ours <= right + 2.1e-9, () -> "above at " + x);
            assertTrue(ours >= before, () -> "falls at " + x);
            worst = Math.max(worst, right - ours);
            before = ours;
        }
        assertTrue(worst <= PortableMath.LOG_LOGISTIC_ERROR, "off by " + worst);
        assertTrue(worst > 0.9 * PortableMath.LOG_LOGISTIC_ERROR, "the stated error is much too large: " + worst);
        assertEquals(Double.NEGATIVE_INFINITY, PortableMath.logLogistic(Double.NEGATIVE_INFINITY));
        assertEquals(0, PortableMath.logLogistic(Double.MAX_VALUE));
        assertEquals(-1e300, PortableMath.logLogistic(-1e300));
    }

    @Test
    void shouldGiveTheSameBitsForEver() {
        final SplittableRandom random = new SplittableRandom(3);
        long bits = 0;
        for (int i = 0; i < GOLDEN_POINTS; i++) {
            final double x = random.nextDouble(-30, 30);
            bits = 31 * bits + Double.doubleToRawLongBits(PortableMath.exp(x));
            bits = 31 * bits + Double.doubleToRawLongBits(PortableMath.log(Math.abs(x)));
            bits = 31 * bits + Double.doubleToRawLongBits(PortableMath.logistic(x));
            bits = 31 * bits + Double.doubleToRawLongBits(PortableMath.logLogistic(x));
        }
        assertEquals(-1072655950395313655L, bits);
    }
}
