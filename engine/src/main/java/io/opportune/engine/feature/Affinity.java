package io.opportune.engine.feature;

import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.targeting.Situation;

/**
 * How well what an offer promotes goes with what is in the basket or was bought before. Implemented where item-to-item
 * models live; called by the thread that encodes, allocates nothing, and answers alike for alike requests.
 */
public interface Affinity {
    /** Knows nothing. */
    Affinity NONE = new Affinity() {
        @Override
        public void begin(final Situation situation, final ProfileFlyweight profile, final int day) {
            // Nothing to look up.
        }

        @Override
        public float items(final Offer offer) {
            return Float.NaN;
        }

        @Override
        public float categories(final Offer offer) {
            return Float.NaN;
        }
    };

    /**
     * Starts a request.
     *
     * @param situation with the basket's items and categories.
     * @param profile   whose purchases may be used; null where they may not (no consent, or a gift) or there is none.
     * @param day       days since 1970, UTC.
     */
    void begin(Situation situation, ProfileFlyweight profile, int day);

    /**
     * How much more often than by chance the offer's items are bought with these.
     *
     * @param offer of the catalogue in use.
     * @return logarithm to base 2 of the lift: 0 is chance; NaN where too little is known (the feature then abstains).
     */
    float items(Offer offer);

    /**
     * The same for categories.
     *
     * @param offer of the catalogue in use.
     * @return as {@link #items}.
     */
    float categories(Offer offer);
}
