package io.opportune.engine.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What one decision reserves: an entry for each offer of the slate and each budget line that the offer is under. Stands
 * in the decision's record and goes to the ledger unchanged. Stateless; little endian.
 *
 * <pre>
 *   0        4         8        12       16                24           28
 *   +--------+---------+--------+--------+-----------------+------------+
 *   | offer  | budget  | scope  | period | amount          | hold       |
 *   | i32    | i32     | i32    | i32    | i64             | seconds i32|
 *   +--------+---------+--------+--------+-----------------+------------+
 * </pre>
 *
 * <p>The amount is in micros or pieces, 0 or more; the hold says how long it stays reserved when nothing is heard of
 * it, counted from the record's append time. Of one offer's entries the first one's hold counts.
 */
public final class ReservationBlock {
    /** Bytes of one entry. */
    public static final int ENTRY_LENGTH = 28;
    /** Entries of the longest block: 32 offers, each under twelve budgets of its own and twelve of its campaign. */
    public static final int MAX_ENTRIES = 32 * 24;

    private static final int BUDGET = 4;
    private static final int SCOPE = 8;
    private static final int PERIOD = 12;
    private static final int AMOUNT = 16;
    private static final int HOLD = 24;

    private ReservationBlock() {
    }

    /**
     * Writes one entry.
     *
     * @param buffer      to write to.
     * @param offset      of the block.
     * @param index       of the entry, from 0.
     * @param offerId     registry id.
     * @param budgetId    registry id.
     * @param scopeId     0, a store or a deal.
     * @param period      0, or the local epoch day.
     * @param amount      reserved.
     * @param holdSeconds how long.
     * @return the block's length in bytes up to and with this entry.
     */
    public static int put(
        final MutableDirectBuffer buffer,
        final int offset,
        final int index,
        final int offerId,
        final int budgetId,
        final int scopeId,
        final int period,
        final long amount,
        final int holdSeconds) {

        final int at = offset + index * ENTRY_LENGTH;
        buffer.putInt(at, offerId, LITTLE_ENDIAN);
        buffer.putInt(at + BUDGET, budgetId, LITTLE_ENDIAN);
        buffer.putInt(at + SCOPE, scopeId, LITTLE_ENDIAN);
        buffer.putInt(at + PERIOD, period, LITTLE_ENDIAN);
        buffer.putLong(at + AMOUNT, amount, LITTLE_ENDIAN);
        buffer.putInt(at + HOLD, holdSeconds, LITTLE_ENDIAN);
        return (index + 1) * ENTRY_LENGTH;
    }

    /**
     * How many entries a block has.
     *
     * @param length of the block in bytes.
     * @return 0 to {@link #MAX_ENTRIES}.
     * @throws IllegalArgumentException when no block has this length.
     */
    public static int count(final int length) {
        final int count = length / ENTRY_LENGTH;
        if (length < 0 || count * ENTRY_LENGTH != length || count > MAX_ENTRIES) {
            throw new IllegalArgumentException("a block of reservations has " + length + " bytes, allowed: 0 to "
                + MAX_ENTRIES + " times " + ENTRY_LENGTH);
        }
        return count;
    }

    /**
     * An entry's offer.
     *
     * @param buffer to read from.
     * @param offset of the block.
     * @param index  of the entry.
     * @return registry id.
     */
    public static int offerId(final DirectBuffer buffer, final int offset, final int index) {
        return buffer.getInt(offset + index * ENTRY_LENGTH, LITTLE_ENDIAN);
    }

    /**
     * An entry's budget.
     *
     * @param buffer to read from.
     * @param offset of the block.
     * @param index  of the entry.
     * @return registry id.
     */
    public static int budgetId(final DirectBuffer buffer, final int offset, final int index) {
        return buffer.getInt(offset + index * ENTRY_LENGTH + BUDGET, LITTLE_ENDIAN);
    }

    /**
     * An entry's scope.
     *
     * @param buffer to read from.
     * @param offset of the block.
     * @param index  of the entry.
     * @return 0, a store or a deal.
     */
    public static int scopeId(final DirectBuffer buffer, final int offset, final int index) {
        return buffer.getInt(offset + index * ENTRY_LENGTH + SCOPE, LITTLE_ENDIAN);
    }

    /**
     * An entry's period.
     *
     * @param buffer to read from.
     * @param offset of the block.
     * @param index  of the entry.
     * @return 0, or the local epoch day.
     */
    public static int period(final DirectBuffer buffer, final int offset, final int index) {
        return buffer.getInt(offset + index * ENTRY_LENGTH + PERIOD, LITTLE_ENDIAN);
    }

    /**
     * What an entry reserves.
     *
     * @param buffer to read from.
     * @param offset of the block.
     * @param index  of the entry.
     * @return micros or pieces.
     */
    public static long amount(final DirectBuffer buffer, final int offset, final int index) {
        return buffer.getLong(offset + index * ENTRY_LENGTH + AMOUNT, LITTLE_ENDIAN);
    }

    /**
     * How long an entry reserves.
     *
     * @param buffer to read from.
     * @param offset of the block.
     * @param index  of the entry.
     * @return seconds.
     */
    public static int holdSeconds(final DirectBuffer buffer, final int offset, final int index) {
        return buffer.getInt(offset + index * ENTRY_LENGTH + HOLD, LITTLE_ENDIAN);
    }
}
