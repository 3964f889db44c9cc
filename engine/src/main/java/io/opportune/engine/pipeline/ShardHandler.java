package io.opportune.engine.pipeline;

/** What a shard does with its slots. All calls come from the one thread that runs the shard. */
public interface ShardHandler {
    /**
     * Handles one message. The slot and its buffer may be used only during the call.
     *
     * @param slot a message slot.
     */
    void onMessage(RequestSlot slot);

    /** All slots that were ready have been handled: sync the journal where the policy asks for it, release answers. */
    void onBatchEnd();

    /**
     * Background work between batches.
     *
     * @return how much was done; 0 lets the thread rest.
     */
    int onIdle();

    /**
     * A message or command threw; the slot is consumed all the same and the shard goes on.
     *
     * @param slot  that was being handled.
     * @param error what was thrown.
     */
    void onError(RequestSlot slot, Throwable error);

    /**
     * The end of a batch or background work threw; the shard goes on.
     *
     * @param error what was thrown.
     */
    void onFailure(Throwable error);

    /** The shard stops; nothing follows. */
    void onStop();
}
