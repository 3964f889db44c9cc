package io.opportune.engine.ledger;

/** What the rest of the server must hear of the ledger. Called on the ledger's thread; must not block or throw. */
public interface LedgerListener {
    /** Hears nothing. */
    LedgerListener NONE = new LedgerListener() {
        @Override
        public void exhausted(final int budgetId, final int scopeId, final int campaignId, final boolean exhausted) {
            // Nobody listens.
        }

        @Override
        public void broken(final LineTotals line, final String what) {
            // Nobody listens.
        }
    };

    /**
     * Nothing is left of a budget's newest period, or something is again.
     *
     * @param budgetId   registry id.
     * @param scopeId    0, a store or a deal.
     * @param campaignId registry id, 0 when the budget is not declared.
     * @param exhausted  true when spent, reserved and late spend take the whole limit.
     */
    void exhausted(int budgetId, int scopeId, int campaignId, boolean exhausted);

    /**
     * The invariant does not hold for a line. It grants nothing any more until the process starts again.
     *
     * @param line as it is.
     * @param what in words.
     */
    void broken(LineTotals line, String what);
}
