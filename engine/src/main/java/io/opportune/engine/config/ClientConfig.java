package io.opportune.engine.config;

/**
 * One client that may log on.
 *
 * @param id                with which it logs on; lower case letters, digits and hyphens, 1 to 64 characters.
 * @param key               its secret, 8 to 128 characters.
 * @param inFlightLimit     unanswered requests of one connection, 1 or more.
 * @param maySetEventTime   whether it may say when something happened.
 * @param eventTimeBehindNs how far in the past an event may lie, nanoseconds, 0 or more.
 * @param eventTimeAheadNs  how far in the future an event may lie, nanoseconds, 0 or more.
 */
public record ClientConfig(
    String id, String key, int inFlightLimit, boolean maySetEventTime, long eventTimeBehindNs, long eventTimeAheadNs) {
    /** Leaves the secret out, so that it never reaches a log. */
    @Override
    public String toString() {
        return "ClientConfig[id=" + id + ", inFlightLimit=" + inFlightLimit + ", maySetEventTime=" + maySetEventTime
            + ", eventTimeBehindNs=" + eventTimeBehindNs + ", eventTimeAheadNs=" + eventTimeAheadNs + "]";
    }
}
