package io.opportune.engine.shading;

import static io.opportune.engine.shading.ShadeGrid.STEPS;

/**
 * The share of auctions that each shade wins, as far as it has been seen: the distribution of the minimum bid to win,
 * in shares of our value. An exchange that tells the minimum bid to win gives the place in the distribution; one that
 * tells only whether a bid has won says on which side of the bid it lies, and the estimate is then the one of maximum
 * likelihood for such censored observations (Turnbull, "The Empirical Distribution Function with Arbitrarily Grouped,
 * Censored and Truncated Data", 1976), by expectation and maximisation. The bid of largest expected surplus follows
 * from it (Pan et al., "Bid Shading by Win-Rate Estimation and Surplus Maximization", arXiv 2009.09259).
 *
 * <p>Older observations fade, so that the curve follows prices that drift. Owned by one thread; allocates nothing after
 * construction.
 */
final class WinRateCurve {
    private static final int ITERATIONS = 6;
    /** Weights grow instead of all sums shrinking; here they are scaled back. */
    private static final double MAX_WEIGHT = 1e12;
    private static final double LEAST = 1e-9;

    private final double growth;
    /** Observations whose minimum bid to win is known, by step; the last is above the value. */
    private final double[] known = new double[STEPS + 1];
    private final double[] won = new double[STEPS];
    private final double[] lost = new double[STEPS];
    private final double[] share = new double[STEPS + 1];
    private final double[] towardsWon = new double[STEPS + 1];
    private double weight = 1;
    private double sum;
    private double censored;

    /**
     * A curve that knows nothing.
     *
     * @param memory observations after which an observation counts 1/e, above 1.
     */
    WinRateCurve(final double memory) {
        growth = Math.exp(1 / memory);
    }

    /** An auction whose minimum bid to win became known: step 0..{@link ShadeGrid#STEPS}, that being above the value. */
    void known(final int step) {
        grow();
        known[step] += weight;
    }

    /** A bid that has won, nothing else being known. */
    void won(final int step) {
        grow();
        won[step] += weight;
        censored += weight;
    }

    /** A bid that has lost, nothing else being known. */
    void lost(final int step) {
        grow();
        lost[step] += weight;
        censored += weight;
    }

    private void grow() {
        weight *= growth;
        sum += weight;
        if (weight > MAX_WEIGHT) {
            scale(known);
            scale(won);
            scale(lost);
            sum /= weight;
            censored /= weight;
            weight = 1;
        }
    }

    private void scale(final double[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] /= weight;
        }
    }

    /** How many observations count, faded ones less. */
    double observations() {
        return sum / weight;
    }

    /** What share of the observations tells only on which side of a bid the minimum bid to win lies. */
    double censoredShare() {
        return sum == 0 ? 1 : censored / sum;
    }

    /** The shares of the minimum bid to win by step, as last estimated; not to be written. */
    double[] shares() {
        return share;
    }

    /**
     * Estimates anew.
     *
     * @param prior       shares that are believed without observations.
     * @param priorWeight observations that the prior counts as.
     */
    void estimate(final double[] prior, final double priorWeight) {
        if (share[STEPS] == 0 && share[0] == 0) {
            System.arraycopy(prior, 0, share, 0, prior.length);
        }
        for (int i = 0; i < ITERATIONS; i++) {
            improve(prior, priorWeight * weight);
        }
    }

    /** One step of expectation and maximisation. */
    private void improve(final double[] prior, final double priorWeight) {
        double winRate = 0;
        for (int step = 0; step < STEPS; step++) {
            winRate += share[step];
            towardsWon[step] = won[step] / Math.max(LEAST, winRate);
        }
        // From each bid that won to all steps up to it.
        double ofWon = 0;
        for (int step = STEPS - 1; step >= 0; step--) {
            ofWon += towardsWon[step];
            towardsWon[step] = ofWon;
        }
        towardsWon[STEPS] = 0;
        // From each bid that lost to all steps above it.
        double ofLost = 0;
        winRate = 0;
        double total = 0;
        for (int step = 0; step <= STEPS; step++) {
            final double before = share[step];
            share[step] = priorWeight * prior[step] + known[step] + before * (towardsWon[step] + ofLost);
            total += share[step];
            winRate += before;
            if (step < STEPS) {
                ofLost += lost[step] / Math.max(LEAST, 1 - winRate);
            }
        }
        for (int step = 0; step <= STEPS; step++) {
            share[step] /= total;
        }
    }

    /**
     * The steps of largest expected surplus.
     *
     * @param best takes for each lowest step allowed the best one from there on.
     */
    void bestSteps(final byte[] best) {
        double winRate = 1 - share[STEPS];
        int bestStep = STEPS - 1;
        double bestSurplus = 0;
        for (int step = STEPS - 1; step >= 0; step--) {
            final double surplus = (1 - ShadeGrid.shade(step)) * winRate;
            if (surplus > bestSurplus) {
                bestSurplus = surplus;
                bestStep = step;
            }
            best[step] = (byte) bestStep;
            winRate -= share[step];
        }
    }
}
