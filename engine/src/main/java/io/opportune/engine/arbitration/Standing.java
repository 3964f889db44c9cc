package io.opportune.engine.arbitration;

/** What became of a contender. */
public enum Standing {
    /** It has a place. */
    CHOSEN,
    /** Others took the places, or it stands in a lower tier than those who were left. */
    OUTRANKED,
    /** It is less likely, or scores less, than the rules want. */
    BELOW_THRESHOLD,
    /** The slate holds as many of its category as the rules allow. */
    CATEGORY_TAKEN,
    /** The slate holds as many of its advertiser as the rules allow. */
    ADVERTISER_TAKEN,
    /** The guard did not admit it. */
    NOT_ADMITTED,
    /** A number of it is not finite, or negative. */
    INVALID
}
