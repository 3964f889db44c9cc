package io.opportune.engine.shading;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * The share of auctions that each bid wins, as far as it has been seen: the distribution of the minimum bid to win over
 * steps, which are shares of our value ({@link ShadeGrid}) or prices ({@link PriceGrid}). An exchange that tells the
 * minimum bid to win gives the place in the distribution; one that tells only whether a bid has won says on which side
 * of the bid it lies, and the estimate is then the one of maximum likelihood for such censored observations (Turnbull,
 * "The Empirical Distribution Function with Arbitrarily Grouped, Censored and Truncated Data", 1976), by expectation
 * and maximisation.
 *
 * <p>Older observations fade, so that the curve follows prices that drift. Owned by one thread; allocates nothing after
 * construction.
 */
final class WinRateCurve {
    /** A few suffice, as each publication goes on from the last one's estimate. */
    private static final int ITERATIONS = 6;
    /** Weights grow instead of all sums shrinking; here they are scaled back. */
    private static final double MAX_WEIGHT = 1e12;
    private static final double LEAST = 1e-9;

    private final int steps;
    private final double growth;
    /** Observations whose minimum bid to win is known, by step; the last is above all bids. */
    private final double[] known;
    private final double[] won;
    private final double[] lost;
    private final double[] share;
    private double weight = 1;
    private double sum;
    private double censored;

    /**
     * A curve that knows nothing.
     *
     * @param steps  that bids are told apart by.
     * @param memory observations after which an observation counts 1/e, above 1.
     */
    WinRateCurve(final int steps, final double memory) {
        this.steps = steps;
        known = new double[steps + 1];
        won = new double[steps];
        lost = new double[steps];
        share = new double[steps + 1];
        growth = Math.exp(1 / memory);
    }

    /**
     * An auction.
     *
     * @param step    that was bid, 0..steps - 1.
     * @param isWon   whether the bid has won.
     * @param minimum step of the minimum bid to win, 0..steps, that being above all bids; -1 when it was not told.
     */
    void observe(final int step, final boolean isWon, final int minimum) {
        weight *= growth;
        sum += weight;
        if (minimum >= 0) {
            known[minimum] += weight;
        } else {
            (isWon ? won : lost)[step] += weight;
            censored += weight;
        }
        if (weight > MAX_WEIGHT) {
            rescale();
        }
    }

    private void rescale() {
        scale(known);
        scale(won);
        scale(lost);
        sum /= weight;
        censored /= weight;
        weight = 1;
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

    /** The share of auctions that a bid of each step wins, as last estimated. */
    void winRates(final double[] into) {
        double winRate = 0;
        for (int step = 0; step < steps; step++) {
            winRate += share[step];
            into[step] = winRate;
        }
    }

    /**
     * Estimates anew.
     *
     * @param prior       shares that are believed without observations.
     * @param priorWeight observations that the prior counts as.
     * @param scratch     as long as the prior or longer.
     */
    void estimate(final double[] prior, final double priorWeight, final double[] scratch) {
        if (share[steps] == 0 && share[0] == 0) {
            System.arraycopy(prior, 0, share, 0, share.length);
        }
        for (int i = 0; i < ITERATIONS; i++) {
            improve(prior, priorWeight * weight, scratch);
        }
    }

    /** One step of expectation and maximisation. */
    private void improve(final double[] prior, final double priorWeight, final double[] towardsWon) {
        double winRate = 0;
        for (int step = 0; step < steps; step++) {
            winRate += share[step];
            towardsWon[step] = won[step] / Math.max(LEAST, winRate);
        }
        // From each bid that won to all steps up to it.
        double ofWon = 0;
        for (int step = steps - 1; step >= 0; step--) {
            ofWon += towardsWon[step];
            towardsWon[step] = ofWon;
        }
        towardsWon[steps] = 0;
        // From each bid that lost to all steps above it.
        double ofLost = 0;
        winRate = 0;
        double total = 0;
        for (int step = 0; step <= steps; step++) {
            final double before = share[step];
            share[step] = priorWeight * prior[step] + known[step] + before * (towardsWon[step] + ofLost);
            total += share[step];
            winRate += before;
            if (step < steps) {
                ofLost += lost[step] / Math.max(LEAST, 1 - winRate);
            }
        }
        for (int step = 0; step <= steps; step++) {
            share[step] /= total;
        }
    }

    /** Writes what has been observed. */
    void write(final DataOutputStream into) throws IOException {
        rescale();
        into.writeDouble(sum);
        into.writeDouble(censored);
        for (final double[] values : new double[][] {known, won, lost, share}) {
            int count = 0;
            for (final double value : values) {
                count += value > LEAST ? 1 : 0;
            }
            into.writeShort(count);
            for (int i = 0; i < values.length; i++) {
                if (values[i] > LEAST) {
                    into.writeShort(i);
                    into.writeFloat((float) values[i]);
                }
            }
        }
    }

    /**
     * Reads what was written.
     *
     * @throws IOException when it is not of a curve of as many steps.
     */
    void read(final DataInputStream from) throws IOException {
        weight = 1;
        sum = from.readDouble();
        censored = from.readDouble();
        for (final double[] values : new double[][] {known, won, lost, share}) {
            for (int count = from.readUnsignedShort(); count > 0; count--) {
                final int step = from.readUnsignedShort();
                if (step >= values.length) {
                    throw new IOException("step " + step + " of " + values.length);
                }
                values[step] = from.readFloat();
            }
        }
    }
}
