package io.opportune.protocol.client;

import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.RejectReason;

/**
 * Takes the outcome of one report; exactly one of its methods is called, once. Called on the client's event loop, or on
 * the caller's thread when the report could not be taken: it must not block.
 */
public interface ReceiptHandler {
    /**
     * The server acknowledged.
     *
     * @param eventIdHigh of what was reported.
     * @param eventIdLow  of what was reported.
     * @param status      what became of it, see {@link Receipt}.
     * @param reasonCode  number of a {@link io.opportune.protocol.ReasonCode}.
     */
    void onReceipt(long eventIdHigh, long eventIdLow, AckStatus status, int reasonCode);

    /**
     * There is no acknowledgement. After TIMEOUT, DISCONNECTED and CLOSED the server may or may not have the event; the
     * same event id may be reported again.
     *
     * @param kind         why.
     * @param rejectReason the server's reason when {@code kind} is REJECTED, otherwise {@code NULL_VAL}.
     * @param text         the server's words, possibly empty.
     */
    void onFailure(FailureKind kind, RejectReason rejectReason, String text);
}
