package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.index.TargetingIndex;
import io.opportune.protocol.codec.Channel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.collections.Int2IntHashMap;

/**
 * Offers in descending order of what they score at most, with the index of their rules, what the catalogue makes of
 * them in each placement, and when their flights begin and end. An offer's place in that order is its rank here.
 * Immutable, shared by all shards; searched by a {@link LayerSearch}. Making one takes some 10 us an offer.
 */
final class OfferLayer {
    /** What {@link #rankOf} gives for an offer that is not here. */
    static final int NO_RANK = -1;

    private final Offer[] offers;
    private final TargetingIndex index;
    private final long[][] made;
    private final Int2IntHashMap rankByOfferId;
    private final long[] boundariesNs;
    private final int[] boundaryStarts;
    private final int[] boundaryRanks;

    /** A placement on a channel. */
    record Place(Placement placement, Channel channel) { }

    /**
     * Indexes the rules of offers.
     *
     * @param sorted   the offers; kept.
     * @param places   by number.
     * @param searched whether anybody looks for matches here; otherwise no rule is indexed.
     */
    OfferLayer(final Offer[] sorted, final List<Place> places, final boolean searched) {
        offers = sorted;
        index = TargetingIndex.of(searched ? Arrays.stream(offers).map(Offer::rule).toList() : List.of());
        made = places.stream().map(this::madeIn).toArray(long[][]::new);
        rankByOfferId = new Int2IntHashMap(Math.max(8, 2 * offers.length), 0.6f, NO_RANK);
        for (int rank = 0; rank < offers.length; rank++) {
            rankByOfferId.put(offers[rank].offerId(), rank);
        }
        boundariesNs = Arrays.stream(offers).flatMapToLong(offer -> Arrays.stream(offer.flights())).sorted()
            .distinct().toArray();
        boundaryStarts = new int[boundariesNs.length + 1];
        for (final Offer offer : offers) {
            for (final long boundaryNs : offer.flights()) {
                boundaryStarts[Arrays.binarySearch(boundariesNs, boundaryNs) + 1]++;
            }
        }
        Arrays.parallelPrefix(boundaryStarts, Integer::sum);
        boundaryRanks = new int[boundaryStarts[boundariesNs.length]];
        final int[] next = boundaryStarts.clone();
        for (int rank = 0; rank < offers.length; rank++) {
            for (final long boundaryNs : offers[rank].flights()) {
                boundaryRanks[next[Arrays.binarySearch(boundariesNs, boundaryNs)]++] = rank;
            }
        }
    }

    /** Whether it holds these offers in this order. */
    boolean isOf(final Offer[] sorted) {
        for (int rank = 0; rank < offers.length; rank++) {
            if (offers[rank] != sorted[rank]) {
                return false;
            }
        }
        return true;
    }

    private long[] madeIn(final Place place) {
        final long[] bits = new long[wordCount()];
        IntStream.range(0, offers.length)
            .filter(rank -> Policy.notMadeIn(offers[rank], place.placement(), place.channel()) == null)
            .forEach(rank -> bits[rank >>> 6] |= 1L << rank);
        return bits;
    }

    int count() {
        return offers.length;
    }

    Offer get(final int rank) {
        return offers[rank];
    }

    TargetingIndex index() {
        return index;
    }

    /** Words of a row with one bit per rank. */
    int wordCount() {
        return offers.length + Long.SIZE - 1 >>> 6;
    }

    /** Which offers the catalogue allows in a place, a bit per rank; not to be written. */
    long[] made(final int place) {
        return made[place];
    }

    int placeCount() {
        return made.length;
    }

    /** Where an offer stands, or {@link #NO_RANK}. */
    int rankOf(final int offerId) {
        return rankByOfferId.get(offerId);
    }

    /** How many times there are at which a flight begins or ends. */
    int boundaryCount() {
        return boundariesNs.length;
    }

    /** One of these times, ascending. */
    long boundaryNs(final int boundary) {
        return boundariesNs[boundary];
    }

    /** How many of these times are not after a time. */
    int boundariesUpTo(final long timeNs) {
        int low = 0;
        int high = boundariesNs.length;
        while (low < high) {
            final int middle = low + high >>> 1;
            if (boundariesNs[middle] <= timeNs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Crosses a boundary in either direction: flights of one offer do not overlap, so that each of its boundaries turns
     * it on or off. Where one flight ends as the next begins, the offer is turned twice.
     *
     * @param boundary 0 up to {@link #boundaryCount()}.
     * @param inFlight turned.
     */
    void cross(final int boundary, final long[] inFlight) {
        for (int i = boundaryStarts[boundary]; i < boundaryStarts[boundary + 1]; i++) {
            final int rank = boundaryRanks[i];
            inFlight[rank >>> 6] ^= 1L << rank;
        }
    }
}
