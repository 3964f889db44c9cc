package io.opportune.engine.profile;

import io.opportune.protocol.Consent;
import org.agrona.MutableDirectBuffer;

/**
 * The only way, with {@link ProfileMerge}, in which fields of a profile change. Every function depends on nothing but
 * its arguments and the record, so that replaying the journal makes the same bytes. Called by the shard that owns the
 * record; allocates nothing. Whether a change is permitted (consent, policy) is the caller's affair.
 */
public final class ProfileUpdates {
    private ProfileUpdates() {
    }

    /**
     * Whether a journal record has been applied to this profile before.
     *
     * @param profile  to look at.
     * @param sequence of the journal record, from 1.
     * @return true when applying it again must be a no-op.
     */
    public static boolean isApplied(final ProfileFlyweight profile, final long sequence) {
        return sequence <= profile.lastAppliedSequence();
    }

    /**
     * Notes that a journal record has been applied. Call it once per record, after its changes.
     *
     * @param profile        to change.
     * @param sequence       of the record.
     * @param businessTimeNs of the record; creation time of a profile that had none.
     */
    public static void markApplied(final ProfileFlyweight profile, final long sequence, final long businessTimeNs) {
        final MutableDirectBuffer bytes = profile.bytes();
        bytes.putLong(ProfileLayout.LAST_APPLIED_SEQUENCE, sequence);
        if (profile.createdTimeNs() == 0) {
            bytes.putLong(ProfileLayout.CREATED_TIME, businessTimeNs);
        }
        bytes.putLong(ProfileLayout.UPDATED_TIME, Math.max(profile.updatedTimeNs(), businessTimeNs));
    }

    /**
     * Grants consent.
     *
     * @param profile to change.
     * @param bits    of {@link Consent}; others are ignored.
     */
    public static void grantConsent(final ProfileFlyweight profile, final int bits) {
        final MutableDirectBuffer bytes = profile.bytes();
        bytes.putInt(ProfileLayout.CONSENT, profile.consent() | bits & Consent.ALL);
        bytes.putInt(ProfileLayout.REFUSED_CONSENT, profile.refusedConsent() & ~bits);
    }

    /**
     * Revokes consent. A revoked purpose stays refused when profiles are merged. Revoking
     * {@link Consent#PURCHASE_HISTORY} forgets the purchases.
     *
     * @param profile to change.
     * @param bits    of {@link Consent}; others are ignored.
     */
    public static void revokeConsent(final ProfileFlyweight profile, final int bits) {
        final MutableDirectBuffer bytes = profile.bytes();
        bytes.putInt(ProfileLayout.CONSENT, profile.consent() & ~bits);
        bytes.putInt(ProfileLayout.REFUSED_CONSENT, profile.refusedConsent() | bits & Consent.ALL);
        if ((bits & Consent.PURCHASE_HISTORY) != 0) {
            forgetPurchases(profile);
        }
    }

    /**
     * Forgets items and categories that were bought.
     *
     * @param profile to change.
     */
    public static void forgetPurchases(final ProfileFlyweight profile) {
        final MutableDirectBuffer bytes = profile.bytes();
        bytes.setMemory(ProfileLayout.ITEM_FOLDS, ProfileLayout.UNKNOWN_UNTIL - ProfileLayout.ITEM_FOLDS, (byte) 0);
        bytes.putByte(ProfileLayout.ITEM_COUNT, (byte) 0);
        bytes.putByte(ProfileLayout.CATEGORY_COUNT, (byte) 0);
    }

    /**
     * Records that the customer was there. A day counts once, however often this is called.
     *
     * @param profile to change.
     * @param timeNs  of the visit.
     * @param channel as on the wire, 0..255; 0 keeps the last.
     * @param storeId registry id; 0 keeps the last.
     */
    public static void recordVisit(
        final ProfileFlyweight profile, final long timeNs, final int channel, final int storeId) {
        final MutableDirectBuffer bytes = profile.bytes();
        final int day = ProfileFlyweight.dayOf(timeNs);
        final int last = profile.lastVisitDay();
        final long mask = bytes.getLong(ProfileLayout.VISIT_DAYS);
        if (day > last) {
            bytes.putLong(ProfileLayout.VISIT_DAYS, shiftLeft(mask, day - last) | 1);
            bytes.putInt(ProfileLayout.LAST_VISIT_DAY, day);
            bytes.putInt(ProfileLayout.VISIT_COUNT, profile.visitCount() + 1);
        } else if (last - day < ProfileLayout.MASK_DAYS && (mask >>> (last - day) & 1) == 0) {
            bytes.putLong(ProfileLayout.VISIT_DAYS, mask | 1L << (last - day));
            bytes.putInt(ProfileLayout.VISIT_COUNT, profile.visitCount() + 1);
        }
        if (channel != 0) {
            bytes.putByte(ProfileLayout.LAST_CHANNEL, (byte) channel);
        }
        if (storeId != 0) {
            bytes.putInt(ProfileLayout.LAST_STORE, storeId);
        }
    }

