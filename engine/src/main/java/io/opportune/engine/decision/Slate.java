package io.opportune.engine.decision;

import io.opportune.engine.catalogue.CountedCap;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.delivery.CustomerLimits;
import io.opportune.protocol.ReasonCode;

/**
 * Arbitration: the best k candidates by score, at most one per advertiser category, and no more of what a cap counts
 * together, or a budget of the customer limits, than it leaves. Equal scores go to the smaller offer index, so that the
 * same candidates always give the same slate. Reused; owned by the shard.
 */
public final class Slate {
    /** Most offers in one answer. */
    public static final int MAX_OFFERS = 32;

    private static final CountedCap[] NONE = {};

    private final int[] candidates = new int[MAX_OFFERS + 1];
    private final int[] categories = new int[MAX_OFFERS + 1];
    private final CountedCap[][] shared = new CountedCap[MAX_OFFERS + 1][];
    private final Offer[] offers = new Offer[MAX_OFFERS + 1];
    private CapCheck caps;
    private CustomerLimits limits;
    private boolean tight;
    private int wanted;
    private int count;

    /**
     * Starts an empty slate.
     *
     * @param offersWanted 1..{@link #MAX_OFFERS}.
     */
    void begin(final int offersWanted) {
        begin(offersWanted, null, null);
    }

    /** Starts an empty slate that caps and budgets of the customer may leave fewer places of. */
    void begin(final int offersWanted, final CapCheck check, final CustomerLimits budgets) {
        caps = check;
        limits = budgets;
        tight = false;
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
        consider(all, i, categoryId, NONE, null);
    }

    /** Offers a candidate that is an offer of the catalogue a place. */
    void consider(final Candidates all, final int i, final Offer offer) {
        // Once a cap is tight every place needs its caps; before that, places are known to need none.
        if (tight || caps.isTight(offer, wanted) || wanted > 1 && limits.concern(offer)) {
            considerCapped(all, i, offer);
        } else {
            consider(all, i, offer.categoryId(), offer.sharedCaps(), offer);
        }
    }

    /** Chooses anew, from the best on, among those that have a place and the newcomer. */
    private void considerCapped(final Candidates all, final int i, final Offer offer) {
        tight = true;
        insert(all, i, offer.categoryId(), offer.sharedCaps(), offer);
        final int before = count;
        count = 0;
        limits.clear();
        for (int place = 0; place < before; place++) {
            final double score = all.score(candidates[place]);
            if (count < wanted && !holdsCategory(categories[place]) && mostUsed(shared[place]) == null
                && limits.beside(offers[place], score) == null) {
                limits.hold(offers[place], score);
                candidates[count] = candidates[place];
                categories[count] = categories[place];
                offers[count] = offers[place];
                shared[count++] = shared[place];
            }
        }
    }

    /** The first cap of which the slate holds as many as it leaves; null when there is room. */
    private CountedCap mostUsed(final CountedCap[] of) {
        for (final CountedCap cap : of) {
            if (cap.isUsedByAnswers()) {
                int used = 0;
                for (int place = 0; place < count; place++) {
                    used += holds(shared[place], cap) ? 1 : 0;
                }
                if (used > 0 && used >= caps.leftOfShared(cap)) {
                    return cap;
                }
            }
        }
        return null;
    }

    private static boolean holds(final CountedCap[] of, final CountedCap wantedCap) {
        for (final CountedCap cap : of) {
            if (cap == wantedCap) {
                return true;
            }
        }
        return false;
    }

    private void consider(
        final Candidates all, final int i, final int categoryId, final CountedCap[] sharedCaps, final Offer offer) {
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
        insert(all, i, categoryId, sharedCaps, offer);
    }

    private void insert(
        final Candidates all, final int i, final int categoryId, final CountedCap[] sharedCaps, final Offer offer) {
        int place = count++;
        while (place > 0 && better(all, i, candidates[place - 1])) {
            candidates[place] = candidates[place - 1];
            categories[place] = categories[place - 1];
            shared[place] = shared[place - 1];
            offers[place] = offers[place - 1];
            place--;
        }
        candidates[place] = i;
        categories[place] = categoryId;
        shared[place] = sharedCaps;
        offers[place] = offer;
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
            shared[p] = shared[p + 1];
            offers[p] = offers[p + 1];
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

    /** Why a candidate that may be made has no place. */
    ReasonCode whyNot(final Offer offer, final double score) {
        if (holdsCategory(offer.categoryId())) {
            return ReasonCode.CATEGORY_TAKEN;
        }
        if (tight && mostUsed(offer.sharedCaps()) != null) {
            return ReasonCode.CAP_REACHED;
        }
        final ReasonCode limit = tight ? limits.beside(offer, score) : null;
        return limit == null ? ReasonCode.OUTRANKED : limit;
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
