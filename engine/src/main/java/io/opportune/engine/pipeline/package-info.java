/**
 * Rings and shards: one Disruptor ring and one {@link io.opportune.engine.pipeline.Shard} per thread that decides. A
 * shard owns some partitions and is the only writer of their profiles. It runs on a thread of its own or, where cores
 * are few, on the event loop that fed it; the code is the same. The only package that knows the Disruptor.
 */
package io.opportune.engine.pipeline;
