package io.opportune.engine.decision;

/**
 * The offers of one layer that are in flight at a business time: one bit per rank. As time goes on only the offers
 * whose flights begin or end are looked at, so that a request reads no flights. Owned by one shard; allocates nothing
 * once it is made.
 */
final class FlightRow {
    private final OfferLayer layer;
    private final long[] bits;
    private int crossed;
    private long fromNs = Long.MIN_VALUE;
    private long untilNs;
    private int changes;

    FlightRow(final OfferLayer layer) {
        this.layer = layer;
        bits = new long[layer.wordCount()];
        untilNs = layer.boundaryCount() == 0 ? Long.MAX_VALUE : layer.boundaryNs(0);
    }

    /** Who is in flight at a time; until the next call. */
    long[] at(final long timeNs) {
        if (timeNs < fromNs || timeNs >= untilNs) {
            move(timeNs);
        }
        return bits;
    }

    /** How often the row has changed. */
    int changes() {
        return changes;
    }

    private void move(final long timeNs) {
        final int target = layer.boundariesUpTo(timeNs);
        while (crossed < target) {
            layer.cross(crossed++, bits);
        }
        while (crossed > target) {
            layer.cross(--crossed, bits);
        }
        fromNs = crossed == 0 ? Long.MIN_VALUE : layer.boundaryNs(crossed - 1);
        untilNs = crossed == layer.boundaryCount() ? Long.MAX_VALUE : layer.boundaryNs(crossed);
        changes++;
    }
}
