package io.opportune.engine.context;

import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.protocol.Consent;

/**
 * What a decision may know about the customer: nothing beyond the request unless the customer agreed to
 * personalisation. Reused; owned by the shard's thread.
 */
public final class Customer {
    private boolean identified;
    private int consent;
    private ProfileFlyweight profile;
    private int person;

    /** The request names no customer. */
    public void anonymous() {
        identified = false;
        consent = 0;
        profile = null;
        person = 0;
    }

    /**
     * The request names a customer.
     *
     * @param stored the profile; null when there is none.
     */
    public void identified(final ProfileFlyweight stored) {
        identified = true;
        consent = stored == null ? 0 : stored.consent();
        profile = (consent & Consent.PERSONALISATION) == 0 ? null : stored;
        person = 0;
    }

    /**
     * Says who of the household is there; called after {@link #identified(ProfileFlyweight)}.
     *
     * @param tag of the person, 0 when it is not known or there is no household.
     */
    public void person(final int tag) {
        person = tag;
    }

    /** {@return tag of the person in a household; 0 when it is not known or there is no household} */
    public int person() {
        return person;
    }

    /**
     * Whether the request names a customer.
     *
     * @return true also when nothing may be read about them.
     */
    public boolean identified() {
        return identified;
    }

    /**
     * What the customer agreed to.
     *
     * @return bits of {@link Consent}, 0 for an unknown customer.
     */
    public int consent() {
        return consent;
    }

    /**
     * The profile, where it may be read.
     *
     * @return null when there is none or the customer has not agreed.
     */
    public ProfileFlyweight profile() {
        return profile;
    }
}
