package io.opportune.engine.context;

/**
 * Calendar fields of a local time without allocation, by Howard Hinnant's days-to-civil algorithm ("chrono-compatible
 * low-level date algorithms"). Owned by one thread; refilled per request.
 */
public final class CivilTime {
    private static final long NS_PER_MINUTE = 60_000_000_000L;
    private static final long MINUTES_PER_DAY = 24 * 60;

    private int minuteOfDay;
    private int dayOfWeek;
    private int dayOfMonth;
    private int month;

    /**
     * Sets the fields.
     *
     * @param localNs nanoseconds since 1970-01-01T00:00 local time.
     */
    public void set(final long localNs) {
        final long minutes = Math.floorDiv(localNs, NS_PER_MINUTE);
        final long days = Math.floorDiv(minutes, MINUTES_PER_DAY);
        minuteOfDay = (int) (minutes - days * MINUTES_PER_DAY);
        // 1970-01-01 was a Thursday, day 4 of an ISO week.
        dayOfWeek = (int) Math.floorMod(days + 3, 7L) + 1;
        final long shifted = days + 719_468;
        final long era = Math.floorDiv(shifted, 146_097L);
        final int dayOfEra = (int) (shifted - era * 146_097);
        final int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        final int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        final int shiftedMonth = (5 * dayOfYear + 2) / 153;
        dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
    }

    /**
     * Minute of the day.
     *
     * @return 0..1439.
     */
    public int minuteOfDay() {
        return minuteOfDay;
    }

    /**
     * Hour of the day.
     *
     * @return 0..23.
     */
    public int hour() {
        return minuteOfDay / 60;
    }

    /**
     * Day of the ISO week.
     *
     * @return 1 for Monday to 7 for Sunday.
     */
    public int dayOfWeek() {
        return dayOfWeek;
    }

    /**
     * Day of the month.
     *
     * @return 1..31.
     */
    public int dayOfMonth() {
        return dayOfMonth;
    }

    /**
     * Month.
     *
     * @return 1..12.
     */
    public int month() {
        return month;
    }
}
