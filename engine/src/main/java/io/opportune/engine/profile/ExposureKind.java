package io.opportune.engine.profile;

/** What a profile counts per offer; the ordinals are part of the profile's layout documentation, not of its bytes. */
public enum ExposureKind {
    /** The offer was in an answer. */
    DECISION,
    /** The offer was shown. */
    IMPRESSION,
    /** The customer asked for more. */
    CLICK,
    /** The customer took the offer. */
    ACCEPT,
    /** The customer refused the offer. */
    DECLINE,
    /** The offer was redeemed at a till. */
    REDEMPTION
}
