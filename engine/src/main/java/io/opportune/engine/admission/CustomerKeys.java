package io.opportune.engine.admission;

import io.opportune.engine.identity.Pseudonymiser;
import io.opportune.engine.profile.CapKey;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.RootLookup;
import org.agrona.DirectBuffer;

/** Turns a customer's id into its pseudonym and root key. One per event loop; allocates nothing. */
public final class CustomerKeys {
    /** One business per process; the tenant is reserved on wire, key and journal. */
    public static final int TENANT = 0;

    private final Pseudonymiser pseudonymiser;
    private final IdentityIndex identities;
    private final RootLookup lookup = new RootLookup();
    private long memberHigh;
    private long memberLow;
    private long rootHigh;
    private long rootLow;
    private int person;

    /**
     * Binds the thread's own pseudonymiser to the shared index.
     *
     * @param pseudonymiser of this thread.
     * @param identities    shared; read here, written by shards.
     */
    public CustomerKeys(final Pseudonymiser pseudonymiser, final IdentityIndex identities) {
        this.pseudonymiser = pseudonymiser;
        this.identities = identities;
    }

    /**
     * Looks an id up; the results stand in the accessors.
     *
     * @param namespace of the id, 1..65535.
     * @param id        bytes of the id.
     * @param offset    of the id.
     * @param length    of the id, 1 or more.
     * @return whether the id is linked with others; if not, it is its own root.
     */
    public boolean resolve(final int namespace, final DirectBuffer id, final int offset, final int length) {
        pseudonymiser.hash(TENANT, namespace, id, offset, length);
        return resolve(pseudonymiser.high(), pseudonymiser.low());
    }

    /**
     * Looks a pseudonym up; the results stand in the accessors.
     *
     * @param high half of the pseudonym; a root key gives itself, or the root that it has been merged into.
     * @param low  half of the pseudonym.
     * @return as above.
     */
    public boolean resolve(final long high, final long low) {
        memberHigh = high;
        memberLow = low;
        final boolean linked = identities.rootOf(memberHigh, memberLow, lookup);
        rootHigh = linked ? lookup.rootHigh() : memberHigh;
        rootLow = linked ? lookup.rootLow() : memberLow;
        person = rootHigh < 0 ? CapKey.personTag(rootLow) : linked ? lookup.person() : 0;
        return linked;
    }

    /**
     * The id's pseudonym, high half.
     *
     * @return with the low half never 0, 0.
     */
    public long memberHigh() {
        return memberHigh;
    }

    /**
     * The id's pseudonym, low half.
     *
     * @return see {@link #memberHigh()}.
     */
    public long memberLow() {
        return memberLow;
    }

    /**
     * Who it is in a household.
     *
     * @return tag of the person; 0 for an id of a household itself.
     */
    public int person() {
        return person;
    }

    /**
     * The root the id belongs to, high half.
     *
     * @return the pseudonym itself where no link is known.
     */
    public long rootHigh() {
        return rootHigh;
    }

    /**
     * The root the id belongs to, low half.
     *
     * @return see {@link #rootHigh()}.
     */
    public long rootLow() {
        return rootLow;
    }
}
