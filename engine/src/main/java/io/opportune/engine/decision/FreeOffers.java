package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import java.util.Arrays;

/**
 * The offers of an {@link OfferOrder} that nothing holds: a row of bits by rank for each of its layers. Offers of the
 * base that the overlay replaces are never free. Made by control threads, a few ns an offer; immutable, shared by all
 * shards.
 */
public final class FreeOffers {
    private final OfferOrder order;
    private final Holds holds;
    private final Catalogue catalogue;
    private final long[] base;
    private final long[] overlay;

    /**
     * Finds the offers that are free.
     *
     * @param order of all offers.
     * @param holds what is held.
     */
    public FreeOffers(final OfferOrder order, final Holds holds) {
        this.order = order;
        this.holds = holds;
        catalogue = order.catalogue().withFallbacks(offer -> holds.reasonOf(offer) == null);
        base = rowOf(order.base(), holds);
        overlay = order.overlay() == null ? new long[0] : rowOf(order.overlay(), holds);
        if (order.overlay() != null) {
            final long[] replaced = order.replaced();
            for (int word = 0; word < base.length; word++) {
                base[word] &= ~replaced[word];
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
     * The catalogue to answer from.
     *
     * @return that of the order without the fallbacks that are held.
     */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** Row of the base; not to be written. */
    long[] base() {
        return base;
    }

    /** Row of the overlay, empty when there is none; not to be written. */
    long[] overlay() {
        return overlay;
    }
}
