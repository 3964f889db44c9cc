package io.opportune.engine.pipeline;

/** Something the server asks of a shard between decisions. Runs on the shard's thread; must not block. */
@FunctionalInterface
public interface ShardCommand {
    /** Does the work. */
    void run();
}
