package io.opportune.engine.exchange;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets a number of requests a second through and turns the others away, so that an exchange that sends more than was
 * agreed does not take the time of the others. The generic cell rate algorithm (ITU-T I.371, annex A): one instant says
 * when the bucket would be empty again, and a request is let through when that is at most one burst away. Any number of
 * threads; without lock or allocation.
 */
public final class QpsLimit {
    private static final long NS_PER_S = 1_000_000_000L;
    /** Requests that may come together: an eighth of a second's, and never fewer than this. */
    private static final int MIN_BURST = 16;

    private final boolean unlimited;
    private final long intervalNs;
    private final long toleranceNs;
    private final AtomicLong emptyAtNs;

    /**
     * Makes a limit.
     *
     * @param requestsPerSecond 1 or more; 0 for no limit. Above 1,000,000,000 there is no limit either.
     * @param nowNs             on the clock that {@link #tryAcquire} is asked with.
     */
    public QpsLimit(final int requestsPerSecond, final long nowNs) {
        this(requestsPerSecond, Math.max(MIN_BURST, requestsPerSecond >> 3), nowNs);
    }

    /**
     * Makes a limit with a burst of its own.
     *
     * @param requestsPerSecond as above.
     * @param burst             requests that may come at the same instant, 1 or more.
     * @param nowNs             as above.
     */
    public QpsLimit(final int requestsPerSecond, final int burst, final long nowNs) {
        if (requestsPerSecond < 0 || burst < 1) {
            throw new IllegalArgumentException(requestsPerSecond + " requests per second, burst " + burst);
        }
        unlimited = requestsPerSecond == 0 || requestsPerSecond > NS_PER_S;
        intervalNs = unlimited ? 0 : NS_PER_S / requestsPerSecond;
        toleranceNs = intervalNs * (burst - 1L);
        emptyAtNs = new AtomicLong(nowNs);
    }

    /**
     * Asks for one request.
     *
     * @param nowNs on a monotonic clock.
     * @return true when it may pass.
     */
    public boolean tryAcquire(final long nowNs) {
        if (unlimited) {
            return true;
        }
        while (true) {
            final long emptyAt = emptyAtNs.get();
            final long aheadNs = emptyAt - nowNs;
            if (aheadNs > toleranceNs) {
                return false;
            }
            final long next = (aheadNs > 0 ? emptyAt : nowNs) + intervalNs;
            if (emptyAtNs.compareAndSet(emptyAt, next)) {
                return true;
            }
        }
    }
}
