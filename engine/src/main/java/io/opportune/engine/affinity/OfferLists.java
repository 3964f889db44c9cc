package io.opportune.engine.affinity;

import java.util.Arrays;

/**
 * For each offer some items, or categories, of a table by their indexes, and for each of these the offers. Immutable;
 * any thread.
 */
final class OfferLists {
    private final int[] starts;
    private final int[] entries;
    private final float[] shares;
    private final int[] offerStarts;
    private final int[] offers;

    /**
     * Turns lists around.
     *
     * @param byOffer indexes in the level by offer; none negative.
     * @param level   that they stand for.
     */
    OfferLists(final int[][] byOffer, final AffinityLevel level) {
        starts = new int[byOffer.length + 1];
        shares = new float[byOffer.length];
        offerStarts = new int[level.count() + 1];
        for (int offer = 0; offer < byOffer.length; offer++) {
            starts[offer + 1] = starts[offer] + byOffer[offer].length;
            for (final int index : byOffer[offer]) {
                shares[offer] += level.share(index);
                offerStarts[index + 1]++;
            }
        }
        for (int index = 0; index < level.count(); index++) {
            offerStarts[index + 1] += offerStarts[index];
        }
        entries = new int[starts[byOffer.length]];
        offers = new int[entries.length];
        final int[] next = Arrays.copyOf(offerStarts, level.count());
        for (int offer = 0; offer < byOffer.length; offer++) {
            System.arraycopy(byOffer[offer], 0, entries, starts[offer], byOffer[offer].length);
            for (final int index : byOffer[offer]) {
                offers[next[index]++] = offer;
            }
        }
    }

    /** Where the entries of an offer begin; those of the next one begin where they end. */
    int start(final int offerIndex) {
        return starts[offerIndex];
    }

    int entry(final int at) {
        return entries[at];
    }

    /** Popularity of all entries of an offer together. */
    float share(final int offerIndex) {
        return shares[offerIndex];
    }

    /** Where the offers of an item or category begin. */
    int offerStart(final int index) {
        return offerStarts[index];
    }

    int offer(final int at) {
        return offers[at];
    }
}
