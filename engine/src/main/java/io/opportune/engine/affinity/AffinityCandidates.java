package io.opportune.engine.affinity;

import java.util.Arrays;

/**
 * Offers that a request's cues bring up: those that promote the items and categories bought next most probably. One a
 * shard, beside its {@link AffinityScorer}; allocates nothing once made.
 */
public final class AffinityCandidates {
    /** Items whose offers are looked at. */
    public static final int MAX_ITEMS = 32;
    /** Categories whose offers are looked at. */
    public static final int MAX_CATEGORIES = 8;
    /** Offers that are looked at for each of them. */
    public static final int MAX_OFFERS_EACH = 32;

    private final AffinityScorer scorer;
    private final Ranking bestItems = new Ranking(MAX_ITEMS);
    private final Ranking bestCategories = new Ranking(MAX_CATEGORIES);
    private final Ranking offers;
    private final int[] stamps;
    private int stamp;

    /**
     * Makes a source of candidates.
     *
     * @param scorer whose cues are asked.
     * @param most   offers that one request gets at most, 1 or more.
     */
    public AffinityCandidates(final AffinityScorer scorer, final int most) {
        this.scorer = scorer;
        offers = new Ranking(most);
        stamps = new int[scorer.offers().offerCount()];
    }

    /**
     * Finds the offers of the scorer's request, which is {@link AffinityScorer#ready() ready}.
     *
     * @return indexes of offers in the catalogue, most probable first, each once; empty where the request does not
     *     use affinities for candidates. The same object each time.
     */
    public Ranking find() {
        offers.clear();
        if (scorer.use().candidates()) {
            nextStamp();
            find(scorer.items(), scorer.offers().items(), bestItems);
            find(scorer.categories(), scorer.offers().promotedCategories(), bestCategories);
        }
        return offers;
    }

    private void nextStamp() {
        if (++stamp == 0) {
            Arrays.fill(stamps, 0);
            stamp = 1;
        }
    }

    private void find(final Evidence evidence, final OfferLists lists, final Ranking best) {
        best.clear();
        for (int i = 0; i < evidence.foundCount(); i++) {
            final int target = evidence.found(i);
            if (lists.offerStart(target) < lists.offerStart(target + 1)) {
                best.offer(target, evidence.probability(target), best.capacity());
            }
        }
        for (int place = 0; place < best.count(); place++) {
            final int from = lists.offerStart(best.index(place));
            final int to = Math.min(lists.offerStart(best.index(place) + 1), from + MAX_OFFERS_EACH);
            for (int at = from; at < to; at++) {
                final int offer = lists.offer(at);
                if (stamps[offer] != stamp) {
                    stamps[offer] = stamp;
                    offers.offer(offer, scorer.probability(offer), offers.capacity());
                }
            }
        }
    }
}
