package io.opportune.protocol.client;

import java.util.Arrays;

/**
 * Estimates how far the server's clock is ahead of ours from exchanges of four time stamps, as NTP does (RFC 5905,
 * section 8): of the last eight samples the one with the shortest round trip counts. Written by the event loop, the
 * estimate is read by any thread.
 */
final class ClockOffset {
    private static final int WINDOW = 8;

    private final long[] roundTripsNs = new long[WINDOW];
    private final long[] offsetsNs = new long[WINDOW];
    private int next;
    private volatile long offsetNs;
    private volatile long roundTripNs;

    ClockOffset() {
        reset();
    }

    /** Forgets the samples of an earlier connection, which may have led to another server; keeps the estimate. */
    void reset() {
        Arrays.fill(roundTripsNs, Long.MAX_VALUE);
        next = 0;
    }

    /** Takes one exchange: sent (our clock), received and answered (server's clock), answer received (our clock). */
    void sample(final long sentNs, final long receivedNs, final long answeredNs, final long returnedNs) {
        final long tripNs = (returnedNs - sentNs) - (answeredNs - receivedNs);
        if (tripNs < 0 || sentNs <= 0 || receivedNs <= 0) {
            return;
        }
        roundTripsNs[next] = tripNs;
        offsetsNs[next] = ((receivedNs - sentNs) + (answeredNs - returnedNs)) / 2;
        next = (next + 1) % WINDOW;
        int best = 0;
        for (int i = 1; i < WINDOW; i++) {
            if (roundTripsNs[i] < roundTripsNs[best]) {
                best = i;
            }
        }
        offsetNs = offsetsNs[best];
        roundTripNs = roundTripsNs[best];
    }

    /** Server's clock minus ours. */
    long offsetNs() {
        return offsetNs;
    }

    /** Network time of the best sample, 0 before the first; half of it bounds the error of the offset. */
    long roundTripNs() {
        return roundTripNs;
    }
}
