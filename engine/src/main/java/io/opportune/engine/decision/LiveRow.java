package io.opportune.engine.decision;

/**
 * The offers of one layer that are made in one place, in flight at a business time, and not held: one bit per rank. As
 * time goes on only the offers whose flights begin or end are looked at, so that a request reads no flights. Owned by
 * one shard; allocates nothing once it is made.
 */
final class LiveRow {
    private final OfferLayer layer;
    private final long[] made;
    private final long[] inFlight;
    private final long[] live;
    private long[] free;
    private int crossed;
    private long fromNs = Long.MIN_VALUE;
    private long untilNs;

    LiveRow(final OfferLayer layer, final int place) {
        this.layer = layer;
        made = layer.made(place);
        inFlight = new long[layer.wordCount()];
        live = new long[layer.wordCount()];
        untilNs = layer.boundaryCount() == 0 ? Long.MAX_VALUE : layer.boundaryNs(0);
    }

    /** What is live at a time among the ranks that are free, until the next call. */
    long[] at(final long timeNs, final long[] notHeld) {
        if (timeNs < fromNs || timeNs >= untilNs) {
            move(timeNs);
        } else if (notHeld == free) {
            return live;
        }
        free = notHeld;
        for (int word = 0; word < live.length; word++) {
            live[word] = inFlight[word] & notHeld[word];
        }
        return live;
    }

    private void move(final long timeNs) {
        final int target = layer.boundariesUpTo(timeNs);
        while (crossed < target) {
            layer.cross(crossed++, made, inFlight);
        }
        while (crossed > target) {
            layer.cross(--crossed, made, inFlight);
        }
        fromNs = crossed == 0 ? Long.MIN_VALUE : layer.boundaryNs(crossed - 1);
        untilNs = crossed == layer.boundaryCount() ? Long.MAX_VALUE : layer.boundaryNs(crossed);
    }
}
