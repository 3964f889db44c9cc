package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.protocol.codec.Channel;
import java.util.Arrays;
import java.util.Comparator;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The offers of one catalogue in descending order of the upper bound of their score, so that a decision that runs out
 * of time has scored the best first. The prior propensity is the bound as long as nothing is learnt. Immutable.
 */
public final class OfferOrder {
    private final Catalogue catalogue;
    private static final Offer[] NONE = new Offer[0];

    private final Offer[] offers;
    private final Long2ObjectHashMap<Offer[]> live = new Long2ObjectHashMap<>();

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
        for (final Placement placement : catalogue.placements()) {
            for (final Channel channel : Channel.values()) {
                if (placement.isOn(channel)) {
                    live.put(key(placement.placementId(), channel), liveIn(placement, channel));
                }
            }
        }
    }

    private Offer[] liveIn(final Placement placement, final Channel channel) {
        return Arrays.stream(offers)
            .filter(offer -> Policy.notMadeIn(offer, placement, channel) == null)
            .toArray(Offer[]::new);
    }

    private static long key(final int placementId, final Channel channel) {
        return (long) placementId << Short.SIZE | channel.value();
    }

    /** The offers that the catalogue allows in a placement on a channel, best upper bound first. */
    Offer[] madeIn(final Placement placement, final Channel channel) {
        final Offer[] made = live.get(key(placement.placementId(), channel));
        return made == null ? NONE : made;
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
