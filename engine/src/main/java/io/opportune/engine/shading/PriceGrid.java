package io.opportune.engine.shading;

import java.util.Arrays;

/**
 * The prices that are told apart in auctions of one kind: {@link #PER_OCTAVE} in an octave, around the value of the
 * first auction that was seen. What is cheaper shares the first step, what is dearer lies above the last. Immutable.
 */
final class PriceGrid {
    /** A step is 4.4 % of the price: near the width of a shade, and what it costs to bid a whole step too much. */
    static final int PER_OCTAVE = 16;
    private static final int OCTAVES_BELOW = 7;
    private static final int OCTAVES_ABOVE = 5;
    static final int STEPS = (OCTAVES_BELOW + OCTAVES_ABOVE) * PER_OCTAVE;

    private static final double LOG_2 = Math.log(2);
    /** A price that is computed as the edge of a step lies in that step. */
    private static final double ROUNDING = 1e-9;
    /** How a belief about one shade is spread over prices. */
    private static final int PIECES = 8;
    /** Places of the shades, that of the whole value being 0. */
    private static final double[] SHADES = new double[ShadeGrid.STEPS];

    static {
        Arrays.setAll(SHADES, step -> PER_OCTAVE * Math.log(ShadeGrid.shade(step)) / LOG_2);
    }

    /** Of the upper edge of step 0, as a logarithm in steps. */
    private final int origin;

    private PriceGrid(final int origin) {
        this.origin = origin;
    }

    static PriceGrid around(final double valueMicros) {
        return at((int) Math.rint((Math.log(valueMicros) / LOG_2 - OCTAVES_BELOW) * PER_OCTAVE));
    }

    static PriceGrid at(final int origin) {
        return new PriceGrid(origin);
    }

    int origin() {
        return origin;
    }

    private double place(final double priceMicros) {
        return Math.log(Math.max(1, priceMicros)) / LOG_2 * PER_OCTAVE - origin;
    }

    /** The step whose upper edge is nearest to a bid. */
    int ofBid(final double bidMicros) {
        return (int) Math.max(0, Math.min(STEPS - 1, Math.rint(place(bidMicros))));
    }

    /** The step that a minimum bid to win lies in, {@link #STEPS} above all. */
    int ofPrice(final double priceMicros) {
        return (int) Math.max(0, Math.min(STEPS, Math.ceil(place(priceMicros) - ROUNDING)));
    }

    /**
     * What the bids of a value win.
     *
     * @param shares      of the minimum bid to win, by step of this grid.
     * @param valueMicros above 0.
     * @param winRates    takes the share of auctions that each step of {@link ShadeGrid} wins.
     */
    void winRates(final double[] shares, final double valueMicros, final double[] winRates) {
        final double whole = place(valueMicros);
        int edge = 0;
        double upTo = shares[0];
        for (int step = 0; step < ShadeGrid.STEPS; step++) {
            final double at = whole + SHADES[step];
            while (edge < STEPS - 1 && edge + 1 <= at) {
                upTo += shares[++edge];
            }
            final double beyond = Math.min(1, at - edge);
            winRates[step] = beyond < 0 ? upTo * Math.max(0, 1 + beyond / PER_OCTAVE)
                : edge == STEPS - 1 ? upTo : upTo + beyond * shares[edge + 1];
        }
    }

    /**
     * A belief about shares of a value, as one about prices.
     *
     * @param shares      of the minimum bid to win, by step of {@link ShadeGrid}, the last above the value.
     * @param valueMicros above 0.
     * @return the same by step of this grid; what is above the value is spread over two octaves.
     */
    double[] ofShares(final double[] shares, final double valueMicros) {
        final double[] prices = new double[STEPS + 1];
        for (int step = 0; step < ShadeGrid.STEPS; step++) {
            for (int i = 1; i <= PIECES; i++) {
                final double shade = (step + i / (double) PIECES) / ShadeGrid.STEPS;
                prices[ofPrice(valueMicros * shade)] += shares[step] / PIECES;
            }
        }
        for (int i = 1; i <= 2 * PER_OCTAVE; i++) {
            prices[ofPrice(valueMicros * Math.pow(2, i / (double) PER_OCTAVE))] +=
                shares[ShadeGrid.STEPS] / (2 * PER_OCTAVE);
        }
        return prices;
    }
}
