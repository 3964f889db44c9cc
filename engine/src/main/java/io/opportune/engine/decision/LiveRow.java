package io.opportune.engine.decision;

/**
 * The offers of one layer that are made in one place, in flight, and not held: one bit per rank, put together anew when
 * one of these has changed since the place was asked for last. Owned by one shard; allocates nothing once it is made.
 */
final class LiveRow {
    private final FlightRow flights;
    private final long[] made;
    private final long[] live;
    private long[] free;
    private int flightChanges;

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
        }
        return live;
    }
}
