package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The offers of one catalogue in descending order of the upper bound of their score, so that a decision that runs out
 * of time has scored the best first. The prior propensity is the bound as long as nothing is learnt. Immutable.
 */
public final class OfferOrder {
    private final Catalogue catalogue;
    private final Offer[] offers;

    /**
     * Sorts a catalogue.
     *
     * @param catalogue whose offers to sort.
     */
    public OfferOrder(final Catalogue catalogue) {
        this.catalogue = catalogue;
        offers = new Offer[catalogue.offerCount()];
        Arrays.setAll(offers, catalogue::offer);
        Arrays.sort(offers, Comparator.comparingDouble((Offer offer) -> -Scoring.upperBound(offer))
            .thenComparingInt(Offer::offerIndex));
    }

    /**
     * What is sorted.
     *
     * @return the catalogue.
     */
    public Catalogue catalogue() {
        return catalogue;
    }

    int count() {
        return offers.length;
    }

    Offer get(final int rank) {
        return offers[rank];
    }
}
