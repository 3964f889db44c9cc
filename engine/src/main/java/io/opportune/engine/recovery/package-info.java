/**
 * Snapshots and starting again: profiles are copied to checksummed files while the shards serve; a start takes the
 * newest whole snapshot and applies the journal's tail to it. The live maps are never trusted after a stop, so that a
 * kill and an orderly stop take the same way. Runs on control threads and, in small steps, on the shards.
 */
package io.opportune.engine.recovery;
