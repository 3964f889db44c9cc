package io.opportune.engine.session;

/**
 * How a session key is made: the event loop's index above, a counter of that loop below. Keys are positive, are never
 * reused while the server runs, and tell which loop's {@link ResponseSink} leads back to the client.
 */
public final class SessionKey {
    /** Most event loops a server can have. */
    public static final int MAX_EVENT_LOOPS = 1 << 10;

    /** At a million connections a second, 2^52 keys of one loop last for 142 years. */
    private static final int COUNTER_BITS = 52;

    private SessionKey() {
    }

    /**
     * Makes a key.
     *
     * @param eventLoopIndex 0..{@link #MAX_EVENT_LOOPS} - 1.
     * @param counter        of the loop, from 1.
     * @return a positive key.
     */
    public static long of(final int eventLoopIndex, final long counter) {
        return (long) eventLoopIndex << COUNTER_BITS | counter;
    }

    /**
     * Which event loop owns the session.
     *
     * @param sessionKey from {@link ClientSession#sessionKey()}.
     * @return index of the event loop.
     */
    public static int eventLoopIndex(final long sessionKey) {
        return (int) (sessionKey >>> COUNTER_BITS);
    }
}
