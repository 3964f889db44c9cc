package io.opportune.engine.uplift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The alarm about arms of the wrong size: silent where all is well, however often one looks, and loud where not. */
class SampleRatioTest {
    private static final long SEED = Long.getLong("opportune.uplift.seed", 20_261_122);
    private static final int RUNS = 1_000;
    private static final double ALPHA = 0.001;
    private static final int MOST_FALSE_ALARMS = 5;
    private static final int CUSTOMERS = 200_000;
    private static final int BETWEEN_LOOKS = 500;
    private static final int HUNDREDTHS = 100;

    @ParameterizedTest
    @ValueSource(ints = {50, 10, 2})
    void shouldHardlyEverSoundWhereAllIsWell(final int percent) {
        final SampleRatio ratio = new SampleRatio(percent / 100.0);
        int alarms = 0;
        int lowPValues = 0;
        for (int run = 0; run < RUNS; run++) {
            final SplittableRandom random = new SplittableRandom(SEED + run);
            int control = 0;
            boolean alarm = false;
            for (int n = 1; n <= CUSTOMERS; n++) {
                control += random.nextInt(HUNDREDTHS) < percent ? 1 : 0;
                if (n % BETWEEN_LOOKS == 0 || n < BETWEEN_LOOKS && n % 10 == 0) {
                    alarm |= ratio.alarm(n - control, control, ALPHA);
                }
            }
            alarms += alarm ? 1 : 0;
            lowPValues += ratio.pValue(CUSTOMERS - control, control) < ALPHA ? 1 : 0;
        }
        final String words = "seed " + SEED + ", " + percent + " %: " + alarms + " false alarms at any look, "
            + lowPValues + " at the last, of " + RUNS;
        System.out.println(words);
        assertTrue(alarms <= MOST_FALSE_ALARMS && lowPValues <= MOST_FALSE_ALARMS, words);
    }

    @Test
    void shouldSoundWhereOneInAHundredIsInTheWrongArm() {
        final SampleRatio ratio = new SampleRatio(0.5);
        int caught = 0;
        for (int run = 0; run < RUNS; run++) {
            final SplittableRandom random = new SplittableRandom(SEED + run);
            int control = 0;
            for (int n = 1; n <= CUSTOMERS; n++) {
                control += random.nextInt(HUNDREDTHS) < 51 ? 1 : 0;
            }
            caught += ratio.alarm(CUSTOMERS - control, control, ALPHA)
                && ratio.pValue(CUSTOMERS - control, control) < ALPHA ? 1 : 0;
        }
        System.out.println("seed " + SEED + ": 51 to 49 caught in " + caught + " of " + RUNS);
        assertTrue(caught >= 0.99 * RUNS, "seed " + SEED + ": caught " + caught);
    }

    @Test
    void shouldNotAlarmBeforeAnybodyCame() {
        assertEquals(0, new SampleRatio(0.1).logEvidence(0, 0), 1e-9);
        assertFalse(new SampleRatio(0.1).alarm(0, 0, ALPHA));
        assertEquals(1, new SampleRatio(0.1).pValue(0, 0), 1e-12);
        assertTrue(new SampleRatio(0.1).alarm(1_000, 0, ALPHA));
    }

    /** The definition in whole numbers: probabilities of all counts that are no more probable than the observed one. */
    @Test
    void shouldAgreeWithExactProbabilities() {
        final int n = 60;
        final int[] counts = {0, 1, 3, 6, 7, 12, 20, 60};
        for (final int control : counts) {
            // Share 1/10: C(n, k) 9^(n-k) / 10^n.
            BigInteger sum = BigInteger.ZERO;
            final BigInteger observed = weight(n, control);
            for (int k = 0; k <= n; k++) {
                sum = weight(n, k).compareTo(observed) <= 0 ? sum.add(weight(n, k)) : sum;
            }
            final double exact = new BigDecimal(sum)
                .divide(new BigDecimal(BigInteger.TEN.pow(n)), MathContext.DECIMAL64).doubleValue();
            assertEquals(exact, new SampleRatio(0.1).pValue(n - control, control), 1e-9 * Math.max(exact, 1e-3));
        }
    }

    private static BigInteger weight(final int n, final int k) {
        BigInteger choose = BigInteger.ONE;
        for (int i = 1; i <= k; i++) {
            choose = choose.multiply(BigInteger.valueOf(n - i + 1L)).divide(BigInteger.valueOf(i));
        }
        return choose.multiply(BigInteger.valueOf(9).pow(n - k));
    }

    /** On average the quotient is 1 under the intended share: exactly, over all counts of a number of customers. */
    @Test
    void shouldBetFairly() {
        final SampleRatio ratio = new SampleRatio(0.1);
        final int n = 50;
        double mean = 0;
        for (int k = 0; k <= n; k++) {
            final double probability = new BigDecimal(weight(n, k))
                .divide(new BigDecimal(BigInteger.TEN.pow(n)), MathContext.DECIMAL64).doubleValue();
            mean += probability * Math.exp(ratio.logEvidence(n - k, k));
        }
        assertEquals(1, mean, 1e-9);
    }
}
