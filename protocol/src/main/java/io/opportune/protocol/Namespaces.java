package io.opportune.protocol;

/** Well-known issuers of customer ids, as {@code customerNamespace} on the wire; 0 is invalid. */
public final class Namespaces {
    /** A loyalty card or membership number. */
    public static final int LOYALTY = 1;
    /** A household; its pseudonyms win over persons' when ids are linked. */
    public static final int HOUSEHOLD = 2;
    /** A device known to the retailer. */
    public static final int DEVICE = 3;
    /** An account of the retailer's app. */
    public static final int APP_ACCOUNT = 4;
    /** A hashed e-mail address. */
    public static final int EMAIL_HASH = 5;
    /** A payment token. */
    public static final int PAYMENT_TOKEN = 6;
    /** A mobile advertising id (IFA). */
    public static final int ADVERTISING_ID = 7;
    /** First number that is free for exchanges and partners; 8..255 are reserved. */
    public static final int FIRST_PARTNER = 256;

    private Namespaces() {
    }
}
