package io.opportune.engine.decision;

import io.opportune.engine.profile.ProfileFlyweight;

/**
 * The offers of one layer that are made in one place, in flight, and not held: one bit per rank, put together anew when
 * one of these has changed since the place was asked for last. Bits of offers that one customer is spared are cleared
 * for one search and come back with the next. Owned by one shard; allocates nothing once it is made.
 */
final class LiveRow {
    private final FlightRow flights;
    private final long[] made;
    private final long[] live;
    private final int[] spared = new int[ProfileFlyweight.MAX_COUNTERS];
    private long[] free;
    private int flightChanges;
    private int sparedCount;

    /**
     * A row of nobody.
     *
     * @param made    ranks that the catalogue allows in the place, as bits; shared.
     * @param flights of the same layer.
     */
    LiveRow(final long[] made, final FlightRow flights) {
        this.made = made;
        this.flights = flights;
        live = new long[made.length];
    }

    /** What is live at a time among the ranks that are free, until the next call. */
    long[] at(final long timeNs, final long[] notHeld) {
        final long[] inFlight = flights.at(timeNs);
        if (notHeld != free || flightChanges != flights.changes()) {
            free = notHeld;
            flightChanges = flights.changes();
            for (int word = 0; word < live.length; word++) {
                live[word] = made[word] & inFlight[word] & notHeld[word];
            }
            sparedCount = 0;
        }
        while (sparedCount > 0) {
            final int word = spared[--sparedCount] >>> 6;
            live[word] = made[word] & inFlight[word] & notHeld[word];
        }
        return live;
    }

    /** Whether a rank is in what {@link #at} gave last, less those taken out since. */
    boolean isLive(final int rank) {
        return (live[rank >>> 6] >>> rank & 1) != 0;
    }

    /**
     * Takes a rank out of what {@link #at} gave last.
     *
     * @return whether it was there.
     */
    boolean spare(final int rank) {
        final long bit = 1L << rank;
        if ((live[rank >>> 6] & bit) == 0) {
            return false;
        }
        live[rank >>> 6] &= ~bit;
        spared[sparedCount++] = rank;
        return true;
    }
}
