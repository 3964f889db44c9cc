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

    /** The request names no customer. */
    public void anonymous() {
        identified = false;
        consent = 0;
        profile = null;
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
