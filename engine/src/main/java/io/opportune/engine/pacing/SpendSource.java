package io.opportune.engine.pacing;

/**
 * Where a {@link PacingLoop} reads what was spent and how much came. Amounts are micros of the budget's currency, or
 * pieces where a budget counts; the controller only compares them. Called by the loop's thread; the figures of one line
 * should be of one moment.
 */
public interface SpendSource {
    /** The period of a total budget; that of a daily one is the local day, days since 1970-01-01. */
    int TOTAL = 0;

    /**
     * What may be spent in a period.
     *
     * @param line of the ledger.
     * @return 0 or more; may change at any time.
     */
    long limit(int line);

    /**
     * What was spent.
     *
     * @param line   of the ledger.
     * @param period {@link #TOTAL} or a local day.
     * @return 0 or more; 0 for a period in which nothing was spent yet.
     */
    long spent(int line, int period);

    /**
     * What is reserved and neither spent nor released.
     *
     * @param line   of the ledger.
     * @param period {@link #TOTAL} or a local day.
     * @return 0 or more.
     */
    long reserved(int line, int period);

    /**
     * What was spent after its reservation had ended.
     *
     * @param line   of the ledger.
     * @param period {@link #TOTAL} or a local day.
     * @return 0 or more, not part of {@link #spent}.
     */
    long late(int line, int period);

    /**
     * For how many requests the campaign was eligible and would have been taken, counted before its participation was
     * asked.
     *
     * @param campaignId of the registry.
     * @return since any moment; less than before when counting began anew.
     */
    long opportunities(int campaignId);
}
