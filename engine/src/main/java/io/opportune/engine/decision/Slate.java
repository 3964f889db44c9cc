package io.opportune.engine.decision;

/**
 * Arbitration: the best k candidates by score, at most one per advertiser category. Equal scores go to the smaller
 * offer index, so that the same candidates always give the same slate. Reused; owned by the shard.
 */
public final class Slate {
    /** Most offers in one answer. */
    public static final int MAX_OFFERS = 32;

    private final int[] candidates = new int[MAX_OFFERS];
    private final int[] categories = new int[MAX_OFFERS];
    private int wanted;
    private int count;

    /**
     * Starts an empty slate.
     *
     * @param offersWanted 1..{@link #MAX_OFFERS}.
     */
    void begin(final int offersWanted) {
        wanted = Math.min(offersWanted, MAX_OFFERS);
        count = 0;
    }

    /**
     * Offers a scored candidate a place.
     *
     * @param all        the candidates.
     * @param i          which.
     * @param categoryId advertiser category it competes in.
     */
    void consider(final Candidates all, final int i, final int categoryId) {
        int rival = -1;
        for (int place = 0; place < count; place++) {
            if (categories[place] == categoryId) {
                rival = place;
                break;
            }
        }
        if (rival >= 0) {
            if (!better(all, i, candidates[rival])) {
                return;
            }
            remove(rival);
        } else if (count == wanted) {
            if (!better(all, i, candidates[count - 1])) {
                return;
            }
            count--;
        }
        int place = count++;
        while (place > 0 && better(all, i, candidates[place - 1])) {
            candidates[place] = candidates[place - 1];
            categories[place] = categories[place - 1];
            place--;
        }
        candidates[place] = i;
        categories[place] = categoryId;
    }

    /**
     * Whether nothing that scores at most this much can enter any more.
     *
     * @param upperBound of the score of what comes next.
     * @param offerIndex of what comes next, for ties.
     * @param all        the candidates.
     * @return true when the slate is full and its last place is better.
     */
    boolean isProvenAgainst(final double upperBound, final int offerIndex, final Candidates all) {
        if (count < wanted) {
            return false;
        }
        final int last = candidates[count - 1];
        final int byScore = Double.compare(all.score(last), upperBound);
        return byScore > 0 || byScore == 0 && all.offerIndex(last) < offerIndex;
    }

    private void remove(final int place) {
        count--;
        for (int p = place; p < count; p++) {
            candidates[p] = candidates[p + 1];
            categories[p] = categories[p + 1];
        }
    }

    private static boolean better(final Candidates all, final int a, final int b) {
        final int byScore = Double.compare(all.score(a), all.score(b));
        return byScore > 0 || byScore == 0 && all.offerIndex(a) < all.offerIndex(b);
    }

    /**
     * How many places are taken.
     *
     * @return 0..{@link #MAX_OFFERS}.
     */
    public int count() {
        return count;
    }

    /**
     * Who took a place.
     *
     * @param place 0 for the best.
     * @return index into the candidates.
     */
    public int candidate(final int place) {
        return candidates[place];
    }

    /**
     * Whether a candidate lost only to another of its category.
     *
     * @param categoryId of the candidate.
     * @return true when the slate holds one of this category.
     */
    boolean holdsCategory(final int categoryId) {
        for (int place = 0; place < count; place++) {
            if (categories[place] == categoryId) {
                return true;
            }
        }
        return false;
    }
}
