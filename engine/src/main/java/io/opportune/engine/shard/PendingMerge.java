package io.opportune.engine.shard;

import io.opportune.engine.session.ResponseSink;

/**
 * A merge whose source has been given up and whose target has not taken over yet. Links are rare: this one is
 * allocated.
 *
 * @param person          tag of the target's person that the source turned out to be; 0: one of its own.
 * @param sourceHigh      root that gives.
 * @param sourceLow       root that gives.
 * @param sourcePartition where its tombstone stands.
 * @param targetHigh      root that takes over.
 * @param targetLow       root that takes over.
 * @param businessTimeNs  of the link.
 * @param eventHigh       event id of the link.
 * @param eventLow        event id of the link.
 * @param profile         record of the source as it stood; empty when it had none.
 * @param sink            where the acknowledgement goes; null after a restart, when nobody waits any more.
 * @param sessionKey      whose it is.
 * @param correlationId   of the link.
 */
record PendingMerge(
    int person,
    long sourceHigh,
    long sourceLow,
    int sourcePartition,
    long targetHigh,
    long targetLow,
    long businessTimeNs,
    long eventHigh,
    long eventLow,
    byte[] profile,
    ResponseSink sink,
    long sessionKey,
    long correlationId) {

    PendingMerge withTarget(final long high, final long low) {
        return new PendingMerge(person, sourceHigh, sourceLow, sourcePartition, high, low, businessTimeNs, eventHigh,
            eventLow, profile, sink, sessionKey, correlationId);
    }
}
