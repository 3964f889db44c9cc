package io.opportune.engine.ledger;

import java.util.List;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;

/** Skeleton of the contract; the next commit fills it. */
public class LedgerAgent implements Agent {
    /**
     * Joins a recovered ledger with its shards and starts leasing.
     *
     * @param ledger      recovered, its budgets declared.
     * @param links       of the shards, by shard number.
     * @param settings    of the ledger.
     * @param wallNs      the wall clock, nanoseconds since 1970.
     * @param monotonicNs a clock that only moves on.
     */
    public LedgerAgent(
        final Ledger ledger,
        final List<LedgerLink> links,
        final LedgerSettings settings,
        final LongSupplier wallNs,
        final LongSupplier monotonicNs) {
    }

    @Override
    public int doWork() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String roleName() {
        return "ledger";
    }

    /**
     * The totals as last published. Any thread.
     *
     * @return at most {@code totalsIntervalNs} old while the agent works.
     */
    public LedgerTotals totals() {
        throw new UnsupportedOperationException();
    }
}
