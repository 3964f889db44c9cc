/**
 * Why a bid request got its bid, or none: decides on it once more, on threads of its own, with the parts that bid for
 * exchanges, and asks of each offer what stood in its way. Never journals, never changes anything, never runs on a
 * shard or an event loop; may allocate. Called by the server for {@code ?explain=} and by tools offline.
 */
package io.opportune.engine.explain;
