package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.context.ContextStage;
import io.opportune.engine.feature.FeatureEncoder;

/**
 * All that one shard needs to decide with a catalogue: made aside by a control thread, handed over as a command of the
 * shard, which then only exchanges references. From then on it is the shard's own.
 */
public final class ShardCatalogue {
    private final OfferOrder order;
    /** By order of the offers; null where no place is searched in one. */
    private final OfferSearch[] searches;
    private final Candidates candidates = new Candidates();
    private final ContextStage context;
    private final FeatureEncoder features = new FeatureEncoder();
    private final ShardAffinity affinity;
    private FreeOffers free;

    private ShardCatalogue(final FreeOffers free, final ContextStage context, final long timeNs) {
        order = free.order();
        this.free = free;
        this.context = context;
        searches = new OfferSearch[order.rankingCount()];
        for (int i = 0; i < searches.length; i++) {
            if (order.isSearched(i)) {
                searches[i] = new OfferSearch(order.ranked(i), free.base(i), free.overlay(i), timeNs);
            }
        }
        candidates.ensureCapacity(order.count());
        features.prepare(order.catalogue());
        affinity = free.affinities() == null ? null : new ShardAffinity(free.affinities());
        if (affinity != null) {
            features.affinity(affinity);
        }
    }

    /**
     * For a shard that has none.
     *
     * @param free   offers of the catalogue.
     * @param timeNs business time of the first decisions, as far as can be told; others take longer at first.
     * @return to be handed to one shard.
     */
    public static ShardCatalogue first(final FreeOffers free, final long timeNs) {
        return new ShardCatalogue(free, contextOf(free.order().catalogue()), timeNs);
    }

    /**
     * For the shard that has this one.
     *
     * @param free offers of the next catalogue.
     * @return to be handed to the same shard.
     */
    public ShardCatalogue next(final FreeOffers free) {
        final Catalogue before = order.catalogue();
        final Catalogue after = free.order().catalogue();
        final boolean same = after.schema() == before.schema() && after.stores() == before.stores();
        return new ShardCatalogue(free, same ? context : contextOf(after), lastTimeNs());
    }

    private long lastTimeNs() {
        long last = 0;
        for (final OfferSearch search : searches) {
            last = search == null ? last : Math.max(last, search.lastTimeNs());
        }
        return last;
    }

    private static ContextStage contextOf(final Catalogue catalogue) {
        final ContextStage context = new ContextStage();
        context.prepare(catalogue);
        return context;
    }

    /**
     * Changes what is held; on the shard's thread.
     *
     * @param free offers of this catalogue.
     */
    void hold(final FreeOffers next) {
        if (!next.isOfSameOrder(free)) {
            throw new IllegalArgumentException("these offers are of another catalogue");
        }
        free = next;
        for (int i = 0; i < searches.length; i++) {
            if (searches[i] != null) {
                searches[i].free(next.base(i), next.overlay(i));
            }
        }
    }

    /**
     * The offers in their order.
     *
     * @return shared.
     */
    public OfferOrder order() {
        return order;
    }

    /**
     * The catalogue to answer from.
     *
     * @return without the fallbacks that are held.
     */
    public Catalogue catalogue() {
        return free.catalogue();
    }

    /** The search through the offers of a place, {@link OfferOrder#place}. */
    OfferSearch search(final int place) {
        return searches[order.rankingOf(place)];
    }

    Candidates candidates() {
        return candidates;
    }

    ContextStage context() {
        return context;
    }

    FeatureEncoder features() {
        return features;
    }

    /** What is bought together; null where nobody asks for it. */
    ShardAffinity affinity() {
        return affinity;
    }

    /**
     * Names the table of affinities in use, as decisions journal it.
     *
     * @return its id; 0 where there is none.
     */
    public long affinityTableId() {
        return free.affinityTableId();
    }

    /**
     * The offers as they were handed over.
     *
     * @return as of the last command.
     */
    public FreeOffers free() {
        return free;
    }

    /**
     * What is held.
     *
     * @return as of the last command.
     */
    public Holds holds() {
        return free.holds();
    }
}
