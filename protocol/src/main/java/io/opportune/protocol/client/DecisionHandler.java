package io.opportune.protocol.client;

import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.RejectReason;

/**
 * Takes the outcome of one decision call; exactly one of its methods is called, once. Called on the client's event
 * loop, or on the caller's thread when the call could not be sent: it must not block.
 */
public interface DecisionHandler {
    /**
     * The server answered in time.
     *
     * @param response checked to lie within its frame; valid only during the call.
     */
    void onDecision(DecisionResponseDecoder response);

    /**
     * There is no answer in time; the caller goes on with its own fallback.
     *
     * @param kind         why.
     * @param rejectReason the server's reason when {@code kind} is REJECTED, otherwise {@code NULL_VAL}.
     */
    void onFallback(FailureKind kind, RejectReason rejectReason);
}
