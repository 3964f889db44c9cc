package io.opportune.engine.decision;

import io.opportune.protocol.ReasonCode;

/** Why an offer is not made although the catalogue has it. An offer is live when no reason holds it. */
public enum HoldReason {
    /** An operator paused it. */
    PAUSED(1, ReasonCode.PAUSED),
    /** A budget is spent. */
    BUDGET(2, ReasonCode.BUDGET_EXHAUSTED);

    private final int code;
    private final ReasonCode explanation;

    HoldReason(final int code, final ReasonCode explanation) {
        this.code = code;
        this.explanation = explanation;
    }

    /**
     * Number in the journal.
     *
     * @return 1..255, never reused.
     */
    public int code() {
        return code;
    }

    /**
     * What a decision says of the offer.
     *
     * @return a code of the 4xx band.
     */
    public ReasonCode explanation() {
        return explanation;
    }

    /**
     * The reason with a number.
     *
     * @param code from the journal.
     * @return null when this version does not know it.
     */
    public static HoldReason of(final int code) {
        for (final HoldReason reason : values()) {
            if (reason.code == code) {
                return reason;
            }
        }
        return null;
    }
}
