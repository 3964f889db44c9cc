package io.opportune.engine.pacing;

import java.time.DayOfWeek;
import java.util.Arrays;

/**
 * The hours of each weekday in which a campaign may spend, in the campaign's zone. Immutable.
 */
public final class DayParts {
    /** Hours of a day. */
    public static final int HOURS = 24;
    private static final int ALL_HOURS = (1 << HOURS) - 1;
    private static final int DAYS = 7;
    private static final DayParts ALWAYS = new DayParts(new int[] {
        ALL_HOURS, ALL_HOURS, ALL_HOURS, ALL_HOURS, ALL_HOURS, ALL_HOURS, ALL_HOURS});

    private final int[] hourMasks;

    private DayParts(final int[] hourMasks) {
        this.hourMasks = hourMasks;
    }

    /**
     * Every hour.
     *
     * @return the one that does not restrict.
     */
    public static DayParts always() {
        return ALWAYS;
    }

    /**
     * No hour yet; see {@link #with}.
     *
     * @return in which nothing may be spent.
     */
    public static DayParts none() {
        return new DayParts(new int[DAYS]);
    }

    /**
     * From bit masks.
     *
     * @param hourMasks seven, Monday first; bit n stands for the hour from n:00 to n + 1:00.
     * @return a copy.
     * @throws IllegalArgumentException when there are not seven, or bits above 23 are set.
     */
    public static DayParts of(final int... hourMasks) {
        if (hourMasks.length != DAYS) {
            throw new IllegalArgumentException("hours of " + hourMasks.length + " days, a week has " + DAYS);
        }
        for (final int mask : hourMasks) {
            if ((mask & ~ALL_HOURS) != 0) {
                throw new IllegalArgumentException("a day has the hours 0 to 23: " + Integer.toHexString(mask));
            }
        }
        return new DayParts(hourMasks.clone());
    }

    /**
     * These hours and some more.
     *
     * @param day      of the week.
     * @param fromHour 0..23, the first one.
     * @param toHour   1..24, the first one no more; above {@code fromHour}.
     * @return a new schedule.
     * @throws IllegalArgumentException when the hours are none of a day.
     */
    public DayParts with(final DayOfWeek day, final int fromHour, final int toHour) {
        if (fromHour < 0 || toHour > HOURS || fromHour >= toHour) {
            throw new IllegalArgumentException("hours " + fromHour + " to " + toHour + " of a day");
        }
        final int[] masks = hourMasks.clone();
        masks[day.ordinal()] |= (1 << toHour) - (1 << fromHour);
        return new DayParts(masks);
    }

    /**
     * Whether the campaign may spend in an hour.
     *
     * @param hourOfWeek 0 for Monday 00:00 to 167.
     * @return false: it may not.
     */
    public boolean isOpen(final int hourOfWeek) {
        return (hourMasks[hourOfWeek / HOURS] >>> hourOfWeek % HOURS & 1) != 0;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof DayParts && Arrays.equals(hourMasks, ((DayParts) other).hourMasks);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hourMasks);
    }

    @Override
    public String toString() {
        return Arrays.toString(Arrays.stream(hourMasks).mapToObj(Integer::toHexString).toArray());
    }
}
