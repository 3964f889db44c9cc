package io.opportune.engine.uplift;

import java.util.List;

/**
 * What offers brought, by comparison with control groups.
 *
 * @param comparisons       all offers together first, then campaigns by id; empty without control groups.
 * @param alpha             probability with which each interval may miss the truth.
 * @param intervals         how many intervals of a kind the report shows.
 * @param plannedCustomers  for which sequential intervals were planned.
 * @param adjusted          whether estimates are adjusted by what customers did before.
 * @param fromNs            business time of the first record read; Long.MAX_VALUE without records.
 * @param toNs              end of what was looked at, nanoseconds since 1970.
 * @param decisions         with offers made, or kept back for a control group.
 * @param namelessDecisions of them for customers who are unknown or agreed to nothing: in no comparison.
 * @param unknownSettings   of them under catalogues that are not kept: in no comparison.
 * @param redacted          records of erased customers that are overwritten.
 * @param damaged           records that cannot be read.
 */
public record UpliftReport(
    List<Comparison> comparisons, double alpha, int intervals, long plannedCustomers, boolean adjusted, long fromNs,
    long toNs, long decisions, long namelessDecisions, long unknownSettings, long redacted, long damaged) {
    /** Copies the list. */
    public UpliftReport {
        comparisons = List.copyOf(comparisons);
    }

    /**
     * Whether any comparison has arms of the wrong size.
     *
     * @return true: look there first.
     */
    public boolean hasAlarm() {
        return comparisons.stream().anyMatch(comparison -> comparison.whole().alarm());
    }
}
