package io.opportune.engine.profile;

/** What a cap counts together. The ordinals are part of the keys of counters. */
public enum CapScope {
    /** One offer. */
    OFFER,
    /** All offers of a campaign. */
    CAMPAIGN,
    /** All offers of an advertiser. */
    ADVERTISER,
    /** All offers of a category. */
    CATEGORY,
    /** Every offer: the contact policy. */
    ALL
}
