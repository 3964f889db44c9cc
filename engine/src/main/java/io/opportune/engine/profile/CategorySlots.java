package io.opportune.engine.profile;

import org.agrona.MutableDirectBuffer;

/**
 * The category windows of a profile. When all slots are taken, the one goes whose category was bought longest ago;
 * among equal days the one with fewer purchases, then the one with the smaller id.
 */
final class CategorySlots {
    private CategorySlots() {
    }

    static boolean recordPurchase(
        final ProfileFlyweight profile, final int categoryId, final int day, final long amountMicros) {
        int slot = profile.findCategory(categoryId);
        boolean evicted = false;
        if (slot < 0) {
            evicted = profile.categoryCount() == ProfileLayout.CATEGORY_SLOTS;
            slot = evicted ? victim(profile) : append(profile);
            start(profile, slot, categoryId, day);
        }
        advance(profile, slot, day);
        final int bucket = age(profile, slot, day);
        if (bucket < ProfileLayout.BUCKETS) {
            addPurchases(profile, slot, bucket, 1);
            addAmount(profile, slot, bucket, amountMicros);
        }
        return evicted;
    }

    /** Adds a slot of another profile; returns true when a category was forgotten, this one or another. */
    static boolean merge(final ProfileFlyweight target, final ProfileFlyweight source, final int sourceSlot) {
        final int categoryId = source.categoryId(sourceSlot);
        final int day = source.lastPurchaseDay(sourceSlot);
        int slot = target.findCategory(categoryId);
        boolean evicted = false;
        if (slot < 0) {
            evicted = target.categoryCount() == ProfileLayout.CATEGORY_SLOTS;
            slot = evicted ? victim(target) : append(target);
            if (evicted && compare(target, slot, source, sourceSlot) > 0) {
                return true;
            }
            start(target, slot, categoryId, day);
        }
        advance(target, slot, day);
        final int shift = age(target, slot, day);
        for (int bucket = 0; bucket + shift < ProfileLayout.BUCKETS; bucket++) {
            addPurchases(target, slot, bucket + shift, source.storedPurchases(sourceSlot, bucket));
            addAmount(target, slot, bucket + shift, source.storedAmountMicros(sourceSlot, bucket));
        }
        return evicted;
    }

    static void addAmount(
        final ProfileFlyweight profile, final int slot, final int bucket, final long amountMicros) {
        final long bounded = Math.clamp(amountMicros, -ProfileLayout.MAX_AMOUNT, ProfileLayout.MAX_AMOUNT);
        final long sum = profile.storedAmountMicros(slot, bucket) + bounded;
        putAmount(profile, slot, bucket, Math.clamp(sum, -ProfileLayout.MAX_AMOUNT, ProfileLayout.MAX_AMOUNT));
    }

    private static int append(final ProfileFlyweight profile) {
        final int slot = profile.categoryCount();
        profile.bytes().putByte(ProfileLayout.CATEGORY_COUNT, (byte) (slot + 1));
        return slot;
    }

    private static void start(
        final ProfileFlyweight profile, final int slot, final int categoryId, final int day) {
        final MutableDirectBuffer bytes = profile.bytes();
        final int base = ProfileLayout.category(slot);
        bytes.setMemory(base, ProfileLayout.CATEGORY_LENGTH, (byte) 0);
        bytes.putInt(base + ProfileLayout.CATEGORY_ID, categoryId);
        bytes.putShort(base + ProfileLayout.CATEGORY_LAST_DAY, (short) day);
    }

    /** Moves the buckets so that the newest one holds the day; an earlier day moves nothing. */
    private static void advance(final ProfileFlyweight profile, final int slot, final int day) {
        final int last = profile.lastPurchaseDay(slot);
        if (day <= last) {
            return;
        }
        final int shift = day / ProfileLayout.BUCKET_DAYS - last / ProfileLayout.BUCKET_DAYS;
        if (shift > 0) {
            for (int bucket = ProfileLayout.BUCKETS - 1; bucket >= 0; bucket--) {
                final boolean kept = bucket >= shift;
                putPurchases(profile, slot, bucket, kept ? profile.storedPurchases(slot, bucket - shift) : 0);
                putAmount(profile, slot, bucket, kept ? profile.storedAmountMicros(slot, bucket - shift) : 0);
            }
        }
        profile.bytes().putShort(
            ProfileLayout.category(slot) + ProfileLayout.CATEGORY_LAST_DAY, (short) day);
    }

    /** How many buckets before the newest a day lies. */
    private static int age(final ProfileFlyweight profile, final int slot, final int day) {
        return profile.lastPurchaseDay(slot) / ProfileLayout.BUCKET_DAYS - day / ProfileLayout.BUCKET_DAYS;
    }

    private static void addPurchases(
        final ProfileFlyweight profile, final int slot, final int bucket, final int count) {
        putPurchases(
            profile, slot, bucket, Math.min(ProfileLayout.UBYTE, profile.storedPurchases(slot, bucket) + count));
    }

    private static void putPurchases(
        final ProfileFlyweight profile, final int slot, final int bucket, final int count) {
        profile.bytes().putByte(
            ProfileLayout.category(slot) + ProfileLayout.CATEGORY_PURCHASES + bucket, (byte) count);
    }

    private static void putAmount(
        final ProfileFlyweight profile, final int slot, final int bucket, final long amountMicros) {
        final int at =
            ProfileLayout.category(slot) + ProfileLayout.CATEGORY_AMOUNTS + bucket * ProfileLayout.AMOUNT_LENGTH;
        final MutableDirectBuffer bytes = profile.bytes();
        bytes.putShort(at, (short) amountMicros);
        bytes.putShort(at + 2, (short) (amountMicros >> 16));
        bytes.putShort(at + 4, (short) (amountMicros >> 32));
    }

    private static int victim(final ProfileFlyweight profile) {
        int victim = 0;
        for (int slot = 1; slot < ProfileLayout.CATEGORY_SLOTS; slot++) {
            if (compare(profile, slot, profile, victim) < 0) {
                victim = slot;
            }
        }
        return victim;
    }

    private static int compare(
        final ProfileFlyweight a, final int aSlot, final ProfileFlyweight b, final int bSlot) {
        final int byDay = Integer.compare(a.lastPurchaseDay(aSlot), b.lastPurchaseDay(bSlot));
        if (byDay != 0) {
            return byDay;
        }
        final int byPurchases = Integer.compare(total(a, aSlot), total(b, bSlot));
        return byPurchases != 0 ? byPurchases : Integer.compare(a.categoryId(aSlot), b.categoryId(bSlot));
    }

    private static int total(final ProfileFlyweight profile, final int slot) {
        int total = 0;
        for (int bucket = 0; bucket < ProfileLayout.BUCKETS; bucket++) {
            total += profile.storedPurchases(slot, bucket);
        }
        return total;
    }
}
