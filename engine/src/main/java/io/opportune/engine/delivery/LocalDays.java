package io.opportune.engine.delivery;

import io.opportune.engine.ledger.LocalDay;
import java.time.ZoneId;
import java.util.Arrays;

/**
 * Which local day a time falls on. Remembers for each zone the last two days that were asked for, so that it allocates
 * only when a day begins. One thread.
 */
final class LocalDays {
    private static final int DAYS_KEPT = 2;

    private ZoneId[] zones = new ZoneId[8];
    /** Two days of each zone, the one asked for last first: start, end (exclusive), epoch day. */
    private long[] starts = new long[8 * DAYS_KEPT];
    private long[] ends = new long[8 * DAYS_KEPT];
    private int[] days = new int[8 * DAYS_KEPT];
    private int count;

    /**
     * The local day of a time.
     *
     * @param zone   IANA zone.
     * @param timeNs nanoseconds since 1970.
     * @return days since 1970-01-01 of the local date.
     */
    int dayOf(final ZoneId zone, final long timeNs) {
        int z = 0;
        while (z < count && !zones[z].equals(zone)) {
            z++;
        }
        if (z == count) {
            add(zone);
        }
        final int first = z * DAYS_KEPT;
        for (int i = first; i < first + DAYS_KEPT; i++) {
            if (timeNs >= starts[i] && timeNs < ends[i]) {
                return days[i];
            }
        }
        return remember(zone, first, timeNs);
    }

    private void add(final ZoneId zone) {
        if (count == zones.length) {
            zones = Arrays.copyOf(zones, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count * DAYS_KEPT);
            ends = Arrays.copyOf(ends, 2 * count * DAYS_KEPT);
            days = Arrays.copyOf(days, 2 * count * DAYS_KEPT);
        }
        zones[count++] = zone;
    }

    private int remember(final ZoneId zone, final int first, final long timeNs) {
        starts[first + 1] = starts[first];
        ends[first + 1] = ends[first];
        days[first + 1] = days[first];
        final int day = LocalDay.of(zone, timeNs);
        starts[first] = LocalDay.startNs(zone, day);
        ends[first] = LocalDay.startNs(zone, day + 1);
        days[first] = day;
        return day;
    }
}
