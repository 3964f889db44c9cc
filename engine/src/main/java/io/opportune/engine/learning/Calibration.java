package io.opportune.engine.learning;

import io.opportune.engine.numeric.Logistic;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Whether predicted probabilities come true, and what corrects them: a logit becomes {@code slope * logit + shift}
 * (Platt 1999), with slope and shift learned online by Newton steps from predictions made before their outcome was
 * learned. Bins of predicted probability show what is left. Both forget: about the last {@link #MEMORY} examples
 * count. One thread; the same examples give the same bits.
 */
public final class Calibration {
    /** Examples that count, about. */
    public static final double MEMORY = 100_000;
    /** Bins of predicted probability, half a logit wide, from -10 to 10. */
    public static final int BINS = 40;
    private static final double BINS_PER_LOGIT = 2;
    private static final double KEEP = 1 - 1 / MEMORY;
    /** What slope 1 and shift 0 weigh, in units of information: as much as some 400 outcomes that are even. */
    private static final double PRIOR = 100;
    private static final double LEAST_SLOPE = 0.2;
    private static final double MOST_SLOPE = 5;
    private static final double MOST_SHIFT = 5;

    private double slope = 1;
    private double shift;
    private double slopeInformation = PRIOR;
    private double crossInformation;
    private double shiftInformation = PRIOR;
    private final double[] predicted = new double[BINS];
    private final double[] observed = new double[BINS];
    private final double[] weight = new double[BINS];
    private double total;

    /** Makes one that corrects nothing yet. */
    public Calibration() {
        // Learns later.
    }

    /**
     * Slope.
     *
     * @return 0.2 to 5.
     */
    public double slope() {
        return slope;
    }

    /**
     * Shift.
     *
     * @return -5 to 5.
     */
    public double shift() {
        return shift;
    }

    /**
     * Corrects a logit as what was learned so far says.
     *
     * @param logit as the weights give it.
     * @return corrected.
     */
    public double corrected(final double logit) {
        return slope * logit + shift;
    }

    /**
     * Learns of one prediction and its outcome.
     *
     * @param logit   as the weights gave it before they learned this example.
     * @param served  what was served of it: corrected or not.
     * @param outcome 0 to 1.
     * @param w       of the example, above 0.
     */
    void learn(final double logit, final double served, final double outcome, final double w) {
        count(served, outcome, w);
        final double p = Logistic.sigmoid(corrected(logit));
        final double information = w * p * (1 - p);
        slopeInformation = KEEP * slopeInformation + (1 - KEEP) * PRIOR + information * logit * logit;
        crossInformation = KEEP * crossInformation + information * logit;
        shiftInformation = KEEP * shiftInformation + (1 - KEEP) * PRIOR + information;
        final double determinant = slopeInformation * shiftInformation - crossInformation * crossInformation;
        final double error = w * (outcome - p);
        final double slopeStep = error * (shiftInformation * logit - crossInformation) / determinant;
        final double shiftStep = error * (slopeInformation - crossInformation * logit) / determinant;
        slope = Math.max(LEAST_SLOPE, Math.min(MOST_SLOPE, slope + slopeStep));
        shift = Math.max(-MOST_SHIFT, Math.min(MOST_SHIFT, shift + shiftStep));
    }

    private void count(final double served, final double outcome, final double w) {
        final int bin = (int) Math.max(0, Math.min(BINS - 1, served * BINS_PER_LOGIT + BINS / 2.0));
        predicted[bin] += w * Logistic.sigmoid(served);
        observed[bin] += w * outcome;
        weight[bin] += w;
        total += w;
        if (total > 2 * MEMORY) {
            halve();
        }
    }

    private void halve() {
        total /= 2;
        for (int i = 0; i < BINS; i++) {
            predicted[i] /= 2;
            observed[i] /= 2;
            weight[i] /= 2;
        }
    }

    /**
     * How far what was served is from what came, as a share of it: |predicted / observed - 1|.
     *
     * @return 0 or more; 0 while nothing was observed.
     */
    public double calibrationError() {
        double sumPredicted = 0;
        double sumObserved = 0;
        for (int i = 0; i < BINS; i++) {
            sumPredicted += predicted[i];
            sumObserved += observed[i];
        }
        return sumObserved > 0 ? Math.abs(sumPredicted / sumObserved - 1) : 0;
    }

    /**
     * The same bin by bin: sum of |predicted - observed| by the sum of what was observed. Chance alone makes it
     * larger than 0.
     *
     * @return 0 or more; 0 while nothing was observed.
     */
    public double binError() {
        double sum = 0;
        double sumObserved = 0;
        for (int i = 0; i < BINS; i++) {
            sum += Math.abs(predicted[i] - observed[i]);
            sumObserved += observed[i];
        }
        return sumObserved > 0 ? sum / sumObserved : 0;
    }

    /**
     * Outcomes that were expected in a bin.
     *
     * @param bin below {@link #BINS}; it holds logits from {@code bin / 2 - 10} on.
     * @return 0 or more.
     */
    public double predicted(final int bin) {
        return predicted[bin];
    }

    /**
     * Outcomes that came in a bin.
     *
     * @param bin below {@link #BINS}.
     * @return 0 or more.
     */
    public double observed(final int bin) {
        return observed[bin];
    }

    /**
     * Examples in a bin, by weight.
     *
     * @param bin below {@link #BINS}.
     * @return 0 or more.
     */
    public double weight(final int bin) {
        return weight[bin];
    }

    void write(final DataOutput out) throws IOException {
        out.writeDouble(slope);
        out.writeDouble(shift);
        out.writeDouble(slopeInformation);
        out.writeDouble(crossInformation);
        out.writeDouble(shiftInformation);
        out.writeDouble(total);
        for (int i = 0; i < BINS; i++) {
            out.writeDouble(predicted[i]);
            out.writeDouble(observed[i]);
            out.writeDouble(weight[i]);
        }
    }

    void read(final DataInput in) throws IOException {
        slope = in.readDouble();
        shift = in.readDouble();
        slopeInformation = in.readDouble();
        crossInformation = in.readDouble();
        shiftInformation = in.readDouble();
        total = in.readDouble();
        for (int i = 0; i < BINS; i++) {
            predicted[i] = in.readDouble();
            observed[i] = in.readDouble();
            weight[i] = in.readDouble();
        }
    }
}
