package io.opportune.protocol.client;

import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;

/**
 * The fixed number of slots that bounds what a client has in hand. Any thread claims, the event loop (or a caller whose
 * encoding failed) releases; finding is for the event loop.
 */
final class RequestPool {
    private final PendingRequest[] slots;
    private final ManyToManyConcurrentArrayQueue<PendingRequest> freeDecisions;
    private final ManyToManyConcurrentArrayQueue<PendingRequest> freeReports;

    RequestPool(final int decisions, final int reports) {
        slots = new PendingRequest[decisions + reports];
        freeDecisions = new ManyToManyConcurrentArrayQueue<>(Math.max(2, decisions));
        freeReports = new ManyToManyConcurrentArrayQueue<>(Math.max(2, reports));
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new PendingRequest(i);
            if (i < decisions) {
                slots[i].kind = PendingRequest.Kind.DECISION;
                freeDecisions.offer(slots[i]);
            } else {
                freeReports.offer(slots[i]);
            }
        }
    }

    /** Returns null when all are in use. */
    PendingRequest claimDecision() {
        return freeDecisions.poll();
    }

    /** Returns null when all are in use. */
    PendingRequest claimReport(final PendingRequest.Kind kind) {
        final PendingRequest request = freeReports.poll();
        if (request != null) {
            request.kind = kind;
        }
        return request;
    }

    void release(final PendingRequest request) {
        request.clear();
        if (request.isDecision()) {
            freeDecisions.offer(request);
        } else {
            freeReports.offer(request);
        }
    }

    /** Returns null when no message with this id is on the wire. */
    PendingRequest onWire(final long correlationId) {
        final int slot = (int) (correlationId & ((1 << PendingRequest.SLOT_BITS) - 1));
        if (slot >= slots.length) {
            return null;
        }
        final PendingRequest request = slots[slot];
        return request.isOnWire() && request.correlationId == correlationId ? request : null;
    }

    int capacity() {
        return slots.length;
    }

    PendingRequest slot(final int index) {
        return slots[index];
    }

    /** Whether all slots lie in the pool. */
    boolean isIdle() {
        return freeDecisions.size() + freeReports.size() == slots.length;
    }
}
