package io.opportune.engine.pacing;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * The local hour of the week that an instant lies in, remembered until the hour ends: asking again within it allocates
 * nothing. A change of the zone's offset ends an hour early, so that days of 23 and 25 hours come out right, also where
 * clocks move by half an hour. Owned by one thread.
 */
final class LocalHour {
    static final int HOURS_PER_WEEK = 7 * 24;
    static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long SECONDS_PER_HOUR = 3600;
    /** 1970-01-01 was a Thursday: three days after the Monday that a week begins with. */
    private static final long EPOCH_HOUR = 3 * 24;

    private final ZoneRules rules;
    private long startNs = Long.MAX_VALUE;
    private long endNs = Long.MIN_VALUE;
    private int hourOfWeek;

    LocalHour(final ZoneId zone) {
        rules = zone.getRules();
    }

    /** Hour of the week, 0 for Monday 00:00 to 167 for Sunday 23:00. */
    int at(final long epochNs) {
        if (epochNs < startNs || epochNs >= endNs) {
            locate(epochNs);
        }
        return hourOfWeek;
    }

    /** When the hour last asked for began. */
    long startNs() {
        return startNs;
    }

    /** When the hour last asked for ends. */
    long endNs() {
        return endNs;
    }

    private void locate(final long epochNs) {
        final long second = Math.floorDiv(epochNs, NS_PER_SECOND);
        final Instant instant = Instant.ofEpochSecond(second);
        final long offset = rules.getOffset(instant).getTotalSeconds();
        final long localHour = Math.floorDiv(second + offset, SECONDS_PER_HOUR);
        long start = localHour * SECONDS_PER_HOUR - offset;
        long end = start + SECONDS_PER_HOUR;
        final ZoneOffsetTransition next = rules.nextTransition(instant);
        if (next != null) {
            end = Math.min(end, next.toEpochSecond());
        }
        final ZoneOffsetTransition previous = rules.previousTransition(instant.plusSeconds(1));
        if (previous != null) {
            start = Math.max(start, previous.toEpochSecond());
        }
        startNs = start * NS_PER_SECOND;
        endNs = end * NS_PER_SECOND;
        hourOfWeek = (int) Math.floorMod(localHour + EPOCH_HOUR, (long) HOURS_PER_WEEK);
    }
}
