package io.opportune.engine.recovery;

import io.opportune.engine.shard.BackgroundTask;
import java.util.Map;

/** What a snapshot asks of the running shards. */
public interface ShardAccess {
    /**
     * How many shards there are.
     *
     * @return 1 or more.
     */
    int count();

    /**
     * Runs something on a shard's thread between two messages and waits for it.
     *
     * @param shard index.
     * @param task  must not block.
     */
    void call(int shard, Runnable task);

    /**
     * Gives a shard a background task.
     *
     * @param shard index.
     * @param task  done in steps.
     */
    void background(int shard, BackgroundTask task);

    /** Makes shards that wait for messages go on with their background tasks. */
    void nudge();

    /**
     * Where a shard's journal stands; only within {@link #call}.
     *
     * @param shard index.
     * @return index of its last record, or {@link Long#MIN_VALUE} when it has none.
     */
    long appliedIndex(int shard);

    /**
     * Oldest record of a queue whose answer a shard remembers; only within {@link #call}.
     *
     * @param shard     index.
     * @param queueName of its own queue, of another shard's or of an idle one: after a change of the number of shards
     *     answers come from queues of others.
     * @return journal index, or {@link Long#MAX_VALUE}.
     */
    long answersIndex(int shard, String queueName);

    /**
     * Queues that earlier numbers of shards have left behind; nobody writes them any more.
     *
     * @return last index by name of the queue's folder, without empty ones.
     */
    Map<String, Long> idleQueues();

    /**
     * Name of the folder of a shard's queue.
     *
     * @param shard index.
     * @return folder name.
     */
    String queueName(int shard);

    /**
     * Forces the journals of all shards to the disk; any thread.
     *
     * @return false when the disk refused.
     */
    boolean syncJournals();
}
