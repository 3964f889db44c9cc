package io.opportune.engine.decision;

import io.opportune.engine.affinity.OfferAffinities;
import io.opportune.engine.catalogue.Catalogue;
import java.util.Arrays;

/**
 * The offers of an {@link OfferOrder} that nothing holds: rows of bits by rank for the layers of each of its orders.
 * Offers of the base that the overlay replaces are never free. Made by control threads, a few ns an offer; immutable,
 * shared by all shards.
 */
public final class FreeOffers {
    private final OfferOrder order;
    private final Holds holds;
    private final OfferAffinities affinities;
    private final Catalogue catalogue;
    private final long[][] bases;
    private final long[][] overlays;

    /**
     * Finds the offers that are free.
     *
     * @param order of all offers.
     * @param holds what is held.
     */
    public FreeOffers(final OfferOrder order, final Holds holds) {
        this(order, holds, null);
    }

    /**
     * Finds the offers that are free.
     *
     * @param order      of all offers.
     * @param holds      what is held.
     * @param affinities what the offers of the order's catalogue promote, by the table in use; null for none.
     */
    public FreeOffers(final OfferOrder order, final Holds holds, final OfferAffinities affinities) {
        if (affinities != null && affinities.offerCount() != order.count()) {
            throw new IllegalArgumentException("the affinities are of another catalogue");
        }
        this.order = order;
        this.holds = holds;
        this.affinities = affinities;
        catalogue = order.catalogue().withFallbacks(offer -> holds.reasonOf(offer) == null);
        bases = new long[order.rankingCount()][];
        overlays = new long[order.rankingCount()][];
        for (int i = 0; i < bases.length; i++) {
            final RankedOffers ranked = order.ranked(i);
            final OfferLayer overlay = ranked.overlay();
            for (int same = 0; same < i && bases[i] == null; same++) {
                if (order.ranked(same).base() == ranked.base() && order.ranked(same).overlay() == overlay) {
                    bases[i] = bases[same];
                    overlays[i] = overlays[same];
                }
            }
            if (bases[i] == null) {
                bases[i] = rowOf(ranked.base(), holds);
                overlays[i] = overlay == null ? new long[0] : rowOf(overlay, holds);
                for (int word = 0; overlay != null && word < bases[i].length; word++) {
                    bases[i][word] &= ~ranked.replaced()[word];
                }
            }
        }
    }

    private static long[] rowOf(final OfferLayer layer, final Holds holds) {
        final long[] row = new long[layer.wordCount()];
        Arrays.fill(row, -1L);
        if (!holds.isEmpty()) {
            for (int rank = 0; rank < layer.count(); rank++) {
                if (holds.reasonOf(layer.get(rank)) != null) {
                    row[rank >>> 6] &= ~(1L << rank);
                }
            }
        }
        return row;
    }

    /**
     * All offers.
     *
     * @return shared.
     */
    public OfferOrder order() {
        return order;
    }

    /**
     * What is held.
     *
     * @return shared.
     */
    public Holds holds() {
        return holds;
    }

    /**
     * The same offers where something else is held.
     *
     * @param now what is held now.
     * @return offers of the same order, with the same affinities.
     */
    public FreeOffers withHolds(final Holds now) {
        return new FreeOffers(order, now, affinities);
    }

    /**
     * Whether a shard decides with the same but for what is held.
     *
     * @param other the other ones.
     * @return true when order and affinities are the same objects.
     */
    public boolean isOfSameOrder(final FreeOffers other) {
        return order == other.order && affinities == other.affinities;
    }

    /**
     * What the offers promote, by the table of affinities in use.
     *
     * @return shared; null where no table is, or no placement asks for one.
     */
    public OfferAffinities affinities() {
        return affinities;
    }

    /**
     * Names the table of affinities in use, as decisions journal it.
     *
     * @return its id; 0 where there is none.
     */
    public long affinityTableId() {
        return affinities == null ? 0 : affinities.table().tableId();
    }

    /**
     * The catalogue to answer from.
     *
     * @return that of the order without the fallbacks that are held.
     */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** Row of the base of one of the orders; not to be written. */
    long[] base(final int ranking) {
        return bases[ranking];
    }

    /** Row of its overlay, empty when there is none; not to be written. */
    long[] overlay(final int ranking) {
        return overlays[ranking];
    }
}
