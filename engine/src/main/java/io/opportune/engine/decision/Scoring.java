package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Offer;

/** Expected value of an offer: what one conversion is worth times how likely it is. Stateless. */
final class Scoring {
    private Scoring() {
    }

    /** Probability of conversion, 0..1: the catalogue's prior until models learn it. */
    static double propensity(final Offer offer) {
        return offer.propensity();
    }

    /** Expected value in micros of the offer's currency. */
    static double score(final Offer offer, final double propensity) {
        return offer.valueMicros() * propensity;
    }

    /** What no decision's score of this offer exceeds, in micros. */
    static double upperBound(final Offer offer) {
        return score(offer, offer.propensity());
    }
}
