package io.opportune.engine.profile;

import org.agrona.MutableDirectBuffer;

/**
 * The items a customer bought last. When all slots are taken, the item goes that was bought longest ago; among equal
 * days the one with the smaller folded id.
 */
final class ItemSlots {
    private ItemSlots() {
    }

    /** Returns true when an item was forgotten, this one or another. */
    static boolean record(final ProfileFlyweight profile, final int fold, final int day) {
        for (int slot = 0; slot < profile.itemCount(); slot++) {
            if (profile.itemFold(slot) == fold) {
                put(profile, slot, fold, Math.max(day, profile.itemDay(slot)));
                return false;
            }
        }
        final int count = profile.itemCount();
        if (count < ProfileLayout.ITEM_SLOTS) {
            profile.bytes().putByte(ProfileLayout.ITEM_COUNT, (byte) (count + 1));
            put(profile, count, fold, day);
            return false;
        }
        int victim = 0;
        for (int slot = 1; slot < count; slot++) {
            if (compare(profile.itemDay(slot), profile.itemFold(slot),
                profile.itemDay(victim), profile.itemFold(victim)) < 0) {
                victim = slot;
            }
        }
        if (compare(profile.itemDay(victim), profile.itemFold(victim), day, fold) < 0) {
            put(profile, victim, fold, day);
        }
        return true;
    }

    private static int compare(final int aDay, final int aFold, final int bDay, final int bFold) {
        return aDay != bDay ? Integer.compare(aDay, bDay) : Integer.compareUnsigned(aFold, bFold);
    }

    private static void put(final ProfileFlyweight profile, final int slot, final int fold, final int day) {
        final MutableDirectBuffer bytes = profile.bytes();
        bytes.putInt(ProfileLayout.ITEM_FOLDS + slot * Integer.BYTES, fold);
        bytes.putShort(ProfileLayout.ITEM_DAYS + slot * Short.BYTES, (short) day);
    }
}
