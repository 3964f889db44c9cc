package io.opportune.engine.ledger;

/** For how long one limit of a budget holds. */
public enum BudgetPeriod {
    /** For the life of the budget: one line, period 0. */
    TOTAL,
    /** From midnight to midnight in the campaign's zone: one line a day, whose period is the local epoch day. */
    DAILY
}
