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
}
