package io.opportune.engine.gateway.binary;

import java.util.Objects;

/**
 * A client that may log on.
 *
 * @param id                configured name, 1..64 bytes of UTF-8.
 * @param key               shared secret, 0..256 bytes of UTF-8.
 * @param inFlightLimit     most unanswered messages on one of its connections, 1 or more.
 * @param maySetEventTime   whether it may say when its moments and events happened.
 * @param eventTimeBehindNs how far behind the server's clock an event time may lie, 0 or more.
 * @param eventTimeAheadNs  how far ahead of the server's clock an event time may lie, 0 or more.
 */
public record GatewayClient(
    String id, String key, int inFlightLimit, boolean maySetEventTime, long eventTimeBehindNs, long eventTimeAheadNs) {

    /** Checks the ranges. */
    public GatewayClient {
        Objects.requireNonNull(key, "key");
        if (id.isEmpty() || inFlightLimit < 1 || eventTimeBehindNs < 0 || eventTimeAheadNs < 0) {
            throw new IllegalArgumentException("client '" + id + "': empty id or a number below its range");
        }
    }

    /** Keeps the key out of logs. */
    @Override
    public String toString() {
        return "GatewayClient[id=" + id + "]";
    }
}
