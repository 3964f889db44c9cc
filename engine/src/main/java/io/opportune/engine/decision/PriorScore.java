package io.opportune.engine.decision;

import io.opportune.engine.arbitration.ScoreFormula;
import io.opportune.engine.catalogue.Choice;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.targeting.Situation;

/**
 * What an offer scores where no model has been asked yet: the formula of the placement, with the catalogue's prior for
 * the propensity. By it those are found that are worth comparing. Immutable; placements with an equal one share the
 * order of their offers.
 *
 * @param tiers   whether offers of a higher priority stand before all of a lower one.
 * @param formula what counts.
 */
record PriorScore(boolean tiers, ScoreFormula formula) {
    /** Of placements that do not say how they choose: expected value. */
    static final PriorScore EXPECTED_VALUE = new PriorScore(false, Choice.BEST.formula());

    /** The least unit of a score in tallies, where it is a probability. */
    private static final double MILLION = 1e6;

    static PriorScore of(final Placement placement) {
        final Choice choice = placement.choice();
        return choice == null ? EXPECTED_VALUE : new PriorScore(true, choice.formula());
    }

    /** The tier that an offer competes in; greater ones go first. */
    int tier(final Offer offer) {
        return tiers ? offer.priority() : 0;
    }

    /** What an offer scores in a moment. */
    double of(final Offer offer, final Situation situation) {
        return of(offer, formula.context() ? offer.weightIn(situation) : 1);
    }

    /** What {@link #of(Offer, Situation)} gives at most, in whatever moment. */
    double bound(final Offer offer) {
        return of(offer, offer.greatestWeight());
    }

    private double of(final Offer offer, final double weight) {
        final double factor = formula.factor(offer.valueMicros(), weight, offer.lever());
        return formula.propensity() ? factor * offer.propensity() : factor;
    }

    /** Best first: tier, bound, then the order of the catalogue, so that every search meets them in one order. */
    int compare(final Offer one, final Offer other) {
        final int byTier = Integer.compare(tier(other), tier(one));
        if (byTier != 0) {
            return byTier;
        }
        final int byBound = Double.compare(bound(other), bound(one));
        return byBound != 0 ? byBound : Integer.compare(one.offerIndex(), other.offerIndex());
    }

    /**
     * What tallies count an offer under, and a search that stopped at one: those that count more were looked at. In
     * micros, or in millionths where no value counts. All tiers but the lowest are one.
     */
    double tallied(final Offer offer) {
        return tier(offer) > 0 ? Double.MAX_VALUE : formula.value() ? bound(offer) : bound(offer) * MILLION;
    }
}
