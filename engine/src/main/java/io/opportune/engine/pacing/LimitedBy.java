package io.opportune.engine.pacing;

/** What keeps a budget from being spent faster. */
public enum LimitedBy {
    /** The controller: it could be spent faster and is not meant to be. */
    PACE,
    /** It takes part in everything, with the highest bid if it bids, and there is too little of it. */
    SUPPLY,
    /** It takes part in everything with its highest bid, and would keep pace if it won it: it wins too seldom. */
    BID,
    /** All of the budget is spent or reserved. */
    BUDGET,
    /** It is outside its flight or its hours. */
    SCHEDULE
}
