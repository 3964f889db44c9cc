package io.opportune.engine.decision;

import io.opportune.engine.affinity.AffinityCandidates;
import io.opportune.engine.affinity.AffinityScorer;
import io.opportune.engine.affinity.OfferAffinities;
import io.opportune.engine.affinity.Ranking;
import io.opportune.engine.catalogue.AffinityUse;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.feature.Affinity;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.Situation;

/**
 * What is bought together, as one shard asks for it: the pair features of candidates, and offers that the best by prior
 * may lack. Made aside with the catalogue that it is for, then the shard's own; allocates nothing from then on.
 */
final class ShardAffinity implements Affinity {
    /** Offers that are looked at, best first, until enough of them fit. */
    static final int MOST_LOOKED_AT = 64;
    /** Offers that come to the best by prior. */
    static final int MOST_ADDED = 16;

    private final AffinityScorer scorer;
    private final AffinityCandidates candidates;
    private AffinityUse use = AffinityUse.OFF;

    ShardAffinity(final OfferAffinities offers) {
        scorer = new AffinityScorer(offers.table(), offers);
        candidates = new AffinityCandidates(scorer, MOST_LOOKED_AT);
    }

    /** Says what the next request uses affinities for; before it is encoded. */
    void use(final AffinityUse wanted) {
        use = wanted;
    }

    @Override
    public void begin(final Situation situation, final ProfileFlyweight profile, final int day) {
        scorer.begin(use, day);
        if (use == AffinityUse.OFF) {
            return;
        }
        final int items = situation.size(AttributeSchema.BASKET_ITEMS);
        final int categories = situation.size(AttributeSchema.BASKET_CATEGORIES);
        // The latest first. An item without a category of its own takes none away from another: all are cues.
        for (int i = 1; i <= Math.max(items, categories); i++) {
            scorer.basketLine(i > items ? 0 : situation.element(AttributeSchema.BASKET_ITEMS, items - i),
                i > categories ? 0 : (int) situation.element(AttributeSchema.BASKET_CATEGORIES, categories - i));
        }
        if (profile != null) {
            scorer.profile(profile);
        }
        scorer.ready();
    }

    @Override
    public float items(final Offer offer) {
        return lift(scorer.itemAffinity(offer.offerIndex()));
    }

    @Override
    public float categories(final Offer offer) {
        return lift(scorer.categoryAffinity(offer.offerIndex()));
    }

    private static float lift(final float affinity) {
        return affinity == 0 ? Float.NaN : affinity * AffinityScorer.LOG2_SCALE;
    }

    /** The offers that the cues of the request bring up, most probable first; none unless it uses them so. */
    Ranking candidates() {
        return candidates.find();
    }
}
