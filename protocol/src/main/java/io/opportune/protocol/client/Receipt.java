package io.opportune.protocol.client;

import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.AckStatus;
import java.util.UUID;

/**
 * The server's word on an event, a context update or a link.
 *
 * @param eventId    of what was reported.
 * @param status     ACCEPTED: journalled and applied; DUPLICATE: it was before (this is what a report that was sent
 *                   again after a lost connection often gets); UNKNOWN and REJECTED: nothing was applied;
 *                   {@code SBE_UNKNOWN} for a status of a newer server.
 * @param reasonCode number of a {@link ReasonCode}.
 */
public record Receipt(UUID eventId, AckStatus status, int reasonCode) {
    /**
     * Whether the event is in the server's journal, from this report or an earlier one.
     *
     * @return true for ACCEPTED and DUPLICATE.
     */
    public boolean recorded() {
        return status == AckStatus.ACCEPTED || status == AckStatus.DUPLICATE;
    }

    /**
     * The reason by name.
     *
     * @return null for a code of a newer server.
     */
    public ReasonCode reason() {
        return ReasonCode.of(reasonCode);
    }
}
