package io.opportune.engine.session;

/**
 * A client without a connection, which asks and reports on behalf of others: its messages happen when they come. What
 * is sent to it goes to the sink of whoever made it.
 *
 * @param sessionKey  a positive number.
 * @param clientIndex index into the configured clients, 0 or more.
 */
public record InternalSession(long sessionKey, int clientIndex) implements ClientSession {
    @Override
    public boolean maySetEventTime() {
        return false;
    }

    @Override
    public long eventTimeBehindNs() {
        return 0;
    }

    @Override
    public long eventTimeAheadNs() {
        return 0;
    }
}
