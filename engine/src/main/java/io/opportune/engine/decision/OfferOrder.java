package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.protocol.codec.Channel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Long2LongHashMap;

/**
 * The offers of one catalogue in descending order of what they score at most, so that a decision that runs out of time
 * has looked at the best first: one {@link RankedOffers} by expected value, and one more for each other {@link
 * PriorScore} of a placement; what comes out in the same order is kept once. Few changed or added offers stand in
 * overlays beside their bases, so that a change of one offer costs what it touches; every search merges the two into
 * the order that sorting all anew would give. Immutable, shared by all shards.
 */
public final class OfferOrder {
    /** What {@link #place} gives where nothing is made. */
    static final int NOWHERE = -1;

    private final Catalogue catalogue;
    private final List<OfferLayer.Place> placeList;
    private final Long2LongHashMap places;
    private final Catalogue baseCatalogue;
    /** By expected value stands first. */
    private final RankedOffers[] ranked;
    /** Which of them a place is searched in. */
    private final int[] rankingByPlace;

    /**
     * Sorts a catalogue.
     *
     * @param catalogue whose offers to sort.
     */
    public OfferOrder(final Catalogue catalogue) {
        this.catalogue = catalogue;
        placeList = new ArrayList<>();
        places = new Long2LongHashMap(NOWHERE);
        final List<PriorScore> scores = new ArrayList<>(List.of(PriorScore.EXPECTED_VALUE));
        final List<Integer> rankings = new ArrayList<>();
        for (final Placement placement : catalogue.placements()) {
            final PriorScore score = PriorScore.of(placement);
            if (!scores.contains(score)) {
                scores.add(score);
            }
            for (final Channel channel : Channel.values()) {
                if (placement.isOn(channel)) {
                    places.put(key(placement.placementId(), channel), placeList.size());
                    placeList.add(new OfferLayer.Place(placement, channel));
                    rankings.add(scores.indexOf(score));
                }
            }
        }
        rankingByPlace = rankings.stream().mapToInt(Integer::intValue).toArray();
        baseCatalogue = catalogue;
        final Offer[] all = new Offer[catalogue.offerCount()];
        Arrays.setAll(all, catalogue::offer);
        final OfferLayer[] layers = layers(all, scores.toArray(PriorScore[]::new));
        ranked = new RankedOffers[layers.length];
        Arrays.setAll(ranked,
            i -> new RankedOffers(scores.get(i), layers[i], null, new long[layers[i].wordCount()]));
    }

    private OfferOrder(final OfferOrder under, final Catalogue changed) {
        catalogue = changed;
        placeList = under.placeList;
        places = under.places;
        rankingByPlace = under.rankingByPlace;
        baseCatalogue = under.baseCatalogue;
        final List<Offer> differing = new ArrayList<>();
        final List<Offer> gone = new ArrayList<>();
        final int before = baseCatalogue.offerCount();
        for (int i = 0; i < changed.offerCount(); i++) {
            if (i >= before || changed.offer(i) != baseCatalogue.offer(i)) {
                differing.add(changed.offer(i));
                if (i < before) {
                    gone.add(baseCatalogue.offer(i));
                }
            }
        }
        final PriorScore[] scores = Arrays.stream(under.ranked).map(RankedOffers::score).toArray(PriorScore[]::new);
        final OfferLayer[] overlays = differing.isEmpty()
            ? new OfferLayer[scores.length] : layers(differing.toArray(Offer[]::new), scores);
        ranked = new RankedOffers[scores.length];
        Arrays.setAll(ranked, i -> {
            final OfferLayer base = under.ranked[i].base();
            final long[] replaced = new long[base.wordCount()];
            for (final Offer offer : gone) {
                final int rank = base.rankOf(offer.offerId());
                replaced[rank >>> 6] |= 1L << rank;
            }
            return new RankedOffers(scores[i], base, overlays[i], replaced);
        });
    }

    /** A layer for each score, the same one where the order is the same; indexed where a place is searched in it. */
    private OfferLayer[] layers(final Offer[] all, final PriorScore[] scores) {
        final OfferLayer[] layers = new OfferLayer[scores.length];
        // Those that are searched go first, so that the others can share theirs.
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < scores.length; i++) {
                if (isSearched(i) == (pass == 0)) {
                    final Offer[] sorted = all.clone();
                    Arrays.sort(sorted, scores[i]::compare);
                    layers[i] = Arrays.stream(layers).filter(each -> each != null && each.isOf(sorted))
                        .findFirst().orElse(null);
                    if (layers[i] == null) {
                        layers[i] = new OfferLayer(sorted, placeList, isSearched(i));
                    }
                }
            }
        }
        return layers;
    }

    /**
     * The order of a catalogue that differs from this one's in few offers, without sorting and indexing the others.
     *
     * @param changed made from this order's catalogue, or from the one that its base was made of, by
     *                {@link Catalogue#with}: offers have kept their places, new ones follow.
     * @return the same order that {@link #OfferOrder} would give.
     */
    public OfferOrder with(final Catalogue changed) {
        return new OfferOrder(this, changed);
    }

    private static long key(final int placementId, final Channel channel) {
        return (long) placementId << Short.SIZE | channel.value();
    }

    /** The number of a placement on a channel, 0 or more, or {@link #NOWHERE}. */
    int place(final Placement placement, final Channel channel) {
        return (int) places.get(key(placement.placementId(), channel));
    }

    /** How many orders there are. */
    int rankingCount() {
        return ranked.length;
    }

    /** Which of them a place is searched in. */
    int rankingOf(final int place) {
        return rankingByPlace[place];
    }

    /** Whether any place is searched in an order. */
    boolean isSearched(final int ranking) {
        for (final int searched : rankingByPlace) {
            if (searched == ranking) {
                return true;
            }
        }
        return false;
    }

    /** One of the orders; 0 is that by expected value. */
    RankedOffers ranked(final int ranking) {
        return ranked[ranking];
    }

    /** The offer with an id, or null when the catalogue has none. */
    Offer find(final int offerId) {
        return ranked[0].find(offerId);
    }

    /**
     * Whether two orders were made over one base.
     *
     * @param other the other one.
     * @return true when the catalogue of one was made from that of the other, offer by offer.
     */
    public boolean isOfBase(final OfferOrder other) {
        return ranked[0].base() == other.ranked[0].base();
    }

    /**
     * What is sorted.
     *
     * @return the catalogue.
     */
    public Catalogue catalogue() {
        return catalogue;
    }

    /**
     * How many offers stand beside the base. Each makes a search a little slower; a new base has none.
     *
     * @return 0 or more.
     */
    public int overlaidCount() {
        return ranked[0].overlay() == null ? 0 : ranked[0].overlay().count();
    }

    int count() {
        return ranked[0].count();
    }

    /** An offer by its place in the order of all by expected value. */
    Offer get(final int place) {
        return ranked[0].get(place);
    }
}
