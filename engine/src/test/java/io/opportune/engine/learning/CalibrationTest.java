package io.opportune.engine.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Predictions that are wrong in a known way, and the figures that say so. */
class CalibrationTest {
    private static final long SEED = 31;

    @Test
    void shouldFindWhatCorrectsLogits() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final Calibration calibration = new Calibration();
        double lastPredicted = 0;
        double lastTruth = 0;
        final int examples = 200_000;
        for (int i = 0; i < examples; i++) {
            final double truth = -3 + random.nextGaussian();
            final double logit = 2 * truth + 1;
            final double outcome = random.nextDouble() < Logistic.sigmoid(truth) ? 1 : 0;
            final double served = calibration.corrected(logit);
            if (i > examples / 2) {
                lastPredicted += Logistic.sigmoid(served);
                lastTruth += Logistic.sigmoid(truth);
            }
            calibration.learn(logit, served, outcome, 1);
        }
        assertEquals(0.5, calibration.slope(), 0.05, "seed " + SEED);
        assertEquals(-0.5, calibration.shift(), 0.2, "seed " + SEED);
        assertEquals(1, lastPredicted / lastTruth, 0.03, "seed " + SEED);
        assertTrue(calibration.calibrationError() < 0.05, "seed " + SEED);
        assertTrue(calibration.binError() < 0.1, "seed " + SEED);
    }

    @Test
    void shouldSayHowWrongPredictionsAre() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final Calibration calibration = new Calibration();
        double binned = 0;
        for (int i = 0; i < 50_000; i++) {
            final double served = Logistic.logit(0.2);
            calibration.learn(served, served, random.nextDouble() < 0.1 ? 1 : 0, 1);
        }
        assertEquals(1, calibration.calibrationError(), 0.06, "twice what came, seed " + SEED);
        assertEquals(calibration.calibrationError(), calibration.binError(), 1e-9, "all are in one bin");
        for (int bin = 0; bin < Calibration.BINS; bin++) {
            binned += calibration.weight(bin);
            if (calibration.weight(bin) > 0) {
                assertEquals(0.2, calibration.predicted(bin) / calibration.weight(bin), 1e-9);
                assertEquals(0.1, calibration.observed(bin) / calibration.weight(bin), 0.01);
                assertTrue(bin / 2.0 - 10 <= Logistic.logit(0.2) && Logistic.logit(0.2) < (bin + 1) / 2.0 - 10);
            }
        }
        assertEquals(50_000, binned, 1e-6);
    }

    @Test
    void shouldForget() {
        final Calibration calibration = new Calibration();
        final double served = Logistic.logit(0.25);
        for (int i = 0; i < 1_000_000; i++) {
            calibration.learn(served, served, i % 2, 1);
        }
        for (int i = 0; i < 1_000_000; i++) {
            calibration.learn(served, served, i % 4 == 0 ? 1 : 0, 1);
        }
        assertTrue(calibration.calibrationError() < 0.01, calibration.calibrationError() + "");
    }

    @Test
    void shouldMeasureLossAndAreaUnderTheCurve() {
        final ProgressiveValidation validation = new ProgressiveValidation();
        assertEquals(0.5, validation.auc());
        assertEquals(0, validation.logLoss());
        final SplittableRandom random = new SplittableRandom(SEED);
        final int examples = 3_000;
        final double[] logits = new double[examples];
        final boolean[] outcomes = new boolean[examples];
        double loss = 0;
        for (int i = 0; i < examples; i++) {
            logits[i] = -1 + 1.5 * random.nextGaussian();
            outcomes[i] = random.nextDouble() < Logistic.sigmoid(logits[i]);
            validation.add(logits[i], outcomes[i] ? 1 : 0, 1);
            final double p = 1 / (1 + Math.exp(-logits[i]));
            loss -= Math.log(outcomes[i] ? p : 1 - p) / examples;
        }
        double above = 0;
        double pairs = 0;
        for (int i = 0; i < examples; i++) {
            for (int j = 0; j < examples; j++) {
                if (outcomes[i] && !outcomes[j]) {
                    pairs++;
                    above += logits[i] > logits[j] ? 1 : logits[i] == logits[j] ? 0.5 : 0;
                }
            }
        }
        assertEquals(loss, validation.logLoss(), 1e-9);
        assertEquals(above / pairs, validation.auc(), 1e-4, "seed " + SEED);
        assertEquals(examples, validation.examples());
        assertTrue(validation.calibrationError() < 0.08, "seed " + SEED);
        validation.reset();
        assertEquals(0, validation.examples());
        assertEquals(0.5, validation.auc());
    }

    @Test
    void shouldTurnRawProbabilitiesOfFakeNegativesIntoServedOnes() {
        final ServedHead head = new ServedHead(null, null, false, 1, 0, Feedback.FAKE_NEGATIVE, 0, 0, 1);
        for (double p = 0.001; p < 0.95; p += 0.013) {
            final double b = p / (1 + p);
            final double raw = Math.log(b / (1 - b));
            assertEquals(p, Logistic.sigmoid(head.logit(raw)), 1e-9);
            final double step = 1e-5;
            final double slope = (head.logit(raw + step) - head.logit(raw - step)) / (2 * step);
            assertEquals(slope * slope, head.varianceFactor(raw), 1e-4 * slope * slope);
        }
        assertTrue(Logistic.sigmoid(head.logit(3)) < 1);
    }
}
