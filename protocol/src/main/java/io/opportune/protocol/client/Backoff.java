package io.opportune.protocol.client;

import java.util.random.RandomGenerator;

/**
 * Delays between attempts to connect: the bound doubles from attempt to attempt and the upper half of each delay is
 * random, so that the tills of a chain do not come back all at once after a server's restart. Owned by one thread.
 */
final class Backoff {
    private final long minNs;
    private final long maxNs;
    private final RandomGenerator random;
    private long boundNs;

    Backoff(final long minNs, final long maxNs, final RandomGenerator random) {
        this.minNs = minNs;
        this.maxNs = maxNs;
        this.random = random;
        boundNs = minNs;
    }

    long nextDelayNs() {
        final long halfNs = boundNs / 2;
        final long delayNs = halfNs + random.nextLong(boundNs - halfNs + 1);
        boundNs = boundNs > maxNs / 2 ? maxNs : boundNs * 2;
        return delayNs;
    }

    void reset() {
        boundNs = minNs;
    }
}
