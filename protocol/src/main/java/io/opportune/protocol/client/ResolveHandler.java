package io.opportune.protocol.client;

import io.opportune.protocol.codec.RejectReason;
import io.opportune.protocol.codec.ResolveResponseDecoder;

/** Takes the outcome of one name lookup on the event loop. */
interface ResolveHandler {
    void onNames(ResolveResponseDecoder response);

    void onFailure(FailureKind kind, RejectReason rejectReason, String text);
}
