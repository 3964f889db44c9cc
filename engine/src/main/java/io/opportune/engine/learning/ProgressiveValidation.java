package io.opportune.engine.learning;

import io.opportune.engine.numeric.Logistic;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How good predictions were, each judged before its outcome was learned (test, then train: prequential figures). Counts
 * since the start or the last {@link #reset()}. One thread.
 */
public final class ProgressiveValidation {
    private static final int HALF = 1_500;
    private static final int BINS = 2 * HALF;
    private static final double BINS_PER_LOGIT = 100;

    private final double[] positives = new double[BINS];
    private final double[] negatives = new double[BINS];
    private long examples;
    private double weight;
    private double loss;
    private double predicted;
    private double observed;

    /** Makes one that has seen nothing. */
    public ProgressiveValidation() {
        // Counts later.
    }

    /** Forgets everything. */
    public void reset() {
        Arrays.fill(positives, 0);
        Arrays.fill(negatives, 0);
        examples = 0;
        weight = 0;
        loss = 0;
        predicted = 0;
        observed = 0;
    }

    /**
     * Counts a prediction.
     *
     * @param logit   predicted.
     * @param outcome 0 or 1.
     * @param w       of the example, above 0.
     */
    public void add(final double logit, final double outcome, final double w) {
        final int bin = (int) Math.max(0, Math.min(BINS - 1, logit * BINS_PER_LOGIT + HALF));
        positives[bin] += w * outcome;
        negatives[bin] += w * (1 - outcome);
        examples++;
        weight += w;
        loss += w * Logistic.logLoss(logit, outcome);
        predicted += w * Logistic.sigmoid(logit);
        observed += w * outcome;
    }

    /**
     * Examples counted.
     *
     * @return 0 or more.
     */
    public long examples() {
        return examples;
    }

    /**
     * Mean loss of an example.
     *
     * @return in nats; 0 without examples.
     */
    public double logLoss() {
        return weight > 0 ? loss / weight : 0;
    }

    /**
     * Outcomes that came, by weight.
     *
     * @return 0 or more.
     */
    public double observed() {
        return observed;
    }

    /**
     * Outcomes that were expected.
     *
     * @return 0 or more.
     */
    public double predicted() {
        return predicted;
    }

    /**
     * |predicted / observed - 1|.
     *
     * @return 0 or more; 0 while nothing was observed.
     */
    public double calibrationError() {
        return observed > 0 ? Math.abs(predicted / observed - 1) : 0;
    }

    /**
     * Area under the ROC curve: the probability that a positive was predicted above a negative. Predictions within a
     * hundredth of a logit count as ties.
     *
     * @return 0 to 1; 0.5 while one kind is missing.
     */
    public double auc() {
        double below = 0;
        double pairs = 0;
        double sumPositive = 0;
        for (int i = 0; i < BINS; i++) {
            pairs += positives[i] * (below + negatives[i] / 2);
            below += negatives[i];
            sumPositive += positives[i];
        }
        return sumPositive > 0 && below > 0 ? pairs / (sumPositive * below) : 0.5;
    }

    void write(final DataOutput out) throws IOException {
        out.writeLong(examples);
        for (final double each : new double[] {weight, loss, predicted, observed}) {
            out.writeDouble(each);
        }
        for (int i = 0; i < BINS; i++) {
            out.writeDouble(positives[i]);
            out.writeDouble(negatives[i]);
        }
    }

    void read(final DataInput in) throws IOException {
        examples = in.readLong();
        weight = in.readDouble();
        loss = in.readDouble();
        predicted = in.readDouble();
        observed = in.readDouble();
        for (int i = 0; i < BINS; i++) {
            positives[i] = in.readDouble();
            negatives[i] = in.readDouble();
        }
    }
}
