package io.opportune.protocol;

/** Bits of a customer's consent, as they stand in the profile and in context updates. None is set by default. */
public final class Consent {
    /** A profile may be kept and read for choosing offers. Without it decisions use only what the request says. */
    public static final int PERSONALISATION = 1;
    /** Purchases may be remembered. */
    public static final int PURCHASE_HISTORY = 1 << 1;
    /** The customer's position may be used for choosing offers. */
    public static final int LOCATION = 1 << 2;
    /** Offers may be pushed to the customer outside a visit. */
    public static final int CONTACT = 1 << 3;
    /** Offers of advertisers other than the retailer may be shown. */
    public static final int THIRD_PARTY_ADVERTISING = 1 << 4;
    /** Ids of other channels may be linked to this customer. */
    public static final int CROSS_CHANNEL_LINKING = 1 << 5;

    /** All bits that have a meaning in this version. */
    public static final int ALL = (1 << 6) - 1;

    private Consent() {
    }
}
