package io.opportune.engine.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Functions of logistic models against those of the JDK. */
class LogisticTest {
    @Test
    void shouldBeCloseToTheExponential() {
        for (double x = -700; x <= 700; x += 0.0137) {
            final double expected = StrictMath.exp(x);
            assertEquals(expected, Logistic.exp(x), 1e-14 * expected);
        }
        assertEquals(1, Logistic.exp(0));
        assertEquals(StrictMath.exp(-700), Logistic.exp(-1e300), 1e-310);
        assertEquals(StrictMath.exp(700), Logistic.exp(Double.POSITIVE_INFINITY), 1e291);
    }

    @Test
    void shouldBeCloseToTheLogarithm() {
        for (double x = 1e-300; x < 1e300; x *= 1.0173) {
            final double expected = StrictMath.log(x);
            assertEquals(expected, Logistic.log(x), 1e-14 * (1 + Math.abs(expected)));
        }
        assertEquals(0, Logistic.log(1));
    }

    @Test
    void shouldTurnLogitsIntoProbabilitiesAndBack() {
        for (double x = -30; x <= 30; x += 0.01) {
            assertEquals(1 / (1 + StrictMath.exp(-x)), Logistic.sigmoid(x), 1e-14);
            assertEquals(x, Logistic.logit(Logistic.sigmoid(x)), x < 5 ? 1e-9 : 1e-2 * Math.exp(x - 30) + 1e-9);
        }
        assertEquals(Logistic.MAX_LOGIT, Logistic.logit(1));
        assertEquals(-Logistic.MAX_LOGIT, Logistic.logit(0));
    }

    @Test
    void shouldLoseWhatWasNotExpected() {
        assertEquals(-StrictMath.log(0.8), Logistic.logLoss(Logistic.logit(0.8), 1), 1e-12);
        assertEquals(-StrictMath.log(0.2), Logistic.logLoss(Logistic.logit(0.8), 0), 1e-12);
        assertTrue(Logistic.logLoss(40, 0) > 39);
    }
}
