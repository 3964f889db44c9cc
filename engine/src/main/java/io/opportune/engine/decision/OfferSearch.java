package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.index.IndexCursor;
import io.opportune.engine.targeting.Situation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One shard's search through {@link RankedOffers}: the matches of its layers as one stream in the order of all offers.
 * Made aside, then owned by the shard; allocates nothing from then on.
 */
final class OfferSearch {
    private static final VarHandle LAST_TIME;

    static {
        try {
            LAST_TIME = MethodHandles.lookup().findVarHandle(OfferSearch.class, "lastTimeNs", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final RankedOffers ranked;
    private final LayerSearch base;
    private final LayerSearch overlay;
    private Offer nextOfBase;
    private Offer nextOfOverlay;
    private boolean isAhead;
    private boolean stopped;
    private long lastTimeNs;

    /**
     * Makes room for searches.
     *
     * @param ranked  to search.
     * @param free    ranks of its base that nothing holds, as bits.
     * @param overlay the same of its overlay.
     * @param timeNs  business time of the searches that are expected first.
     */
    OfferSearch(final RankedOffers ranked, final long[] free, final long[] overlay, final long timeNs) {
        this.ranked = ranked;
        base = new LayerSearch(ranked.base(), free, timeNs);
        this.overlay = ranked.overlay() == null ? null : new LayerSearch(ranked.overlay(), overlay, timeNs);
        LAST_TIME.setOpaque(this, timeNs);
    }

    /** Changes what is held, by reference only. */
    void free(final long[] free, final long[] freeOverlay) {
        base.free(free);
        if (overlay != null) {
            overlay.free(freeOverlay);
        }
    }

    /** What is searched. */
    RankedOffers ranked() {
        return ranked;
    }

    /** Business time of the last search, for whoever makes the next one; any thread. */
    long lastTimeNs() {
        return (long) LAST_TIME.getOpaque(this);
    }

    /** Begins to look for the offers that may be made; the situation must not change until the search ends. */
    void begin(final Situation situation, final int place, final long timeNs) {
        LAST_TIME.setOpaque(this, timeNs);
        stopped = false;
        isAhead = false;
        base.begin(situation, place, timeNs);
        if (overlay != null) {
            overlay.begin(situation, place, timeNs);
        }
    }

    /**
     * Passes an offer over that this customer is spared, before the first offer is asked for.
     *
     * @return whether it could have come up otherwise, if its rule holds.
     */
    boolean spare(final Offer offer) {
        // Where the overlay has it, the base's own is never free.
        return overlay != null && overlay.spare(offer) || base.spare(offer);
    }

    /** The next offer in descending order of bounds; null when there is none, or the deadline {@link #isStopped}. */
    Offer next(final Deadline deadline) {
        if (overlay == null) {
            return next(base, deadline);
        }
        if (!isAhead) {
            isAhead = true;
            nextOfBase = next(base, deadline);
            nextOfOverlay = next(overlay, deadline);
        }
        final Offer found;
        if (nextOfOverlay == null || nextOfBase != null && ranked.isBefore(nextOfBase, nextOfOverlay)) {
            found = nextOfBase;
            nextOfBase = found == null || stopped ? null : next(base, deadline);
        } else {
            found = nextOfOverlay;
            nextOfOverlay = stopped ? null : next(overlay, deadline);
        }
        return stopped ? null : found;
    }

    /** Whether an offer stands in what is searched: made here, in flight, neither held nor spared. */
    boolean isLive(final Offer offer) {
        return overlay != null && overlay.isLive(offer) || base.isLive(offer);
    }

    /** Whether the deadline has ended the search before all was looked at. */
    boolean isStopped() {
        return stopped;
    }

    private Offer next(final LayerSearch search, final Deadline deadline) {
        final int rank = search.next(deadline);
        if (rank >= 0) {
            return search.layer().get(rank);
        }
        stopped |= rank == IndexCursor.MORE;
        return null;
    }
}