    /**
     * Records one line of a purchase, or of a return when quantity or amount is negative. A return lowers the amount in
     * the newest bucket of its category and changes nothing else: it undoes a purchase.
     *
     * @param profile       to change.
     * @param timeNs        of the purchase.
     * @param categoryId    registry id; 0 when unknown.
     * @param itemId        as on the wire; 0 when unknown.
     * @param quantityMilli thousandths of a piece or unit.
     * @param amountMicros  of the line, in the store's currency.
     * @return true when another category or item was forgotten to make room.
     */
    public static boolean recordPurchaseLine(
        final ProfileFlyweight profile,
        final long timeNs,
        final int categoryId,
        final long itemId,
        final int quantityMilli,
        final long amountMicros) {
        final int day = ProfileFlyweight.dayOf(timeNs);
        if (quantityMilli < 0 || amountMicros < 0) {
            final int slot = categoryId == 0 ? -1 : profile.findCategory(categoryId);
            if (slot >= 0) {
                CategorySlots.addAmount(profile, slot, 0, -Math.abs(amountMicros));
            }
            return false;
        }
        boolean evicted = false;
        if (categoryId != 0) {
            evicted = CategorySlots.recordPurchase(profile, categoryId, day, amountMicros);
        }
        if (itemId != 0) {
            evicted |= ItemSlots.record(profile, ProfileLayout.foldItem(itemId), day);
        }
        return evicted;
    }

    /**
     * Counts one more in a counter of a cap.
     *
     * @param profile to change.
     * @param timeNs  when it happened.
     * @param key     of {@link CapKey#of}.
     * @param window  that the key was made with.
     * @param days    of {@link CapWindow#DAYS}: of the longest window that asks the counter, 1..8; otherwise ignored.
     * @param person  tag of the person in a household; 0 when it is not known or there is no household.
     * @return true when a counter was forgotten for want of room, this one or another.
     */
    public static boolean count(
        final ProfileFlyweight profile, final long timeNs, final int key, final CapWindow window, final int days,
        final int person) {
        return CapCounters.count(profile, key, window, days, person, CapCounters.secondOf(timeNs));
    }

    /**
     * Notes that the customer did something: a session goes on, or a new one begins and the counters of the last end.
     *
     * @param profile    to change.
     * @param timeNs     when it happened.
     * @param gapSeconds longest pause within a session, 1 or more.
     */
    public static void recordActivity(final ProfileFlyweight profile, final long timeNs, final int gapSeconds) {
        CapCounters.active(profile, CapCounters.secondOf(timeNs), gapSeconds);
    }

    /**
     * Forgets a counter that no cap asks for any more; nothing counts as reached for it.
     *
     * @param profile to change.
     * @param key     of {@link CapKey#of}.
     */
    public static void dropCounter(final ProfileFlyweight profile, final int key) {
        CapCounters.drop(profile, key);
    }

    /**
     * Notes what the customer answered to an offer.
     *
     * @param profile  to change.
     * @param timeNs   when it happened.
     * @param offerId  registry id, not 0.
     * @param declined true for a "no", false for a click.
     * @return true when something was forgotten to make room.
     */
    public static boolean recordAnswer(
        final ProfileFlyweight profile, final long timeNs, final int offerId, final boolean declined) {
        return CapCounters.answer(
            profile, ProfileFlyweight.dayOf(timeNs), offerId, declined, CapCounters.secondOf(timeNs));
    }

    /**
     * Sets a declared attribute.
     *
     * @param profile     to change.
     * @param attributeId registry id, not 0.
     * @param type        as the wire's AttributeType, 1..255.
     * @param value       64 bits whose meaning follows from the type.
     * @return false when all slots hold other attributes; nothing changed then.
     */
    public static boolean setAttribute(
        final ProfileFlyweight profile, final int attributeId, final int type, final long value) {
        int slot = profile.findAttribute(attributeId);
        if (slot < 0) {
            slot = profile.attributeCount();
            if (slot == ProfileLayout.ATTRIBUTE_SLOTS) {
                return false;
            }
            profile.bytes().putByte(ProfileLayout.ATTRIBUTE_COUNT, (byte) (slot + 1));
        }
        putAttribute(profile, slot, attributeId, type, value);
        return true;
    }

