package io.opportune.engine.notice;

/** What is to be thought of the price that a notice says. */
public enum PriceState {
    /** It says none. */
    ABSENT,
    /** A macro stands in its place: the exchange does not replace it there. */
    UNRESOLVED,
    /** {@code AUDIT}: the markup was looked at by people or for its quality, nobody pays. */
    AUDIT,
    /** It is no number, or below 0. */
    MALFORMED,
    /** It should be encrypted and does not decrypt: it was made by somebody else, or the keys are wrong. */
    UNREADABLE,
    /** It is encrypted, and this server has no keys for the exchange. */
    NO_KEYS,
    /** It is in another currency than the bid. */
    OTHER_CURRENCY,
    /** It is above the bid, which nobody pays. */
    ABOVE_BID,
    /**
     * A number in the open that a browser says, which may say anything, of an exchange that says prices itself in the
     * notices of wins or bills.
     */
    UNTRUSTED,
    /** A number in the open, up to the bid. */
    PLAIN,
    /** A number that was encrypted, up to the bid. */
    DECRYPTED;

    /**
     * Whether the price is to be believed.
     *
     * @return true for the last two.
     */
    public boolean isKnown() {
        return this == PLAIN || this == DECRYPTED;
    }
}
