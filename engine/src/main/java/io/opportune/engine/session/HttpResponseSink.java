package io.opportune.engine.session;

import org.agrona.DirectBuffer;

/**
 * The way back to the HTTP clients of one event loop. In ring mode any shard thread may call it; in inline mode only
 * the event loop itself. Answers may come in any order: the transport sends them in the order their protocol asks for.
 */
public interface HttpResponseSink {
    /** What became of an answer. */
    enum Delivery {
        /** It is on its way to the client. */
        SENT,
        /** Its request had been answered already, by its deadline for one, or the client had gone. */
        DROPPED,
        /** It is put aside for the event loop, which sends or drops it. Never said to the event loop itself. */
        PUT_ASIDE,
        /** The way back is full: the caller tries again after {@link #wake()}. Never said to the event loop itself. */
        FULL
    }

    /**
     * Sends one answer. The bytes are copied, and compressed where that was accepted and pays. The answer to a request
     * that has been answered already, by its deadline for one, or whose connection has gone, is dropped and counted.
     *
     * @param exchangeKey from {@link HttpRequest#exchangeKey()}.
     * @param status      200 to 599; with 204 and 304 there is no body.
     * @param contentKind of the body, one of {@link HttpContentKind} but not {@code UNKNOWN}.
     * @param buffer      holding the body; may be null when the length is 0.
     * @param offset      of the body.
     * @param lengthBytes of the body; one that is longer than {@link #maxBodyBytes()} is answered by a 204 instead.
     * @return what became of it.
     */
    Delivery send(long exchangeKey, int status, int contentKind, DirectBuffer buffer, int offset, int lengthBytes);

    /**
     * Longest body that the way back takes.
     *
     * @return bytes.
     */
    int maxBodyBytes();

    /** Wakes the event loop after a batch of {@link #send}; cheap when it is awake already. */
    void wake();
}
