package io.opportune.engine.session;

/** Takes whole HTTP requests. One instance per event loop, called only by it. */
public interface HttpExchangeHandler extends BatchHandler {
    /** Given by {@link #onRequest} when exactly one answer comes through the sink, or has come already. */
    int ANSWER_FOLLOWS = 0;

    /**
     * Takes one request whose route, method, content type and size have been checked.
     *
     * @param request valid only during the call.
     * @return {@link #ANSWER_FOLLOWS}, or the status, 200 to 599, of an answer without a body that the transport sends
     *     at once, such as 204 or 400.
     */
    int onRequest(HttpRequest request);

    /**
     * A client did not wait for an answer: it closed its connection, ended its side of it, or reset the stream. An
     * answer may be given nevertheless, and reaches a client that has ended its side only. Called on the event loop, at
     * times during {@link HttpResponseSink#send}; perhaps more than once for a request.
     *
     * @param exchangeKey of a request without an answer.
     */
    default void onClientLeft(final long exchangeKey) {
        // Most learn nothing from it.
    }

    /**
     * The transport has closed and asks again and again, on the event loop and behind {@link #onIdle}, whether anything
     * is left that was answered as taken and has found no room yet.
     *
     * @param last whether there is no more time: what is left is given up, and counted as lost.
     * @return true when nothing is left.
     */
    default boolean isSettled(final boolean last) {
        return true;
    }
}