    /**
     * Removes a declared attribute.
     *
     * @param profile     to change.
     * @param attributeId registry id.
     * @return false when it was not there.
     */
    public static boolean removeAttribute(final ProfileFlyweight profile, final int attributeId) {
        final int slot = profile.findAttribute(attributeId);
        if (slot < 0) {
            return false;
        }
        final int last = profile.attributeCount() - 1;
        putAttribute(
            profile, slot, profile.attributeId(last), profile.attributeType(last), profile.attributeValue(last));
        putAttribute(profile, last, 0, 0, 0);
        profile.bytes().putByte(ProfileLayout.ATTRIBUTE_COUNT, (byte) last);
        return true;
    }

    /**
     * Puts the customer into a segment.
     *
     * @param profile   to change.
     * @param segmentId registry id, not 0.
     * @return false when all slots hold other segments; nothing changed then.
     */
    public static boolean addSegment(final ProfileFlyweight profile, final int segmentId) {
        if (profile.findSegment(segmentId) >= 0) {
            return true;
        }
        final int count = profile.segmentCount();
        if (count == ProfileLayout.SEGMENT_SLOTS) {
            return false;
        }
        profile.bytes().putInt(ProfileLayout.SEGMENTS + count * Integer.BYTES, segmentId);
        profile.bytes().putByte(ProfileLayout.SEGMENT_COUNT, (byte) (count + 1));
        return true;
    }

    /**
     * Takes the customer out of a segment.
     *
     * @param profile   to change.
     * @param segmentId registry id.
     * @return false when the customer was not in it.
     */
    public static boolean removeSegment(final ProfileFlyweight profile, final int segmentId) {
        final int slot = profile.findSegment(segmentId);
        if (slot < 0) {
            return false;
        }
        final int last = profile.segmentCount() - 1;
        final MutableDirectBuffer bytes = profile.bytes();
        bytes.putInt(ProfileLayout.SEGMENTS + slot * Integer.BYTES, profile.segment(last));
        bytes.putInt(ProfileLayout.SEGMENTS + last * Integer.BYTES, 0);
        bytes.putByte(ProfileLayout.SEGMENT_COUNT, (byte) last);
        return true;
    }

    /**
     * Notes that the profile was given to another root, which has yet to confirm. The contents stay until
     * {@link #finishForward(ProfileFlyweight)}.
     *
     * @param profile    to change.
     * @param targetHigh upper half of the other root.
     * @param targetLow  lower half of the other root.
     */
    public static void forward(final ProfileFlyweight profile, final long targetHigh, final long targetLow) {
        final MutableDirectBuffer bytes = profile.bytes();
        bytes.putLong(ProfileLayout.FORWARD_HIGH, targetHigh);
        bytes.putLong(ProfileLayout.FORWARD_LOW, targetLow);
        bytes.putShort(
            ProfileLayout.FLAGS, (short) (ProfileFlyweight.FORWARDED | ProfileFlyweight.MERGE_PENDING));
    }

    /**
     * The other root has taken the profile over: only version, times, sequence and the forward stay.
     *
     * @param profile to change; it must be forwarded.
     */
    public static void finishForward(final ProfileFlyweight profile) {
        clearContents(profile);
        profile.bytes().putShort(ProfileLayout.FLAGS, (short) ProfileFlyweight.FORWARDED);
    }

    /**
     * Empties the profile as for a customer never seen, also of its forward; version and applied sequence stay, so that
     * replay does not bring anything back.
     *
     * @param profile to change.
     */
    public static void clear(final ProfileFlyweight profile) {
        clearContents(profile);
        final MutableDirectBuffer bytes = profile.bytes();
        bytes.putShort(ProfileLayout.FLAGS, (short) 0);
        bytes.putLong(ProfileLayout.CREATED_TIME, 0);
        bytes.putLong(ProfileLayout.UPDATED_TIME, 0);
        bytes.putLong(ProfileLayout.FORWARD_HIGH, 0);
        bytes.putLong(ProfileLayout.FORWARD_LOW, 0);
    }

    private static void clearContents(final ProfileFlyweight profile) {
        final MutableDirectBuffer bytes = profile.bytes();
        bytes.putInt(ProfileLayout.CONSENT, 0);
        bytes.setMemory(ProfileLayout.VISIT_DAYS, ProfileLayout.LENGTH - ProfileLayout.VISIT_DAYS, (byte) 0);
    }

    static void putAttribute(
        final ProfileFlyweight profile, final int slot, final int attributeId, final int type, final long value) {
        final MutableDirectBuffer bytes = profile.bytes();
        bytes.putInt(ProfileLayout.ATTRIBUTE_IDS + slot * Integer.BYTES, attributeId);
        bytes.putByte(ProfileLayout.ATTRIBUTE_TYPES + slot, (byte) type);
        bytes.putLong(ProfileLayout.ATTRIBUTE_VALUES + slot * Long.BYTES, value);
    }

    static long shiftLeft(final long mask, final int days) {
        return days >= Long.SIZE ? 0 : mask << days;
    }
}
