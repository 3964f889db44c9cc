/**
 * Item-to-item collaborative filtering: what is bought beside and after what. {@link
 * io.opportune.engine.affinity.AffinityBuilder} counts baskets, of the journal at once or one by one as they come, on
 * one thread; {@link io.opportune.engine.affinity.AffinityTable} is what was counted, off-heap, immutable, for any
 * thread; {@link io.opportune.engine.affinity.AffinityScorer} asks it, one a shard, without locks or allocation.
 */
package io.opportune.engine.affinity;
