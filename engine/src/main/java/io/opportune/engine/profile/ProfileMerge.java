package io.opportune.engine.profile;

import io.opportune.protocol.Consent;
import org.agrona.MutableDirectBuffer;

/**
 * Takes one profile over into another, deterministically and field by field as listed in {@code PROFILE.md}. Called by
 * the shard that owns the target; allocates nothing. Up to the order of slots the result does not depend on which of
 * the two is the target, except for attributes when both profiles were updated at the same time or slots run out.
 */
public final class ProfileMerge {
    private ProfileMerge() {
    }

    /**
     * Merges a profile into another. Sequence, forward and flags of the target stay.
     *
     * @param target    to change.
     * @param source    of the current layout version; it is only read.
     * @param personTag who the source is among the persons of the target, when a person joins a household; otherwise 0.
     * @return how many attributes, segments, categories, items, counters, and lines and claims of
     *     spending were forgotten for want of slots.
     */
    public static int merge(final ProfileFlyweight target, final ProfileFlyweight source, final int personTag) {
        int forgotten = mergeAttributes(target, source);
        mergeConsent(target, source);
        mergeVisits(target, source);
        for (int slot = 0; slot < source.segmentCount(); slot++) {
            forgotten += ProfileUpdates.addSegment(target, source.segment(slot)) ? 0 : 1;
        }
        forgotten += mergePurchases(target, source);
        final long second =
            CapCounters.secondOf(Math.max(target.updatedTimeNs(), source.updatedTimeNs()));
        forgotten += CustomerSpend.merge(target, source, second);
        forgotten += CapCounters.merge(target, source, personTag, second);
        mergeTimes(target, source);
        return forgotten;
    }

    private static void mergeConsent(final ProfileFlyweight target, final ProfileFlyweight source) {
        final int refused = target.refusedConsent() | source.refusedConsent();
        final MutableDirectBuffer bytes = target.bytes();
        bytes.putInt(ProfileLayout.CONSENT, (target.consent() | source.consent()) & ~refused);
        bytes.putInt(ProfileLayout.REFUSED_CONSENT, refused);
    }

    private static int mergePurchases(final ProfileFlyweight target, final ProfileFlyweight source) {
        if ((target.refusedConsent() & Consent.PURCHASE_HISTORY) != 0) {
            ProfileUpdates.forgetPurchases(target);
            return 0;
        }
        int forgotten = 0;
        for (int slot = 0; slot < source.categoryCount(); slot++) {
            forgotten += CategorySlots.merge(target, source, slot) ? 1 : 0;
        }
        for (int slot = 0; slot < source.itemCount(); slot++) {
            forgotten += ItemSlots.record(target, source.itemFold(slot), source.itemDay(slot)) ? 1 : 0;
        }
        return forgotten;
    }

    private static void mergeVisits(final ProfileFlyweight target, final ProfileFlyweight source) {
        final MutableDirectBuffer bytes = target.bytes();
        final int targetDay = target.lastVisitDay();
        final int sourceDay = source.lastVisitDay();
        final int day = Math.max(targetDay, sourceDay);
        final long targetMask =
            ProfileUpdates.shiftLeft(bytes.getLong(ProfileLayout.VISIT_DAYS), day - targetDay);
        final long sourceMask =
            ProfileUpdates.shiftLeft(source.buffer().getLong(ProfileLayout.VISIT_DAYS), day - sourceDay);
        final int both = Long.bitCount(targetMask & sourceMask);
        bytes.putLong(ProfileLayout.VISIT_DAYS, targetMask | sourceMask);
        bytes.putInt(ProfileLayout.LAST_VISIT_DAY, day);
        bytes.putInt(ProfileLayout.VISIT_COUNT, target.visitCount() + source.visitCount() - both);
        bytes.putInt(
            ProfileLayout.LAST_STORE,
            latest(targetDay, target.lastStoreId(), sourceDay, source.lastStoreId()));
        bytes.putByte(
            ProfileLayout.LAST_CHANNEL,
            (byte) latest(targetDay, target.lastChannel(), sourceDay, source.lastChannel()));
    }

    private static int latest(final int aDay, final int a, final int bDay, final int b) {
        if (a == 0 || b == 0) {
            return a | b;
        }
        if (aDay != bDay) {
            return aDay > bDay ? a : b;
        }
        return Math.max(a, b);
    }

    /** The profile updated last has its way with values and with slots. */
    private static int mergeAttributes(final ProfileFlyweight target, final ProfileFlyweight source) {
        final boolean sourceWins = source.updatedTimeNs() > target.updatedTimeNs();
        int forgotten = 0;
        for (int slot = 0; slot < source.attributeCount(); slot++) {
            final int attributeId = source.attributeId(slot);
            final int mine = target.findAttribute(attributeId);
            if (mine < 0 || sourceWins) {
                forgotten += ProfileUpdates.setAttribute(
                    target, attributeId, source.attributeType(slot), source.attributeValue(slot)) ? 0 : 1;
            }
        }
        return forgotten;
    }

    private static void mergeTimes(final ProfileFlyweight target, final ProfileFlyweight source) {
        final MutableDirectBuffer bytes = target.bytes();
        final long created = target.createdTimeNs();
        if (source.createdTimeNs() != 0 && (created == 0 || source.createdTimeNs() < created)) {
            bytes.putLong(ProfileLayout.CREATED_TIME, source.createdTimeNs());
        }
        bytes.putLong(ProfileLayout.UPDATED_TIME, Math.max(target.updatedTimeNs(), source.updatedTimeNs()));
    }
}
