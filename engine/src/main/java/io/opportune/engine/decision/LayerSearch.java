package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.index.IndexCursor;
import io.opportune.engine.index.IndexEvent;
import io.opportune.engine.targeting.Situation;

/**
 * One shard's search through an {@link OfferLayer}: the offers that are made in a place, in flight, not held, and whose
 * rule holds, by rank. Made aside, then owned by the shard; allocates nothing from then on.
 */
final class LayerSearch {
    private final OfferLayer layer;
    private final IndexEvent event;
    private final IndexCursor cursor;
    private final LiveRow[] rows;
    private long[] free;
    private LiveRow row;

    /**
     * Makes room for searches.
     *
     * @param layer  to search.
     * @param free   see {@link #free(long[])}.
     * @param timeNs business time of the searches that are expected first.
     */
    LayerSearch(final OfferLayer layer, final long[] free, final long timeNs) {
        this.layer = layer;
        this.free = free;
        event = new IndexEvent(layer.index(), Situation.DEFAULT_LIST_CAPACITY);
        cursor = new IndexCursor(layer.index(), Situation.DEFAULT_LIST_CAPACITY);
        final FlightRow flights = new FlightRow(layer);
        rows = new LiveRow[layer.placeCount()];
        for (int place = 0; place < rows.length; place++) {
            rows[place] = new LiveRow(layer.made(place), flights);
            rows[place].at(timeNs, free);
        }
    }

    OfferLayer layer() {
        return layer;
    }

    /** Sets the ranks that nothing holds back, as bits; the row is never written again by anybody. */
    void free(final long[] notHeld) {
        free = notHeld;
    }

    void begin(final Situation situation, final int place, final long timeNs) {
        event.encode(situation);
        row = rows[place];
        cursor.begin(event, row.at(timeNs, free));
    }

    /** Passes an offer over in the search that has begun; whether it could have come up otherwise. */
    boolean spare(final Offer offer) {
        final int rank = layer.rankOf(offer.offerId());
        return rank != OfferLayer.NO_RANK && row.spare(rank);
    }

    /** Whether an offer stands in the search that has begun; its rule is not asked. */
    boolean isLive(final Offer offer) {
        final int rank = layer.rankOf(offer.offerId());
        return rank != OfferLayer.NO_RANK && row.isLive(rank);
    }

    /** The next rank, {@link IndexCursor#END}, or {@link IndexCursor#MORE} when the deadline has stopped the search. */
    int next(final Deadline deadline) {
        int rank = cursor.nextOrMore();
        while (rank == IndexCursor.MORE && !deadline.stopsSearching()) {
            rank = cursor.nextOrMore();
        }
        return rank;
    }
}
