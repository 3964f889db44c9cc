package io.opportune.engine.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collection;
import org.agrona.DirectBuffer;

/** Skeleton of the contract; the next commit fills it. */
public class Ledger {
    private final LedgerSettings settings;

    /**
     * An empty ledger in recovery: nothing is leased before {@link #startLeasing}.
     *
     * @param settings bounds and horizons.
     * @param listener hears of exhausted and broken lines.
     */
    public Ledger(final LedgerSettings settings, final LedgerListener listener) {
        this.settings = settings;
    }

    /**
     * The budgets of a new catalogue.
     *
     * @param terms all of them.
     */
    public void declare(final Collection<BudgetTerms> terms) {
        throw new UnsupportedOperationException();
    }

    /**
     * The dense number of a budget, stable for the life of the process. Any thread may ask.
     *
     * @param budgetId registry id.
     * @param scopeId  0, a store or a deal.
     * @return -1 when it was never declared nor reserved.
     */
    public int slotOf(final int budgetId, final int scopeId) {
        throw new UnsupportedOperationException();
    }

    /**
     * A decision that is in the journal, live or replayed.
     *
     * @param shard        whose stream.
     * @param journalIndex ascending in the stream; skipped when not above {@link #position}.
     * @param appendTimeNs of the record.
     * @param decisionHigh upper half of its id.
     * @param decisionLow  lower half of its id.
     * @param block        {@link ReservationBlock}.
     * @param offset       of the block.
     * @param length       of the block in bytes.
     */
    public void onReserved(
        final int shard,
        final long journalIndex,
        final long appendTimeNs,
        final long decisionHigh,
        final long decisionLow,
        final DirectBuffer block,
        final int offset,
        final int length) {
        throw new UnsupportedOperationException();
    }

    /**
     * An event that is in the journal, live or replayed.
     *
     * @param shard        whose stream.
     * @param journalIndex ascending in the stream; skipped when not above {@link #position}.
     * @param appendTimeNs of the record.
     * @param eventIdHigh  upper half of its id.
     * @param eventIdLow   lower half of its id.
     * @param decisionHigh upper half of the decision's id.
     * @param decisionLow  lower half of the decision's id.
     * @param offerId      which of the decision's offers.
     * @param block        {@link SettlementBlock}.
     * @param offset       of the block.
     * @param length       of the block in bytes.
     */
    public void onSettled(
        final int shard,
        final long journalIndex,
        final long appendTimeNs,
        final long eventIdHigh,
        final long eventIdLow,
        final long decisionHigh,
        final long decisionLow,
        final int offerId,
        final DirectBuffer block,
        final int offset,
        final int length) {
        throw new UnsupportedOperationException();
    }

    /**
     * Every stream has been consumed up to a time: what came before is final, reservations that ended are freed.
     *
     * @param completeNs  wall clock, nanoseconds since 1970.
     * @param monotonicNs a clock that only moves on, for the speed limit of the expiry.
     */
    public void tick(final long completeNs, final long monotonicNs) {
        throw new UnsupportedOperationException();
    }

    /**
     * Recovery is over: from here on reservations come out of leases.
     *
     * @param shards that will spend, from 0.
     */
    public void startLeasing(final int shards) {
        throw new UnsupportedOperationException();
    }

    /**
     * The journal index up to which a shard's stream was consumed: replay begins behind it.
     *
     * @param shard whose stream.
     * @return {@link Long#MIN_VALUE} when nothing was.
     */
    public long position(final int shard) {
        throw new UnsupportedOperationException();
    }

    /**
     * Where a shard's journal really ends, before its replay: after a lost machine it may end before the position of a
     * snapshot, and then new records take the places of those that were lost.
     *
     * @param shard     whose journal.
     * @param lastIndex of its last record; {@link Long#MIN_VALUE} when it is empty.
     */
    public void journalEndsAt(final int shard, final long lastIndex) {
        throw new UnsupportedOperationException();
    }

    /**
     * The latest append time seen, below which no new record may be stamped.
     *
     * @return nanoseconds since 1970; {@link Long#MIN_VALUE} when nothing was seen.
     */
    public long latestNs() {
        throw new UnsupportedOperationException();
    }

    /**
     * All totals, now. For the ledger's thread; others read {@link LedgerAgent#totals}.
     *
     * @return a copy.
     */
    public LedgerTotals totals() {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes the whole state. Its records must be on the disk before the file counts: sync the journals first.
     *
     * @param out to write to; stays open.
     * @throws IOException from the stream.
     */
    public void write(final OutputStream out) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes over a state that was written, into an empty ledger.
     *
     * @param in to read from, to its end.
     * @throws IOException when it is torn, damaged or of an unknown version, with the reason; the ledger stays empty.
     */
    public void read(final InputStream in) throws IOException {
        throw new UnsupportedOperationException();
    }
}
