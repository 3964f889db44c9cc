package io.opportune.engine.learning;

import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.numeric.Logistic;

/**
 * Candidates of one request: their rows and pair features go in, what a {@link Scorer} says of them comes out. Reused;
 * one thread; allocates nothing after its construction.
 */
public final class CandidateBatch {
    final int[] rows;
    final int[] pairStart;
    final int[] pairKey;
    final float[] pairValue;
    final float[] clickPrior;
    final float[] conversionPrior;
    final float[] worthMicros;
    /** Room for the scorer. */
    final int[] pairSlot;
    final double[] logit;
    final double[] variance;
    /** Of {@link Head#AMOUNT}. */
    final double[] amount;
    /** Whether amounts were scored last. */
    boolean amounts;
    private final int capacity;
    private int count;

    /**
     * Makes one.
     *
     * @param capacity most candidates, 1 or more.
     */
    public CandidateBatch(final int capacity) {
        this.capacity = capacity;
        rows = new int[capacity * ModelSpec.LEVELS];
        pairStart = new int[capacity + 1];
        pairKey = new int[capacity * FeatureVector.CAPACITY];
        pairSlot = new int[capacity * FeatureVector.CAPACITY];
        pairValue = new float[capacity * FeatureVector.CAPACITY];
        clickPrior = new float[capacity];
        conversionPrior = new float[capacity];
        worthMicros = new float[capacity];
        logit = new double[capacity];
        variance = new double[capacity];
        amount = new double[capacity];
    }

    /**
     * Forgets all candidates.
     *
     * @return this.
     */
    public CandidateBatch clear() {
        count = 0;
        return this;
    }

    /**
     * Adds a candidate.
     *
     * @param from   rows of offers, {@link ModelSpec#LEVELS} each, of the spec of the epoch that scores.
     * @param offset of its first.
     * @param pair   its features together with the customer; copied.
     * @return false when there is no room: it was not added.
     */
    public boolean add(final int[] from, final int offset, final FeatureVector pair) {
        if (count == capacity) {
            return false;
        }
        final int at = count * ModelSpec.LEVELS;
        for (int i = 0; i < ModelSpec.LEVELS; i++) {
            rows[at + i] = from[offset + i];
        }
        clickPrior[count] = pair.clickPrior();
        conversionPrior[count] = pair.conversionPrior();
        worthMicros[count] = pair.worthMicros();
        int next = pairStart[count];
        for (int i = 0; i < pair.count(); i++) {
            pairKey[next] = pair.key(i);
            pairValue[next++] = pair.value(i);
        }
        pairStart[++count] = next;
        return true;
    }

    /**
     * How many candidates there are.
     *
     * @return 0 to the capacity.
     */
    public int count() {
        return count;
    }

    /**
     * A candidate's logit, corrected: the mean of its posterior.
     *
     * @param index below {@link #count}, after {@link Scorer#score(Head, CandidateBatch)}.
     * @return of amounts the logarithm of the amount in micros.
     */
    public double logit(final int index) {
        return logit[index];
    }

    /**
     * Variance of its logit.
     *
     * @param index below {@link #count}.
     * @return 0 or more; 0 of {@link LearnerKind#FTRL}.
     */
    public double variance(final int index) {
        return variance[index];
    }

    /**
     * What is predicted: the probability, computed of the logit when asked for, or of {@link Head#AMOUNT} the mean
     * amount in micros.
     *
     * @param index below {@link #count}.
     * @return 0 to 1, or an amount.
     */
    public double prediction(final int index) {
        return amounts ? amount[index] : Logistic.sigmoid(logit[index]);
    }
}
