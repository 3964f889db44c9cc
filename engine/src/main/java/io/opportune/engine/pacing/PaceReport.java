package io.opportune.engine.pacing;

/**
 * How one budget keeps its plan. Amounts are in the unit of the budget.
 *
 * @param campaignId    of the registry.
 * @param line          by which the {@link SpendSource} knows the budget.
 * @param limit         of the current period.
 * @param planned       what should have been spent by now.
 * @param spent         what was, late spend included.
 * @param reserved      what may yet be.
 * @param paceError     spent and reserved less planned, as a share of the limit; below 0 when behind.
 * @param participation in which the campaign takes part, all its budgets considered, 0..1.
 * @param multiplier    of its bids, all its budgets considered.
 * @param limitedBy     what keeps this budget from being spent faster.
 */
public record PaceReport(
    int campaignId, int line, long limit, long planned, long spent, long reserved, double paceError,
    double participation, double multiplier, LimitedBy limitedBy) {
}
