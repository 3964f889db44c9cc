package io.opportune.engine.profile;

/**
 * Over what time a counter of a cap counts. A sliding window is eight whole buckets and the one that the window's
 * beginning cuts through, which counts whole: so it is never shorter than its name says, and longer by less than an
 * eighth. Buckets begin at multiples of their length since 1970. The ordinals stand in profiles and in the journal.
 */
public enum CapWindow {
    /** 60 minutes in buckets of 7.5. */
    HOUR(450),
    /** 24 hours in buckets of 3. */
    DAY(10_800),
    /** 7 x 24 hours in buckets of 21. */
    WEEK(75_600),
    /** 30 x 24 hours in buckets of 90. */
    MONTH(324_000),
    /** 1 to 8 calendar days of UTC, today included; one counter for all numbers of days on one thing. */
    DAYS(86_400),
    /** For ever. */
    LIFETIME(0),
    /** Since the customer came back after a pause. */
    SESSION(0);

    /** Whole buckets of a sliding window; one more is counted. */
    public static final int WHOLE_BUCKETS = 8;
    /** Most calendar days of {@link #DAYS}. */
    public static final int MAX_DAYS = 8;
    /** Highest count of one bucket and of a session: a cap above that would never hold. */
    public static final int MAX_BUCKET_COUNT = 255;
    /** Highest count of a lifetime. */
    public static final int MAX_LIFETIME_COUNT = 65_535;

    private static final CapWindow[] BY_CODE = values();

    private final int bucketSeconds;

    CapWindow(final int bucketSeconds) {
        this.bucketSeconds = bucketSeconds;
    }

    /**
     * Looks a window up.
     *
     * @param code ordinal, as in journal records.
     * @return null for a code of a newer version.
     */
    public static CapWindow of(final int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** {@return length of a bucket in seconds; 0 where there are no buckets} */
    public int bucketSeconds() {
        return bucketSeconds;
    }

    /** {@return highest limit of a cap that counters can hold exactly} */
    public int highestLimit() {
        return this == LIFETIME ? MAX_LIFETIME_COUNT : MAX_BUCKET_COUNT;
    }

    /** {@return whether it ends with a session} */
    public boolean isSession() {
        return this == SESSION;
    }

    boolean isBucketed() {
        return bucketSeconds != 0;
    }

    long bucketOf(final long second) {
        return second / bucketSeconds;
    }

    /** Buckets before the current one that still count. */
    int bucketsBefore(final int days) {
        return this == DAYS ? days - 1 : WHOLE_BUCKETS;
    }

    /** The first second at which a newest bucket counts in no window any more; days: of the longest one. */
    long endOf(final long bucket, final int days) {
        return (bucket + (this == DAYS ? days : WHOLE_BUCKETS + 1)) * bucketSeconds;
    }
}
