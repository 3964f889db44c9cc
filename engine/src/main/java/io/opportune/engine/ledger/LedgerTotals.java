package io.opportune.engine.ledger;

import java.util.List;

/**
 * All that the ledger tells of itself, taken at one moment between two records. Immutable; read by any thread.
 *
 * @param timeNs        up to which reservations were expired, nanoseconds since 1970; {@link Long#MIN_VALUE} at first.
 * @param lines         every line, in no order.
 * @param known         reservations kept, settled ones within their horizon counted.
 * @param capacity      how many may be known before no shard may reserve.
 * @param duplicates    events that were known already, over all lines.
 * @param replayed      records that were skipped because they had been consumed before.
 * @param unmatched     settlements of reservations that were not known (yet), over all lines.
 * @param refundsUnknown reversals of which nothing was known to have been spent.
 * @param disordered    records that came after their time had been declared complete; 0 unless clocks were misused.
 * @param brokenLines   lines whose invariant did not hold.
 */
public record LedgerTotals(
    long timeNs,
    List<LineTotals> lines,
    int known,
    int capacity,
    long duplicates,
    long replayed,
    long unmatched,
    long refundsUnknown,
    long disordered,
    int brokenLines) {

    /** Nothing yet. */
    public static final LedgerTotals EMPTY = new LedgerTotals(Long.MIN_VALUE, List.of(), 0, 0, 0, 0, 0, 0, 0, 0);

    /**
     * Finds a line; walks over all.
     *
     * @param budgetId registry id.
     * @param scopeId  0, a store or a deal.
     * @param period   0, or the local epoch day.
     * @return null when there is none.
     */
    public LineTotals line(final int budgetId, final int scopeId, final int period) {
        for (final LineTotals line : lines) {
            if (line.budgetId() == budgetId && line.scopeId() == scopeId && line.period() == period) {
                return line;
            }
        }
        return null;
    }
}
