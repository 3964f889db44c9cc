package io.opportune.engine.catalogue;

import org.agrona.collections.Int2IntHashMap;

/**
 * The counters that the caps of a catalogue ask for, and the offer that each belongs to. It may hold some more, of
 * offers that were changed one by one: those are kept aside, so that a change copies few. Immutable; look-ups neither
 * lock nor allocate.
 */
public final class CapKeys {
    /** Of a counter that no cap asks for. */
    public static final int UNKNOWN = -1;
    /** Of a counter that is on more than one offer. */
    public static final int SHARED = 0;

    private final Int2IntHashMap offerIds;
    private final Int2IntHashMap changed;
    private final boolean sessions;

    private CapKeys(final Int2IntHashMap offerIds, final Int2IntHashMap changed, final boolean sessions) {
        this.offerIds = offerIds;
        this.changed = changed;
        this.sessions = sessions;
    }

    static CapKeys of(final Offer[] offers, final ContactPolicy policy) {
        int count = policy.caps().size();
        for (final Offer offer : offers) {
            count += offer.ownCaps().length;
        }
        final Int2IntHashMap map = new Int2IntHashMap(Math.max(8, count * 2), 0.6f, UNKNOWN);
        boolean sessions = false;
        for (final Offer offer : offers) {
            sessions |= put(map, offer.ownCaps(), offer.offerId());
        }
        for (final CountedCap cap : policy.caps()) {
            map.put(cap.key(), SHARED);
            sessions |= cap.cap().window().isSession();
        }
        return new CapKeys(map, new Int2IntHashMap(UNKNOWN), sessions);
    }

    private static boolean put(final Int2IntHashMap map, final CountedCap[] caps, final int offerId) {
        boolean sessions = false;
        for (final CountedCap cap : caps) {
            map.put(cap.key(), offerId);
            sessions |= cap.cap().window().isSession();
        }
        return sessions;
    }

    /** These keys and those of one more offer. */
    CapKeys with(final Offer offer) {
        boolean known = true;
        boolean inSessions = sessions;
        for (final CountedCap cap : offer.ownCaps()) {
            known &= offerOf(cap.key()) == offer.offerId();
            inSessions |= cap.cap().window().isSession();
        }
        if (known) {
            return this;
        }
        final Int2IntHashMap more = new Int2IntHashMap(changed);
        put(more, offer.ownCaps(), offer.offerId());
        return new CapKeys(offerIds, more, inSessions);
    }

    /**
     * Whose counter it is.
     *
     * @param key of a counter.
     * @return registry id of the offer, {@link #SHARED} or {@link #UNKNOWN}.
     */
    public int offerOf(final int key) {
        final int found = offerIds.get(key);
        return found == UNKNOWN ? changed.get(key) : found;
    }

    /** {@return whether any cap counts within sessions} */
    public boolean hasSessions() {
        return sessions;
    }

    /** {@return whether there are no caps at all} */
    public boolean isEmpty() {
        return offerIds.isEmpty() && changed.isEmpty();
    }
}
