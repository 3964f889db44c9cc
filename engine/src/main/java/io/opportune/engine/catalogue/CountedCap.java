package io.opportune.engine.catalogue;

import io.opportune.engine.profile.CapKey;
import io.opportune.engine.profile.CapScope;

/**
 * A cap with what it is put on and the counter that it asks. Immutable; one object for all offers that it is on.
 *
 * @param cap     limit and window.
 * @param scope   what is counted together.
 * @param scopeId registry id of the offer, campaign, advertiser or category; 0 for all offers.
 * @param name    of it, for people.
 * @param key     of the counter.
 * @param index   0.. among the catalogue's caps that are on more than one offer; -1 for those of an offer.
 * @param counts  whether counting goes by this cap; false when one before it on the same has the same counter.
 * @param days    days of the longest window of calendar days among those with the same counter; otherwise 0.
 */
public record CountedCap(
    Cap cap, CapScope scope, int scopeId, String name, int key, int index, boolean counts,
    int days) {

    static CountedCap of(
        final Cap cap, final CapScope scope, final int scopeId, final String name, final int index,
        final boolean counts, final int days) {
        return new CountedCap(cap, scope, scopeId, name, keyOf(cap, scope, scopeId), index, counts, days);
    }

    static int keyOf(final Cap cap, final CapScope scope, final int scopeId) {
        return CapKey.of(scope, scopeId, cap.event().kind(), cap.window(), cap.perPerson());
    }

    /**
     * Whether being in an answer uses the cap up, so that one answer must not hold more than are left.
     *
     * @return true for decisions and impressions.
     */
    public boolean isUsedByAnswers() {
        return cap.event() == Cap.Event.DECISION || cap.event() == Cap.Event.IMPRESSION;
    }

    /** {@return what it is on, such as {@code the campaign "spring"}} */
    public String owner() {
        return switch (scope) {
            case OFFER -> "the offer \"" + name + '"';
            case CAMPAIGN -> "the campaign \"" + name + '"';
            case ADVERTISER -> "the advertiser \"" + name + '"';
            case CATEGORY -> "the category \"" + name + '"';
            case ALL -> "all offers together";
        };
    }
}
