package io.opportune.loadtest.completejourney;

/**
 * How the year is replayed.
 *
 * @param passes       1..100; with more than one the first is a warm-up.
 * @param speedUp      how much faster than life; {@link #AS_FAST_AS_POSSIBLE} for a closed loop.
 * @param timeBudgetUs stated in requests, by which lateness is judged.
 * @param runId        high half of request and event ids, different for each run against one store.
 */
public record ReplaySettings(int passes, double speedUp, int timeBudgetUs, long runId) {
    /** The next message is sent as soon as there is room and the household's last one is answered. */
    public static final double AS_FAST_AS_POSSIBLE = 0;

    /** Most passes of one run. */
    public static final int MAX_PASSES = 100;

    /** Refuses values out of range. */
    public ReplaySettings {
        if (passes < 1 || passes > MAX_PASSES) {
            throw new IllegalArgumentException("passes " + passes + ": allowed 1.." + MAX_PASSES);
        }
        if (!(speedUp >= 0)) {
            throw new IllegalArgumentException("speed-up " + speedUp + ": must be above 0");
        }
        if (timeBudgetUs < 0) {
            throw new IllegalArgumentException("time budget " + timeBudgetUs + " us: must not be negative");
        }
    }
}
