package io.opportune.engine.ledger;

/**
 * One budget line as it stood when the totals were taken. Amounts are micros or pieces; {@code granted - returned =
 * spent + reserved + outstanding <= limit}, except that a limit that was lowered below what is spent lets no more be
 * granted and takes nothing back.
 *
 * @param budgetId     registry id.
 * @param scopeId      0, a store or a deal.
 * @param period       0, or the local epoch day.
 * @param campaignId   registry id, 0 when the budget is not declared.
 * @param limit        of the line.
 * @param granted      to shards, since the budget's first day.
 * @param returned     by shards, by releases, expiries and refunds.
 * @param spent        committed within what was reserved in time, less what was refunded of it.
 * @param reserved     by decisions that are not settled.
 * @param outstanding  in the shards' leases.
 * @param lateSpend    committed beyond a reservation, or after it ended, less what was refunded of it.
 * @param refunds      given back of spent and late spend.
 * @param reservations that named this line.
 * @param commits      that named this line, duplicates excluded.
 * @param releases     of reservations of this line.
 * @param expiries     of reservations of this line.
 * @param duplicates   events that named this line and were known already.
 * @param broken       whether the invariant was found not to hold.
 */
public record LineTotals(
    int budgetId,
    int scopeId,
    int period,
    int campaignId,
    long limit,
    long granted,
    long returned,
    long spent,
    long reserved,
    long outstanding,
    long lateSpend,
    long refunds,
    long reservations,
    long commits,
    long releases,
    long expiries,
    long duplicates,
    boolean broken) {

    /**
     * What could still be reserved, by whichever shard.
     *
     * @return below 0 when late spend or a lowered limit has taken more than there was.
     */
    public long left() {
        return limit - lateSpend - spent - reserved;
    }
}
