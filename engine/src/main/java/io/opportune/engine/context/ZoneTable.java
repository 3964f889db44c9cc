package io.opportune.engine.context;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Arrays;

/**
 * The offsets of one time zone from 1990 to 2060 in flat arrays, so that a store's local time is found without
 * allocation. Outside those years the nearest known offset holds. Immutable.
 */
public final class ZoneTable {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final int FIRST_YEAR = 1990;
    private static final int LAST_YEAR = 2060;

    private final long[] transitionNs;
    private final long[] offsetNs;

    /**
     * Reads the rules of a zone.
     *
     * @param zone of the JDK's time zone data.
     */
    public ZoneTable(final ZoneId zone) {
        final ZoneRules rules = zone.getRules();
        final Instant first = ZonedDateTime.of(FIRST_YEAR, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC).toInstant();
        final Instant last = ZonedDateTime.of(LAST_YEAR, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC).toInstant();
        long[] times = new long[2 * (LAST_YEAR - FIRST_YEAR) + 16];
        long[] offsets = new long[times.length];
        int size = 0;
        times[size] = Long.MIN_VALUE;
        offsets[size++] = rules.getOffset(first).getTotalSeconds() * NS_PER_SECOND;
        ZoneOffsetTransition next = rules.nextTransition(first);
        while (next != null && next.getInstant().isBefore(last)) {
            if (size == times.length) {
                times = Arrays.copyOf(times, 2 * size);
                offsets = Arrays.copyOf(offsets, 2 * size);
            }
            times[size] = next.toEpochSecond() * NS_PER_SECOND;
            offsets[size++] = next.getOffsetAfter().getTotalSeconds() * NS_PER_SECOND;
            next = rules.nextTransition(next.getInstant());
        }
        transitionNs = Arrays.copyOf(times, size);
        offsetNs = Arrays.copyOf(offsets, size);
    }

    /**
     * Local time of an instant.
     *
     * @param epochNs nanoseconds since 1970-01-01T00:00Z.
     * @return nanoseconds since 1970-01-01T00:00 local time.
     */
    public long localNs(final long epochNs) {
        int low = 0;
        int high = transitionNs.length - 1;
        while (low < high) {
            final int middle = (low + high + 1) >>> 1;
            if (transitionNs[middle] <= epochNs) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return epochNs + offsetNs[low];
    }
}
