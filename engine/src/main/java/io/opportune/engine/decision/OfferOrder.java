package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.protocol.codec.Channel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Long2LongHashMap;

/**
 * The offers of one catalogue in descending order of the upper bound of their score, so that a decision that runs out
 * of time has scored the best first. The prior propensity is the bound as long as nothing is learnt. Few changed or
 * added offers stand in an overlay of their own beside the base, so that a change of one offer costs what it touches;
 * every search merges the two into the order that sorting all anew would give. Immutable, shared by all shards.
 */
public final class OfferOrder {
    /** What {@link #place} gives where nothing is made. */
    static final int NOWHERE = -1;

    private final Catalogue catalogue;
    private final List<OfferLayer.Place> placeList;
    private final Long2LongHashMap places;
    private final Catalogue baseCatalogue;
    private final OfferLayer base;
    private final OfferLayer overlay;
    private final long[] replaced;
    private final Offer[] offers;

    /**
     * Sorts a catalogue.
     *
     * @param catalogue whose offers to sort.
     */
    public OfferOrder(final Catalogue catalogue) {
        this.catalogue = catalogue;
        placeList = new ArrayList<>();
        places = new Long2LongHashMap(NOWHERE);
        for (final Placement placement : catalogue.placements()) {
            for (final Channel channel : Channel.values()) {
                if (placement.isOn(channel)) {
                    places.put(key(placement.placementId(), channel), placeList.size());
                    placeList.add(new OfferLayer.Place(placement, channel));
                }
            }
        }
        final Offer[] all = new Offer[catalogue.offerCount()];
        Arrays.setAll(all, catalogue::offer);
        baseCatalogue = catalogue;
        base = new OfferLayer(all, placeList);
        overlay = null;
        replaced = new long[base.wordCount()];
        offers = new Offer[base.count()];
        Arrays.setAll(offers, base::get);
    }

    private OfferOrder(final OfferOrder under, final Catalogue changed) {
        catalogue = changed;
        placeList = under.placeList;
        places = under.places;
        baseCatalogue = under.baseCatalogue;
        base = under.base;
        replaced = new long[base.wordCount()];
        final List<Offer> differing = new ArrayList<>();
        final int before = baseCatalogue.offerCount();
        for (int i = 0; i < changed.offerCount(); i++) {
            if (i >= before || changed.offer(i) != baseCatalogue.offer(i)) {
                differing.add(changed.offer(i));
            }
            if (i < before && changed.offer(i) != baseCatalogue.offer(i)) {
                final int rank = base.rankOf(baseCatalogue.offer(i).offerId());
                replaced[rank >>> 6] |= 1L << rank;
            }
        }
        overlay = differing.isEmpty() ? null : new OfferLayer(differing.toArray(Offer[]::new), placeList);
        offers = merged(changed.offerCount());
    }

    private Offer[] merged(final int count) {
        final Offer[] merged = new Offer[count];
        final int overlaid = overlay == null ? 0 : overlay.count();
        int next = 0;
        int at = 0;
        for (int rank = 0; rank < base.count(); rank++) {
            if ((replaced[rank >>> 6] >>> rank & 1) == 0) {
                while (next < overlaid && isBefore(overlay.get(next), base.get(rank))) {
                    merged[at++] = overlay.get(next++);
                }
                merged[at++] = base.get(rank);
            }
        }
        while (next < overlaid) {
            merged[at++] = overlay.get(next++);
        }
        return merged;
    }

    /**
     * The order of a catalogue that differs from this one's in few offers, without sorting and indexing the others.
     *
     * @param changed made from this order's catalogue, or from the one that its base was made of, by
     *                {@link Catalogue#with}: offers have kept their places, new ones follow.
     * @return the same order that {@link #OfferOrder} would give.
     */
    public OfferOrder with(final Catalogue changed) {
        return new OfferOrder(this, changed);
    }

    private static long key(final int placementId, final Channel channel) {
        return (long) placementId << Short.SIZE | channel.value();
    }

    /** Whether one offer stands before another. */
    static boolean isBefore(final Offer one, final Offer other) {
        return OfferLayer.compare(one, other) < 0;
    }

    /** The number of a placement on a channel, 0 or more, or {@link #NOWHERE}. */
    int place(final Placement placement, final Channel channel) {
        return (int) places.get(key(placement.placementId(), channel));
    }

    /** The offer with an id, or null when the catalogue has none. */
    Offer find(final int offerId) {
        final int overlaid = overlay == null ? OfferLayer.NO_RANK : overlay.rankOf(offerId);
        if (overlaid != OfferLayer.NO_RANK) {
            return overlay.get(overlaid);
        }
        final int rank = base.rankOf(offerId);
        return rank == OfferLayer.NO_RANK ? null : base.get(rank);
    }

    OfferLayer base() {
        return base;
    }

    /** What was changed or added since the base was made; null when nothing was. */
    OfferLayer overlay() {
        return overlay;
    }

    /** Ranks of the base whose offers stand in the overlay now, as bits; not to be written. */
    long[] replaced() {
        return replaced;
    }

    /**
     * Whether two orders were made over one base.
     *
     * @param other the other one.
     * @return true when the catalogue of one was made from that of the other, offer by offer.
     */
    public boolean isOfBase(final OfferOrder other) {
        return base == other.base;
    }

    /**
     * What is sorted.
     *
     * @return the catalogue.
     */
    public Catalogue catalogue() {
        return catalogue;
    }

    /**
     * How many offers stand beside the base. Each makes a search a little slower; a new base has none.
     *
     * @return 0 or more.
     */
    public int overlaidCount() {
        return overlay == null ? 0 : overlay.count();
    }

    int count() {
        return offers.length;
    }

    /** An offer by its place in the order of all. */
    Offer get(final int place) {
        return offers[place];
    }
}
