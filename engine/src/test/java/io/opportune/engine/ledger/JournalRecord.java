package io.opportune.engine.ledger;

import io.opportune.engine.journal.ReservationBlock;
import io.opportune.engine.journal.SettlementBlock;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** One record of a simulated journal: a decision's reservations, or one event. */
final class JournalRecord {
    /** One amount. */
    record Part(int offerId, LineKey line, long amount, int holdSeconds) {
    }

    /** A budget line's name. */
    record LineKey(int budgetId, int scopeId, int period) implements Comparable<LineKey> {
        @Override
        public int compareTo(final LineKey other) {
            if (budgetId != other.budgetId) {
                return Integer.compare(budgetId, other.budgetId);
            }
            return scopeId != other.scopeId
                ? Integer.compare(scopeId, other.scopeId)
                : Integer.compare(period, other.period);
        }
    }

    /** 0 for a decision, else the kind of the settlement. */
    final int kind;
    final long decisionId;
    final long eventId;
    final int offerId;
    final List<Part> parts;
    final UnsafeBuffer block;
    int shard;
    long index;
    long timeNs;

    JournalRecord(
        final int kind, final long decisionId, final long eventId, final int offerId, final List<Part> parts) {

        this.kind = kind;
        this.decisionId = decisionId;
        this.eventId = eventId;
        this.offerId = offerId;
        this.parts = parts;
        final int length = kind == 0
            ? parts.size() * ReservationBlock.ENTRY_LENGTH
            : SettlementBlock.HEADER_LENGTH + parts.size() * SettlementBlock.ENTRY_LENGTH;
        block = new UnsafeBuffer(new byte[length]);
        if (kind != 0) {
            SettlementBlock.begin(block, 0, kind);
        }
        for (int i = 0; i < parts.size(); i++) {
            final Part part = parts.get(i);
            if (kind == 0) {
                ReservationBlock.put(block, 0, i, part.offerId(), part.line().budgetId(), part.line().scopeId(),
                    part.line().period(), part.amount(), part.holdSeconds());
            } else {
                SettlementBlock.put(block, 0, i, part.line().budgetId(), part.line().scopeId(), part.line().period(),
                    part.amount());
            }
        }
    }

    /** Tells the ledger, as recovery does. */
    void replay(final Ledger ledger) {
        if (kind == 0) {
            ledger.onReserved(shard, index, timeNs, 1, decisionId, block, 0, block.capacity());
        } else {
            ledger.onSettled(shard, index, timeNs, 2, eventId, 1, decisionId, offerId, block, 0, block.capacity());
        }
    }

    /** Tells the shard's leases, as a shard does after it appended. */
    void publish(final ShardLeases leases) {
        if (kind == 0) {
            leases.reserved(index, timeNs, 1, decisionId, block, 0, block.capacity());
        } else {
            leases.settled(index, timeNs, 2, eventId, 1, decisionId, offerId, block, 0, block.capacity());
        }
    }

    boolean isBefore(final JournalRecord other) {
        if (timeNs != other.timeNs) {
            return timeNs < other.timeNs;
        }
        return shard != other.shard ? shard < other.shard : index < other.index;
    }
}
