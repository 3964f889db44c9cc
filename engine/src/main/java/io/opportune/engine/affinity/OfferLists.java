package io.opportune.engine.affinity;

import java.util.Arrays;

/**
 * For each offer some items, or categories, as targets of rows, and for each of these the offers. Immutable; any
 * thread.
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
     * @param byOffer targets by offer; none negative.
     * @param rows    that they are numbered by.
     */
    OfferLists(final int[][] byOffer, final CueRows rows) {
        starts = new int[byOffer.length + 1];
        shares = new float[byOffer.length];
        offerStarts = new int[rows.targetCount() + 1];
        for (int offer = 0; offer < byOffer.length; offer++) {
            starts[offer + 1] = starts[offer] + byOffer[offer].length;
            for (final int target : byOffer[offer]) {
                shares[offer] += rows.share(target);
                offerStarts[target + 1]++;
            }
        }
        for (int target = 0; target < rows.targetCount(); target++) {
            offerStarts[target + 1] += offerStarts[target];
        }
        entries = new int[starts[byOffer.length]];
        offers = new int[entries.length];
        final int[] next = Arrays.copyOf(offerStarts, rows.targetCount());
        for (int offer = 0; offer < byOffer.length; offer++) {
            System.arraycopy(byOffer[offer], 0, entries, starts[offer], byOffer[offer].length);
            for (final int target : byOffer[offer]) {
                offers[next[target]++] = offer;
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
    int offerStart(final int target) {
        return offerStarts[target];
    }

    int offer(final int at) {
        return offers[at];
    }
}
