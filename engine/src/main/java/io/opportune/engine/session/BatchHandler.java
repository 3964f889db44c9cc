package io.opportune.engine.session;

/** What stands behind a transport on one event loop, as far as it works in batches. Called only by that event loop. */
public interface BatchHandler {
    /** The transport has handed over all messages of one or several reads; work done on this thread happens now. */
    void onReadBatchEnd();

    /**
     * Called when idle work is due: at least every millisecond while there are connections (for the binary protocol
     * only in inline mode), and whenever the way back was asked to wake the event loop.
     */
    void onIdle();
}
