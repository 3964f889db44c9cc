package io.opportune.engine.feature;

import io.opportune.engine.profile.ProfileFlyweight;

/**
 * What a profile says of purchases on one day, read once a request: the windows by category and how often a category is
 * bought. Owned by one encoder.
 */
final class PurchaseView {
    /** Of {@link #interval}: too little is known. */
    static final int NO_INTERVAL = 0;
    /** Purchases below which an interval is a guess, and a favourite no favourite. */
    static final int LEAST_PURCHASES = 3;
    private static final int SLOTS = 6;
    /** Days of a calendar bucket of the profile's windows. */
    private static final int BUCKET_DAYS = 30;
    private static final int MASK_DAYS = 64;
    private static final int SIXTEENTHS = 16;

    private final int[] categories = new int[SLOTS];
    private final int[] days = new int[SLOTS];
    private final int[] lines30 = new int[SLOTS];
    private final int[] lines90 = new int[SLOTS];
    private final long[] micros30 = new long[SLOTS];
    private final long[] micros90 = new long[SLOTS];
    private final int[] intervals = new int[SLOTS];
    private ProfileFlyweight profile;
    private int day;
    private int count;
    private int topCategory;

    PurchaseView() {
        // Empty until a profile is read.
    }

    /** Reads a profile; null: nothing may be known. */
    void read(final ProfileFlyweight source, final int nowDay) {
        profile = source;
        day = nowDay;
        topCategory = 0;
        count = source == null ? 0 : Math.min(SLOTS, source.categoryCount());
        if (count == 0) {
            return;
        }
        final int observedDays = observedDays();
        final int trips = trips(observedDays);
        int most = LEAST_PURCHASES - 1;
        for (int i = 0; i < count; i++) {
            categories[i] = source.categoryId(i);
            days[i] = source.daysSincePurchase(i, nowDay);
            lines30[i] = source.purchases(i, 30, nowDay);
            lines90[i] = source.purchases(i, 90, nowDay);
            micros30[i] = source.amountMicros(i, 30, nowDay);
            micros90[i] = source.amountMicros(i, 90, nowDay);
            final int bought = Math.min(lines90[i], trips);
            // The time since the last purchase says how due the next one is, and nothing of the interval.
            intervals[i] = bought < LEAST_PURCHASES ? NO_INTERVAL
                : Math.max(SIXTEENTHS, (observedDays - days[i]) * SIXTEENTHS / bought);
            if (lines90[i] > most) {
                most = lines90[i];
                topCategory = categories[i];
            } else if (lines90[i] == most) {
                topCategory = 0;
            }
        }
    }

    /** Days of which the 90-day window tells: it begins with a calendar bucket, and not before the profile. */
    private int observedDays() {
        final int window = 2 * BUCKET_DAYS + day % BUCKET_DAYS + 1;
        return Math.clamp(day - ProfileFlyweight.dayOf(profile.createdTimeNs()) + 1L, 1, window);
    }

    /** Days with a visit in so many days: several lines of one day are one purchase. Beyond 64 days it is projected. */
    private int trips(final int observedDays) {
        final int seen = Math.min(MASK_DAYS, observedDays);
        return Math.ceilDiv(profile.visitsInDays(day, seen) * observedDays, seen);
    }

    /** The profile, where purchases may be used. */
    ProfileFlyweight profile() {
        return profile;
    }

    int day() {
        return day;
    }

    int count() {
        return count;
    }

    /** Whether no category had to be forgotten for want of room. */
    boolean isComplete() {
        return profile != null && count < SLOTS;
    }

    int categoryId(final int i) {
        return categories[i];
    }

    int daysSince(final int i) {
        return days[i];
    }

    int lines30(final int i) {
        return lines30[i];
    }

    int lines90(final int i) {
        return lines90[i];
    }

    long micros30(final int i) {
        return micros30[i];
    }

    long micros90(final int i) {
        return micros90[i];
    }

    /** Typical days between two purchases, in sixteenths, or {@link #NO_INTERVAL}. */
    int interval(final int i) {
        return intervals[i];
    }

    /** The one category bought most often in 90 days, 0 when there is none. */
    int topCategory() {
        return topCategory;
    }

    long allLines30() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += lines30[i];
        }
        return sum;
    }

    long allMicros90() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += micros90[i];
        }
        return sum;
    }

    int leastDays() {
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            least = Math.min(least, days[i]);
        }
        return least;
    }
}
