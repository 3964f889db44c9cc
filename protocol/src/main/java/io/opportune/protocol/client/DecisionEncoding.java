package io.opportune.protocol.client;

import io.opportune.protocol.codec.DecisionRequestEncoder;

/** Fills in a decision request without garbage. Called on the caller's thread, before the call returns. */
@FunctionalInterface
public interface DecisionEncoding {
    /**
     * Encodes everything but correlation id, send time and time budget, which the client has written. All other fields
     * hold their null values, channel and moment included, which must be set. Either all groups and the customer id are
     * written, in the order of the schema, or none of them; what the schema has behind the customer id is the client's.
     *
     * @param request to fill in; not to be kept.
     */
    void encode(DecisionRequestEncoder request);
}
