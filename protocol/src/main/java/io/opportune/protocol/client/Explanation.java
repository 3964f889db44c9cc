package io.opportune.protocol.client;

import io.opportune.protocol.ReasonCode;

/**
 * Why a candidate is not among the offers of a decision.
 *
 * @param offerId    registry id of the candidate.
 * @param reasonCode number of a {@link ReasonCode}.
 */
public record Explanation(int offerId, int reasonCode) {
    /**
     * The reason by name.
     *
     * @return null for a code of a newer server.
     */
    public ReasonCode reason() {
        return ReasonCode.of(reasonCode);
    }
}
