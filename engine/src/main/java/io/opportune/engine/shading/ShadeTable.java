package io.opportune.engine.shading;

import org.agrona.collections.Long2ObjectHashMap;

/**
 * What to bid of a value, as learned up to a moment. Immutable; any thread; asking allocates nothing.
 */
public final class ShadeTable {
    /** What {@link #step} gives when the floor is above the value. */
    public static final int NO_STEP = -1;

    private static final int FRACTION_BITS = 24;

    private final Long2ObjectHashMap<Row> rows;
    private final Row start;

    /**
     * What one curve says.
     *
     * @param best        for each lowest step allowed the one of largest expected surplus from there on.
     * @param exploration share of bids that try another step.
     */
    record Row(byte[] best, double exploration) { }

    ShadeTable(final Long2ObjectHashMap<Row> rows, final Row start) {
        this.rows = rows;
        this.start = start;
    }

    /**
     * Chooses the step to bid.
     *
     * @param exchange    number of its profile.
     * @param placementId where the ad appears.
     * @param floorMicros least price that is taken, 0 for none.
     * @param valueMicros what the impression is worth, above 0, up to 2^56.
     * @param chance      evenly distributed, of this bid: the same gives the same step.
     * @return 0..{@link ShadeGrid#STEPS} - 1, or {@link #NO_STEP}.
     */
    public int step(
        final int exchange, final int placementId, final long floorMicros, final long valueMicros,
        final long chance) {
        final int lowest = ShadeGrid.stepFor(floorMicros, valueMicros);
        if (lowest == ShadeGrid.STEPS) {
            return NO_STEP;
        }
        final Row row = row(exchange, ShadeKey.ofPlacement(exchange, placementId, ShadeKey.floorBand(floorMicros)),
            ShadeKey.valueBand(valueMicros));
        final int best = row.best()[lowest];
        if ((chance >>> Long.SIZE - FRACTION_BITS) < row.exploration() * (1 << FRACTION_BITS)) {
            // Around the best: far below nothing is won, far above nothing is gained.
            final int from = Math.max(lowest, best / 2);
            final int to = Math.min(ShadeGrid.STEPS - 1, best + best / 2 + 1);
            return from + (int) ((chance & 0xffff_ffffL) * (to - from + 1) >>> Integer.SIZE);
        }
        return best;
    }

    private Row row(final int exchange, final long placementKey, final int valueBand) {
        final Row ofValue = rows.get(ShadeKey.ofValue(placementKey, valueBand));
        if (ofValue != null) {
            return ofValue;
        }
        final Row ofPlacement = rows.get(placementKey);
        if (ofPlacement != null) {
            return ofPlacement;
        }
        final Row ofExchange = rows.get(ShadeKey.ofExchange(exchange));
        return ofExchange != null ? ofExchange : start;
    }
}
