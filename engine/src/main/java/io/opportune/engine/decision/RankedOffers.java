package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Offer;

/**
 * The offers of a catalogue in descending order of what a {@link PriorScore} makes of them at most: a base, and beside
 * it an overlay of what was changed or added since. Immutable, shared by all shards; searched by an {@link
 * OfferSearch}.
 */
final class RankedOffers {
    private final PriorScore score;
    private final OfferLayer base;
    private final OfferLayer overlay;
    private final long[] replaced;
    private final Offer[] offers;

    /**
     * An order of all offers.
     *
     * @param score    that they are in order of.
     * @param base     all, or all before some were changed.
     * @param overlay  those changed or added; null for none.
     * @param replaced ranks of the base whose offers stand in the overlay, as bits.
     */
    RankedOffers(final PriorScore score, final OfferLayer base, final OfferLayer overlay, final long[] replaced) {
        this.score = score;
        this.base = base;
        this.overlay = overlay;
        this.replaced = replaced;
        offers = merged();
    }

    private Offer[] merged() {
        final int overlaid = overlay == null ? 0 : overlay.count();
        int gone = 0;
        for (final long word : replaced) {
            gone += Long.bitCount(word);
        }
        final Offer[] merged = new Offer[base.count() - gone + overlaid];
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

    /** What they are in order of. */
    PriorScore score() {
        return score;
    }

    /** Whether one offer stands before another. */
    boolean isBefore(final Offer one, final Offer other) {
        return score.compare(one, other) < 0;
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

    int count() {
        return offers.length;
    }

    /** An offer by its place in the order. */
    Offer get(final int place) {
        return offers[place];
    }

    /** The offer with an id, or null when there is none. */
    Offer find(final int offerId) {
        final int overlaid = overlay == null ? OfferLayer.NO_RANK : overlay.rankOf(offerId);
        if (overlaid != OfferLayer.NO_RANK) {
            return overlay.get(overlaid);
        }
        final int rank = base.rankOf(offerId);
        return rank == OfferLayer.NO_RANK ? null : base.get(rank);
    }
}
