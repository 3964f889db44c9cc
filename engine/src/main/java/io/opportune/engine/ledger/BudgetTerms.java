package io.opportune.engine.ledger;

import java.time.ZoneId;

/**
 * What the catalogue says about one budget.
 *
 * @param budgetId     registry id.
 * @param scopeId      0, or the store or deal that this limit is for.
 * @param campaignId   registry id of the campaign that stops when the budget is spent.
 * @param unit         of {@code limit} and {@code maxLiability}.
 * @param currency     ISO 4217 number of {@link BudgetUnit#MICROS}; 0 for counts.
 * @param limit        of each period, 0 or more.
 * @param period       for how long the limit holds.
 * @param zone         whose midnights divide the days of {@link BudgetPeriod#DAILY}.
 * @param maxLiability the largest single reservation that is known, 0 or more: no lease is smaller while there is that
 *                     much.
 */
public record BudgetTerms(
    int budgetId,
    int scopeId,
    int campaignId,
    BudgetUnit unit,
    int currency,
    long limit,
    BudgetPeriod period,
    ZoneId zone,
    long maxLiability) {

    /** Largest limit: sums of a few limits stay far from overflow. */
    public static final long MAX_LIMIT = Long.MAX_VALUE >> 3;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the field, what was found and what is allowed.
     */
    public BudgetTerms {
        require(unit != null, "unit", null, "one of BudgetUnit");
        require(period != null, "period", null, "one of BudgetPeriod");
        require(zone != null, "zone", null, "a time zone");
        require(limit >= 0 && limit <= MAX_LIMIT, "limit", limit, "0 to " + MAX_LIMIT);
        require(maxLiability >= 0 && maxLiability <= MAX_LIMIT, "maxLiability", maxLiability, "0 to " + MAX_LIMIT);
    }

    private static void require(final boolean ok, final String field, final Object found, final String allowed) {
        if (!ok) {
            throw new IllegalArgumentException("budget: " + field + " is " + found + ", allowed: " + allowed);
        }
    }
}
