package io.opportune.engine.admission;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * How many texts that nobody sent before one client may bring per second, with one second's worth at once. A new text
 * is forced to the disk before its id is used: a shard's journal that names the id may reach the disk on its own, and
 * after the loss of the machine the id would mean nothing, or another text. So the event loop waits for the disk, and
 * no client may keep it waiting all the time. Owned by one event loop; a client has the limit on each that it uses.
 */
final class NewTextLimit {
    private static final long NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    private final long intervalNs;
    private long[] paidUntilNs = new long[0];

    /**
     * Makes the limit of one event loop.
     *
     * @param perSecond 1 to 1,000,000.
     */
    NewTextLimit(final int perSecond) {
        if (perSecond < 1 || perSecond > 1_000_000) {
            throw new IllegalArgumentException("new texts per second: found " + perSecond + ", allowed: 1 to 1000000");
        }
        intervalNs = NS_PER_S / perSecond;
    }

    /**
     * Asks for one new text.
     *
     * @param clientIndex of who brings it.
     * @param nowNs       monotonic clock.
     * @return false when the client has brought too many; nothing is counted then.
     */
    boolean tryTake(final int clientIndex, final long nowNs) {
        if (clientIndex >= paidUntilNs.length) {
            // Once for each configured client.
            final int known = paidUntilNs.length;
            paidUntilNs = Arrays.copyOf(paidUntilNs, clientIndex + 1);
            Arrays.fill(paidUntilNs, known, paidUntilNs.length, nowNs);
        }
        final long aheadNs = Math.max(0, paidUntilNs[clientIndex] - nowNs);
        if (aheadNs + intervalNs > NS_PER_S) {
            return false;
        }
        paidUntilNs[clientIndex] = nowNs + aheadNs + intervalNs;
        return true;
    }
}
