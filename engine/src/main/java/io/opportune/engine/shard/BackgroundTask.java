package io.opportune.engine.shard;

/** Work that a shard does in small steps between batches, such as copying profiles. */
@FunctionalInterface
public interface BackgroundTask {
    /**
     * Does one step of at most some 200 microseconds on the shard's thread.
     *
     * @return false when all is done; the task is then dropped.
     */
    boolean step();
}
