package io.opportune.engine.ledger;

/** What a budget is counted in. */
public enum BudgetUnit {
    /** Millionths of a currency's unit. */
    MICROS,
    /** Pieces: redemptions, impressions. */
    COUNT
}
