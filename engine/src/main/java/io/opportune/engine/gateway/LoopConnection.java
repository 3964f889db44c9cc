package io.opportune.engine.gateway;

/** A connection as its {@link TransportLoop} knows it. Owned by that event loop, which alone calls it. */
public interface LoopConnection {
    /** Sends what waits: the end of a batch for which {@link TransportLoop#wantsFlush} was called. */
    void flush();

    /**
     * Looks at time-outs; several times per shortest one.
     *
     * @param nowNs monotonic clock.
     */
    void checkTimes(long nowNs);

    /** Answers what is in flight, takes no more, closes. */
    void beginShutdown();

    /** Closes without waiting for anything, be it answers that have not been sent. */
    void closeNow();

    /**
     * Something of ours failed while this connection was worked on, so that its state cannot be trusted: reports it and
     * closes. Must not throw.
     *
     * @param failure what was thrown.
     */
    void onFailure(Throwable failure);

    /**
     * Where the loop keeps this connection.
     *
     * @return what was set last.
     */
    int loopPosition();

    /**
     * Keeps where the loop has put this connection.
     *
     * @param position in the loop's list.
     */
    void loopPosition(int position);
}
