package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.index.TargetingIndex;
import io.opportune.protocol.codec.Channel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.collections.Long2LongHashMap;

/**
 * The offers of one catalogue in descending order of the upper bound of their score, so that a decision that runs out
 * of time has scored the best first. The prior propensity is the bound as long as nothing is learnt. Immutable.
 */
public final class OfferOrder {
    /** What {@link #place} gives where nothing is made. */
    static final int NOWHERE = -1;

    private final Catalogue catalogue;
    private final Offer[] offers;
    private final Long2LongHashMap places = new Long2LongHashMap(NOWHERE);
    private final List<int[]> made = new ArrayList<>();
    private final TargetingIndex index;

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
                    places.put(key(placement.placementId(), channel), made.size());
                    made.add(ranksMadeIn(placement, channel));
                }
            }
        }
        index = TargetingIndex.of(Arrays.stream(offers).map(Offer::rule).toList());
    }

    private int[] ranksMadeIn(final Placement placement, final Channel channel) {
        return IntStream.range(0, offers.length)
            .filter(rank -> Policy.notMadeIn(offers[rank], placement, channel) == null)
            .toArray();
    }

    private static long key(final int placementId, final Channel channel) {
        return (long) placementId << Short.SIZE | channel.value();
    }

    /** The number of a placement on a channel, 0 up to {@link #places}, or {@link #NOWHERE}. */
    int place(final Placement placement, final Channel channel) {
        return (int) places.get(key(placement.placementId(), channel));
    }

    /** How many placements on channels there are. */
    int places() {
        return made.size();
    }

    /** Ranks of the offers that the catalogue allows in a placement on a channel, ascending; not to be written. */
    int[] ranksMadeIn(final int place) {
        return made.get(place);
    }

    /** The offers' rules by rank. */
    TargetingIndex index() {
        return index;
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
