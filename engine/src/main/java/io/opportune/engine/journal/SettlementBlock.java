package io.opportune.engine.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What one event does to the money that its decision reserved for one offer. Stands in the event's record and goes to
 * the ledger unchanged. Stateless; little endian.
 *
 * <pre>
 *   0      1         4
 *   +------+---------+  then entries of
 *   | kind | zeros   |
 *   +------+---------+
 *   0         4        8        12                20
 *   +---------+--------+--------+-----------------+
 *   | budget  | scope  | period | amount          |
 *   | i32     | i32    | i32    | i64             |
 *   +---------+--------+--------+-----------------+
 * </pre>
 *
 * <p>The lines named are those that the amount belongs to when the reservation is not known (any more).
 */
public final class SettlementBlock {
    /** The amount was spent: a win, a bill, a redemption. */
    public static final int COMMIT = 1;
    /** Nothing is spent: a loss, a rejection. */
    public static final int RELEASE = 2;
    /** What was spent comes back: a refund, a return. */
    public static final int REVERSE = 3;
    /** Bytes before the entries. */
    public static final int HEADER_LENGTH = 4;
    /** Bytes of one entry. */
    public static final int ENTRY_LENGTH = 20;
    /** Entries of the longest block. */
    public static final int MAX_ENTRIES = 64;

    private static final int SCOPE = 4;
    private static final int PERIOD = 8;
    private static final int AMOUNT = 12;

    private SettlementBlock() {
    }

    /**
     * Begins a block.
     *
     * @param buffer to write to.
     * @param offset of the block.
     * @param kind   {@link #COMMIT}, {@link #RELEASE} or {@link #REVERSE}.
     * @return the length of a block without entries.
     */
    public static int begin(final MutableDirectBuffer buffer, final int offset, final int kind) {
        buffer.putInt(offset, kind, LITTLE_ENDIAN);
        return HEADER_LENGTH;
    }

    /**
     * Writes one entry.
     *
     * @param buffer   to write to.
     * @param offset   of the block.
     * @param index    of the entry, from 0.
     * @param budgetId registry id.
     * @param scopeId  0, a store or a deal.
     * @param period   0, or the local epoch day.
     * @param amount   in micros or pieces, 0 or more.
     * @return the block's length in bytes up to and with this entry.
     */
    public static int put(
        final MutableDirectBuffer buffer,
        final int offset,
        final int index,
        final int budgetId,
        final int scopeId,
        final int period,
        final long amount) {

        final int at = at(offset, index);
        buffer.putInt(at, budgetId, LITTLE_ENDIAN);
        buffer.putInt(at + SCOPE, scopeId, LITTLE_ENDIAN);
        buffer.putInt(at + PERIOD, period, LITTLE_ENDIAN);
        buffer.putLong(at + AMOUNT, amount, LITTLE_ENDIAN);
        return HEADER_LENGTH + (index + 1) * ENTRY_LENGTH;
    }

    private static int at(final int offset, final int index) {
        return offset + HEADER_LENGTH + index * ENTRY_LENGTH;
    }

    /**
     * How many entries a block has.
     *
     * @param length of the block in bytes.
     * @return 0 to {@link #MAX_ENTRIES}.
     * @throws IllegalArgumentException when no block has this length.
     */
    public static int count(final int length) {
        final int count = (length - HEADER_LENGTH) / ENTRY_LENGTH;
        if (length < HEADER_LENGTH || HEADER_LENGTH + count * ENTRY_LENGTH != length || count > MAX_ENTRIES) {
            throw new IllegalArgumentException("a block of settlements has " + length + " bytes, allowed: "
                + HEADER_LENGTH + " and 0 to " + MAX_ENTRIES + " times " + ENTRY_LENGTH);
        }
        return count;
    }

    /**
     * What a block does.
     *
     * @param buffer to read from.
     * @param offset of the block.
     * @return {@link #COMMIT}, {@link #RELEASE} or {@link #REVERSE}.
     * @throws IllegalArgumentException when it is none of them.
     */
    public static int kind(final DirectBuffer buffer, final int offset) {
        final int kind = buffer.getByte(offset);
        if (kind < COMMIT || kind > REVERSE) {
            throw new IllegalArgumentException("a settlement's kind is " + kind + ", allowed: 1 to 3");
        }
        return kind;
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
        return buffer.getInt(at(offset, index), LITTLE_ENDIAN);
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
        return buffer.getInt(at(offset, index) + SCOPE, LITTLE_ENDIAN);
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
        return buffer.getInt(at(offset, index) + PERIOD, LITTLE_ENDIAN);
    }

    /**
     * An entry's amount.
     *
     * @param buffer to read from.
     * @param offset of the block.
     * @param index  of the entry.
     * @return micros or pieces.
     */
    public static long amount(final DirectBuffer buffer, final int offset, final int index) {
        return buffer.getLong(at(offset, index) + AMOUNT, LITTLE_ENDIAN);
    }
}
