package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Offer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.agrona.collections.IntHashSet;

/**
 * Which offers and campaigns are held at one epoch, a set of ids for each reason. Kept by id, so that it means the same
 * under every catalogue. Immutable, shared by all shards; looking up does not allocate.
 */
public final class Holds {
    /** Nothing has ever been held. */
    public static final Holds NONE = new Holds(0, emptySets(), emptySets());

    private static final HoldReason[] REASONS = HoldReason.values();

    private final long epoch;
    private final IntHashSet[] offers;
    private final IntHashSet[] campaigns;
    private final boolean empty;

    private Holds(final long epoch, final IntHashSet[] offers, final IntHashSet[] campaigns) {
        this.epoch = epoch;
        this.offers = offers;
        this.campaigns = campaigns;
        empty = Arrays.stream(offers).allMatch(IntHashSet::isEmpty)
            && Arrays.stream(campaigns).allMatch(IntHashSet::isEmpty);
    }

    private static IntHashSet[] emptySets() {
        final IntHashSet[] sets = new IntHashSet[HoldReason.values().length];
        Arrays.setAll(sets, reason -> new IntHashSet());
        return sets;
    }

    /**
     * These and one change more.
     *
     * @param change the next one.
     * @return as of the change's epoch.
     */
    public Holds with(final Hold change) {
        if (change.epoch() != epoch + 1) {
            throw new IllegalArgumentException("epoch " + change.epoch() + " after " + epoch);
        }
        final boolean isOffer = change.target() == Hold.Target.OFFER;
        final IntHashSet[] changed = (isOffer ? offers : campaigns).clone();
        final int reason = change.reason().ordinal();
        final IntHashSet ids = new IntHashSet();
        ids.addAll(changed[reason]);
        if (change.held()) {
            ids.add(change.id());
        } else {
            ids.remove(change.id());
        }
        changed[reason] = ids;
        return isOffer ? new Holds(change.epoch(), changed, campaigns) : new Holds(change.epoch(), offers, changed);
    }

    /**
     * How many changes led here.
     *
     * @return epoch of the last one; 0 before the first.
     */
    public long epoch() {
        return epoch;
    }

    /**
     * Whether something is held for a reason.
     *
     * @param target what kind of thing.
     * @param id     registry id.
     * @param reason why.
     * @return true when it is.
     */
    public boolean isHeld(final Hold.Target target, final int id, final HoldReason reason) {
        return (target == Hold.Target.OFFER ? offers : campaigns)[reason.ordinal()].contains(id);
    }

    /**
     * Everything that is held for a reason.
     *
     * @param target what kind of thing.
     * @param reason why.
     * @return registry ids, in no order.
     */
    public IntStream held(final Hold.Target target, final HoldReason reason) {
        return (target == Hold.Target.OFFER ? offers : campaigns)[reason.ordinal()].stream()
            .mapToInt(Integer::intValue);
    }

    boolean isEmpty() {
        return empty;
    }

    /** The first reason that holds an offer or its campaign, or null. */
    HoldReason reasonOf(final Offer offer) {
        if (empty) {
            return null;
        }
        for (int reason = 0; reason < REASONS.length; reason++) {
            if (offers[reason].contains(offer.offerId()) || campaigns[reason].contains(offer.campaignId())) {
                return REASONS[reason];
            }
        }
        return null;
    }
}
