package io.opportune.engine.uplift;

/**
 * How a report is wanted.
 *
 * @param campaignId       registry id of the one campaign wanted; {@link #ALL}: all, and all offers together.
 * @param slicing          into which parts comparisons are cut.
 * @param untilNs          business time up to which is read, exclusive, nanoseconds since 1970.
 * @param windowNs         how long after the first offer outcomes count; 0: as each campaign says, 30 days for all
 *                         offers together.
 * @param plannedCustomers of both arms at which sequential intervals are narrowest, 1 or more; to be chosen before one
 *                         looks.
 * @param adjusted         whether estimates are adjusted by what customers did before.
 * @param simultaneous     whether all intervals of the report hold together, rather than each by itself (Bonferroni).
 */
public record UpliftOptions(
    int campaignId, Slicing slicing, long untilNs, long windowNs, long plannedCustomers, boolean adjusted,
    boolean simultaneous) {
    /** {@link #campaignId} of a report on all campaigns. */
    public static final int ALL = 0;
    /** With it intervals are at most 1.7 times as wide as those for one look from 5,000 to 300,000 customers. */
    public static final long DEFAULT_PLANNED_CUSTOMERS = 20_000;

    /** Parts of a comparison. */
    public enum Slicing {
        /** None. */
        NONE,
        /** By the channel of the first offer. */
        CHANNEL,
        /** By the segments that the customer was in at the first offer; a customer may be in several. */
        SEGMENT
    }

    /**
     * Everything, whole.
     *
     * @return options without limits.
     */
    public static UpliftOptions all() {
        return new UpliftOptions(ALL, Slicing.NONE, Long.MAX_VALUE, 0, DEFAULT_PLANNED_CUSTOMERS, false, false);
    }
}
