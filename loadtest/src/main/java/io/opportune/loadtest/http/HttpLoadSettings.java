package io.opportune.loadtest.http;

/**
 * How to drive a run.
 *
 * @param port        of the server on this machine.
 * @param connections kept open, 1 or more.
 * @param depth       most requests in flight on each, 1 or more.
 * @param rate        requests a second whatever the server does; 0: the next one when there is room (closed loop).
 * @param warmupNs    before anything is measured.
 * @param durationNs  of what is measured.
 * @param drainNs     how long the last answers are waited for.
 */
public record HttpLoadSettings(
    int port, int connections, int depth, double rate, long warmupNs, long durationNs, long drainNs) {

    /** Refuses what cannot be. */
    public HttpLoadSettings {
        if (connections < 1 || depth < 1 || !(rate >= 0) || warmupNs < 0 || durationNs < 1 || drainNs < 0) {
            throw new IllegalArgumentException("connections " + connections + ", depth " + depth + ", rate " + rate
                + ", warm-up " + warmupNs + " ns, duration " + durationNs + " ns, drain " + drainNs
                + " ns; allowed: connections and depth from 1, duration above 0, nothing negative");
        }
    }
}
