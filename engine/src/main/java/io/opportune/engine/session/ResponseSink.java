package io.opportune.engine.session;

import org.agrona.DirectBuffer;

/**
 * The way back to the clients of one event loop. In ring mode any shard thread may call it; in inline mode only the
 * event loop itself.
 */
public interface ResponseSink {
    /**
     * Sends one answer. The bytes are copied. The answer of a session that has gone is dropped and counted.
     *
     * @param sessionKey  from {@link ClientSession#sessionKey()}.
     * @param buffer      holding a whole frame, SOFH header first.
     * @param offset      of the frame.
     * @param lengthBytes of the frame.
     * @return false when the way back is full: the caller tries again after {@link #wake()}; never false in inline
     *     mode.
     */
    boolean send(long sessionKey, DirectBuffer buffer, int offset, int lengthBytes);

    /** Wakes the event loop after a batch of {@link #send}; cheap when it is awake already. */
    void wake();
}
