package io.opportune.engine.shading;

import org.agrona.collections.Long2ObjectHashMap;

/**
 * What to bid of a value, as learned up to a moment. Immutable; any thread; asking allocates nothing.
 */
public final class ShadeTable {
    /** What {@link #choose} gives when the least price is above the value. */
    public static final int NO_STEP = -1;

    private static final int EXPLORED = 1 << 8;
    private static final int STEP_MASK = EXPLORED - 1;
    private static final int FRACTION_BITS = 24;

    private final Long2ObjectHashMap<Row> rows;
    private final Row start;

    /**
     * What one curve says.
     *
     * @param best        for each lowest step allowed the one of largest expected surplus from there on.
     * @param exploration how many of 2^24 bids try another step.
     */
    record Row(byte[] best, int exploration) {
        /**
         * The bid of largest expected surplus, (1 - shade) x win rate (Pan et al., "Bid Shading by Win-Rate Estimation
         * and Surplus Maximization", arXiv 2009.09259).
         */
        static Row of(final double[] winRates, final double exploration) {
            final byte[] best = new byte[ShadeGrid.STEPS];
            int bestStep = ShadeGrid.STEPS - 1;
            double bestSurplus = 0;
            for (int step = ShadeGrid.STEPS - 1; step >= 0; step--) {
                final double surplus = (1 - ShadeGrid.shade(step)) * winRates[step];
                if (surplus > bestSurplus) {
                    bestSurplus = surplus;
                    bestStep = step;
                }
                best[step] = (byte) bestStep;
            }
            return new Row(best, (int) (exploration * (1 << FRACTION_BITS)));
        }
    }

    ShadeTable(final Long2ObjectHashMap<Row> rows, final Row start) {
        this.rows = rows;
        this.start = start;
    }

    /**
     * Chooses the shade.
     *
     * @param exchange    number of its profile.
     * @param inDeal      whether it is bid in a deal.
     * @param placementId where the ad appears.
     * @param currency    of the prices, ISO 4217 numeric.
     * @param floorBand   of the auction, as {@link #floorBand} gives it.
     * @param leastMicros least price that is taken, 0 for none.
     * @param valueMicros what the impression is worth, 1..2^48, in the unit of the least price.
     * @param chance      evenly distributed, of this bid: the same gives the same shade.
     * @return for {@link #stepOf} and {@link #isExplored}, or {@link #NO_STEP}.
     */
    public int choose(
        final int exchange, final boolean inDeal, final int placementId, final int currency, final int floorBand,
        final long leastMicros, final long valueMicros, final long chance) {
        final int lowest = ShadeGrid.stepFor(leastMicros, valueMicros);
        if (lowest == ShadeGrid.STEPS) {
            return NO_STEP;
        }
        final long placement = ShadeKey.ofPlacement(exchange, inDeal, placementId, currency, floorBand);
        final Row row = row(placement, ShadeKey.valueBand(valueMicros));
        final int best = row.best()[lowest];
        if (chance >>> Long.SIZE - FRACTION_BITS < row.exploration()) {
            // Around the best: far below nothing is won, far above nothing is gained.
            final int from = Math.max(lowest, best / 2);
            final int to = Math.min(ShadeGrid.STEPS - 1, best + best / 2 + 1);
            return from + (int) ((chance & 0xffff_ffffL) * (to - from + 1) >>> Integer.SIZE) | EXPLORED;
        }
        return best;
    }

    /**
     * What decides whether a bid explores: a function of its decision and offer, by the finaliser of SplitMix64
     * (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
     *
     * @param decisionHigh upper half of the decision's id.
     * @param decisionLow  lower half.
     * @param offerId      that is bid with.
     * @return as good as random, the same for the same.
     */
    public static long chance(final long decisionHigh, final long decisionLow, final int offerId) {
        return mix(mix(mix(decisionHigh) ^ decisionLow) ^ offerId);
    }

    private static long mix(final long value) {
        long z = value + 0x9e37_79b9_7f4a_7c15L;
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }

    /**
     * The step that was chosen.
     *
     * @param choice as {@link #choose} gave it, not {@link #NO_STEP}.
     * @return 0..{@link ShadeGrid#STEPS} - 1.
     */
    public static int stepOf(final int choice) {
        return choice & STEP_MASK;
    }

    /**
     * Whether another step than the best was tried, to learn from it.
     *
     * @param choice as {@link #choose} gave it.
     * @return true when it was.
     */
    public static boolean isExplored(final int choice) {
        return choice != NO_STEP && (choice & EXPLORED) != 0;
    }

    /**
     * The band that a floor is in; auctions of one band share what is learned.
     *
     * @param floorMicros always in the same unit, such as CPM; 0 or less for none.
     * @return 0..63.
     */
    public static int floorBand(final long floorMicros) {
        return ShadeKey.floorBand(floorMicros);
    }

    /** Whether there is a curve for a placement and a band of floors. */
    boolean has(
        final int exchange, final boolean inDeal, final int placementId, final int currency, final int floorBand) {
        return rows.containsKey(ShadeKey.ofPlacement(exchange, inDeal, placementId, currency, floorBand));
    }

    private Row row(final long placementKey, final int valueBand) {
        final Row ofValue = rows.get(ShadeKey.ofValue(placementKey, valueBand));
        if (ofValue != null) {
            return ofValue;
        }
        final Row ofPlacement = rows.get(placementKey);
        if (ofPlacement != null) {
            return ofPlacement;
        }
        final Row ofExchange = rows.get(ShadeKey.exchangeOf(placementKey));
        return ofExchange != null ? ofExchange : start;
    }
}
