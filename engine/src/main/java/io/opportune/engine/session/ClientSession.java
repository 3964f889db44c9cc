package io.opportune.engine.session;

/** A logged-on connection as the engine sees it. Owned by one event loop; read only there. */
public interface ClientSession {
    /**
     * Names this session for the answer's way back. Never reused while the server runs, so that a late answer cannot
     * reach the wrong client.
     *
     * @return a positive number.
     */
    long sessionKey();

    /**
     * Which configured client this is.
     *
     * @return index into the configured clients, 0 or more.
     */
    int clientIndex();

    /**
     * Whether the client may say when its moments and events happened.
     *
     * @return false when the server's clock is the only one that counts.
     */
    boolean maySetEventTime();

    /**
     * How far behind the server's clock an event time may lie.
     *
     * @return nanoseconds, 0 or more.
     */
    long eventTimeBehindNs();

    /**
     * How far ahead of the server's clock an event time may lie.
     *
     * @return nanoseconds, 0 or more.
     */
    long eventTimeAheadNs();
}
