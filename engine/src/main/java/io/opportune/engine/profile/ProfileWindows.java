package io.opportune.engine.profile;

/**
 * Counts and amounts of a profile within sliding windows, in integers only. Stateless; what the windows mean is said at
 * {@link ProfileFlyweight#purchases(int, int, int)}.
 */
final class ProfileWindows {
    private ProfileWindows() {
    }

    static int purchases(final ProfileFlyweight profile, final int slot, final int days, final int nowDay) {
        if (profile.daysSincePurchase(slot, nowDay) >= window(days)) {
            return 0;
        }
        final int current = purchasesInBucket(profile, slot, 0, nowDay);
        final int before = purchasesInBucket(profile, slot, 1, nowDay);
        if (days == ProfileLayout.BUCKET_DAYS) {
            return current + Math.ceilDiv(before * coveredDays(nowDay), ProfileLayout.BUCKET_DAYS);
        }
        return current + before + purchasesInBucket(profile, slot, 2, nowDay);
    }

    static long amountMicros(final ProfileFlyweight profile, final int slot, final int days, final int nowDay) {
        if (profile.daysSincePurchase(slot, nowDay) >= window(days)) {
            return 0;
        }
        final long current = amountInBucket(profile, slot, 0, nowDay);
        final long before = amountInBucket(profile, slot, 1, nowDay);
        if (days == ProfileLayout.BUCKET_DAYS) {
            return current + before * coveredDays(nowDay) / ProfileLayout.BUCKET_DAYS;
        }
        return current + before + amountInBucket(profile, slot, 2, nowDay);
    }

    private static int window(final int days) {
        return days == ProfileLayout.BUCKET_DAYS ? days : ProfileLayout.BUCKETS * ProfileLayout.BUCKET_DAYS;
    }

    /** Days of the bucket before that a window of 30 days, today included, still covers: 29 at most, 0 at least. */
    private static int coveredDays(final int nowDay) {
        return ProfileLayout.BUCKET_DAYS - 1 - nowDay % ProfileLayout.BUCKET_DAYS;
    }

    /** Index of the stored bucket that lies {@code age} buckets before today's; negative when it is not stored. */
    private static int storedBucket(
        final ProfileFlyweight profile, final int slot, final int age, final int nowDay) {
        final int lastBucket = profile.lastPurchaseDay(slot) / ProfileLayout.BUCKET_DAYS;
        return age - Math.max(0, nowDay / ProfileLayout.BUCKET_DAYS - lastBucket);
    }

    private static int purchasesInBucket(
        final ProfileFlyweight profile, final int slot, final int age, final int nowDay) {
        final int bucket = storedBucket(profile, slot, age, nowDay);
        return bucket < 0 ? 0 : profile.storedPurchases(slot, bucket);
    }

    private static long amountInBucket(
        final ProfileFlyweight profile, final int slot, final int age, final int nowDay) {
        final int bucket = storedBucket(profile, slot, age, nowDay);
        return bucket < 0 ? 0 : profile.storedAmountMicros(slot, bucket);
    }
}
