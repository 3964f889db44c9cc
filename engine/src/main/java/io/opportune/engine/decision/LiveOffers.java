package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Offer;
import java.util.Arrays;

/**
 * The offers of one placement and channel whose flight holds a business time, as bits by rank. They are sorted out anew
 * only when the time leaves the span in which no flight begins or ends, so that a request reads no flights. Owned by
 * one shard; allocates nothing once it is made.
 */
final class LiveOffers {
    private final OfferOrder order;
    private final int[] made;
    private final long[] bits;
    private long fromNs;
    private long untilNs;

    LiveOffers(final OfferOrder order, final int[] ranksMade) {
        this.order = order;
        made = ranksMade;
        bits = new long[order.count() + Long.SIZE - 1 >>> 6];
    }

    /** What is live at a time: one bit per rank, until the next call. */
    long[] at(final long timeNs) {
        if (timeNs < fromNs || timeNs >= untilNs) {
            sortOut(timeNs);
        }
        return bits;
    }

    private void sortOut(final long timeNs) {
        Arrays.fill(bits, 0);
        fromNs = Long.MIN_VALUE;
        untilNs = Long.MAX_VALUE;
        for (final int rank : made) {
            final Offer offer = order.get(rank);
            if (offer.isInFlight(timeNs)) {
                bits[rank >>> 6] |= 1L << rank;
            }
            for (final long boundary : offer.flights()) {
                if (boundary <= timeNs) {
                    fromNs = Math.max(fromNs, boundary);
                } else {
                    untilNs = Math.min(untilNs, boundary);
                }
            }
        }
    }
}
