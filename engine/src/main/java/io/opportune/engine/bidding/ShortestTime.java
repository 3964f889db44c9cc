package io.opportune.engine.bidding;

import java.util.concurrent.TimeUnit;

/**
 * The shortest time that a request of the last second or two had until its response must be written. Requests wait for
 * each other where one event loop reads them all, and how long one may wait is not known before it is read: so none
 * may wait longer than the most urgent can. One thread; allocates nothing.
 */
final class ShortestTime {
    private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(1);
    /** Who gives less cannot be served beside others and does not count: a batch of decisions takes nearly as long. */
    private static final long LEAST_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private long thisWindowNs = Long.MAX_VALUE;
    private long lastWindowNs = Long.MAX_VALUE;
    private long windowBeganNs;

    ShortestTime(final long nowNs) {
        windowBeganNs = nowNs;
    }

    /** Takes the time that a request has from its arrival to its response. */
    void note(final long timeNs, final long nowNs) {
        turn(nowNs);
        thisWindowNs = Math.min(thisWindowNs, Math.max(LEAST_NS, timeNs));
    }

    /** How long a request may have waited; {@link Long#MAX_VALUE} when nobody is in a hurry. */
    long ns(final long nowNs) {
        turn(nowNs);
        return Math.min(thisWindowNs, lastWindowNs);
    }

    private void turn(final long nowNs) {
        final long passedNs = nowNs - windowBeganNs;
        if (passedNs >= WINDOW_NS) {
            lastWindowNs = passedNs < 2 * WINDOW_NS ? thisWindowNs : Long.MAX_VALUE;
            thisWindowNs = Long.MAX_VALUE;
            windowBeganNs = nowNs;
        }
    }
}
