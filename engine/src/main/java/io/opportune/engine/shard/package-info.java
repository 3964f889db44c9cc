/**
 * What a shard does with each message: decide or judge, append to the journal, apply, answer, in that order. Ties
 * decision, state and journal together; called only by the thread that runs the shard.
 */
package io.opportune.engine.shard;
