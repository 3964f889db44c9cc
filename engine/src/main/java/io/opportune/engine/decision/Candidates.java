package io.opportune.engine.decision;

import io.opportune.protocol.ReasonCode;

/** Offers that passed a stage, in descending order of the upper bound of their score. Reused; owned by the shard. */
public final class Candidates {
    private int[] offerIndexes = new int[64];
    private double[] propensities = new double[64];
    private double[] scores = new double[64];
    private int[] creatives = new int[64];
    private int count;

    /**
     * Makes room, so that no decision allocates.
     *
     * @param offerCount of the catalogue.
     */
    void ensureCapacity(final int offerCount) {
        if (offerIndexes.length < offerCount) {
            offerIndexes = new int[offerCount];
            propensities = new double[offerCount];
            scores = new double[offerCount];
            creatives = new int[offerCount];
        }
    }

    void clear() {
        count = 0;
    }

    void add(final int offerIndex) {
        offerIndexes[count++] = offerIndex;
    }

    /** Where an offer stands among them; -1: nowhere. */
    int find(final int offerIndex) {
        for (int i = 0; i < count; i++) {
            if (offerIndexes[i] == offerIndex) {
                return i;
            }
        }
        return -1;
    }

    void score(final int i, final double propensity, final double score, final int creative) {
        propensities[i] = propensity;
        scores[i] = score;
        creatives[i] = creative;
    }

    /** Which creative it is made with, as in {@link DecisionOutcome#creative(int)}. */
    int creative(final int i) {
        return creatives[i];
    }

    /** No score is negative: what is below 0 says by which reason it is held back. */
    void holdBack(final int i, final ReasonCode why) {
        scores[i] = -1.0 - why.ordinal();
    }

    /** Takes back that it is held back. */
    void release(final int i) {
        scores[i] = 0;
    }

    boolean isHeldBack(final int i) {
        return scores[i] < 0;
    }

    /** Ordinal of the reason that holds it back; -1: none does. */
    int heldBackBy(final int i) {
        return scores[i] < 0 ? (int) (-1.0 - scores[i]) : -1;
    }

    /**
     * How many there are.
     *
     * @return 0 or more.
     */
    public int count() {
        return count;
    }

    /**
     * One of them.
     *
     * @param i 0..{@link #count()} - 1.
     * @return offer index in the catalogue.
     */
    public int offerIndex(final int i) {
        return offerIndexes[i];
    }

    /**
     * Its probability of conversion.
     *
     * @param i 0..{@link #count()} - 1.
     * @return 0..1.
     */
    public double propensity(final int i) {
        return propensities[i];
    }

    /**
     * What it is ranked by.
     *
     * @param i 0..{@link #count()} - 1.
     * @return expected value in micros.
     */
    public double score(final int i) {
        return scores[i];
    }
}
