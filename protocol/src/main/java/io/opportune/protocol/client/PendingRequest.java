package io.opportune.protocol.client;

import io.opportune.protocol.codec.ContextUpdateEncoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.IdentityLinkEncoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.ResolveRequestEncoder;
import org.agrona.ExpandableArrayBuffer;

/**
 * A reused slot for one message and whoever awaits its answer. Owned by the caller between claim and submission, then
 * by the event loop until it is released; only its owner touches it.
 */
final class PendingRequest {
    /** Bits of the correlation id that number the slot; the others count its uses, so that no id ever comes back. */
    static final int SLOT_BITS = 16;

    private static final int INITIAL_FRAME_BYTES = 512;

    enum Kind {
        DECISION, EVENT, CONTEXT, RESOLVE
    }

    enum State {
        /** In the pool, or with a caller that encodes. */
        IDLE,
        /** A report that waits for a connection or for room on it. */
        WAITING,
        /** On the wire, and its caller waits. */
        SENT,
        /** On the wire; its caller was told that time ran out. */
        ABANDONED
    }

    final int slot;
    final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(INITIAL_FRAME_BYTES);
    final MessageHeaderEncoder header = new MessageHeaderEncoder();
    final DecisionRequestEncoder decision = new DecisionRequestEncoder();
    final EventReportEncoder event = new EventReportEncoder();
    final ContextUpdateEncoder context = new ContextUpdateEncoder();
    final IdentityLinkEncoder link = new IdentityLinkEncoder();
    final ResolveRequestEncoder resolve = new ResolveRequestEncoder();
    long correlationId;
    int frameLengthBytes;
    Kind kind;
    State state = State.IDLE;
    DecisionHandler decisionHandler;
    ReceiptHandler receiptHandler;
    ResolveHandler resolveHandler;
    long eventIdHigh;
    long eventIdLow;
    int nameCount;
    long sendTimeEpochNs;
    /** Orders reports that are sent again. */
    long sequence;
    /** When the caller's patience ends. */
    long deadlineNs;
    long sentNs;
    /** How often it was sent. */
    int attempts;
    /** When the timer has to look at this slot: the deadline or the answer time-out, whichever is first. */
    long dueNs;
    int heapIndex = -1;

    PendingRequest(final int slot) {
        this.slot = slot;
        correlationId = (1L << SLOT_BITS) | slot;
    }

    boolean isDecision() {
        return kind == Kind.DECISION;
    }

    boolean isOnWire() {
        return state == State.SENT || state == State.ABANDONED;
    }

    /** Takes the answer's right to complete the caller away from everybody else. */
    void clear() {
        state = State.IDLE;
        attempts = 0;
        decisionHandler = null;
        receiptHandler = null;
        resolveHandler = null;
        correlationId += 1L << SLOT_BITS;
    }
}
