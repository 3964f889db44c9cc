package io.opportune.engine.session;

/** Makes what stands behind an HTTP transport. Called once per event loop, before the transport starts. */
@FunctionalInterface
public interface HttpExchangeHandlerSupplier {
    /**
     * Makes the handler of one event loop.
     *
     * @param eventLoopIndex from 0.
     * @param responseSink   the way back to the clients of that loop; works from the start of the transport on.
     * @return a handler that only that event loop will call.
     */
    HttpExchangeHandler get(int eventLoopIndex, HttpResponseSink responseSink);
}
