package io.opportune.engine.exchange;

/** How an exchange writes the price into a notice. */
public enum PriceScheme {
    /** As a decimal number. */
    PLAIN,
    /**
     * Encrypted with a pad of HMAC-SHA-1 and signed, as Google does: 16 bytes of initialisation vector, 8 of price, 4
     * of signature, in web-safe base64 without padding.
     */
    GOOGLE_HMAC_SHA1
}
