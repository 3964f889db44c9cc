package io.opportune.engine.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The offers that one decision held back for a budget or its pace, in the order in which they were met. Stands in the
 * decision's record. Stateless; little endian.
 *
 * <pre>
 *   entries of
 *   0         4        6
 *   +---------+--------+
 *   | offer   | reason |
 *   | i32     | u16    |
 *   +---------+--------+
 * </pre>
 *
 * <p>Where an offer was let pass at first and a budget did not suffice beside others of the same answer, the highest
 * bit of the reason is set, and its other bits are the question: the place, and 32 more where the slate without a
 * control group was asked.
 */
public final class WithheldBlock {
    /** Bytes of one entry. */
    public static final int ENTRY_LENGTH = 6;
    /** Of a reason: refused beside others of the answer, the other bits being the question. */
    public static final int BESIDE_OTHERS = 0x8000;

    private static final int REASON = 4;

    private WithheldBlock() {
    }

    /**
     * Writes one entry.
     *
     * @param buffer  to write to.
     * @param at      where the entry begins.
     * @param offerId registry id.
     * @param reason  code of a reason, or {@link #BESIDE_OTHERS} and the question; 16 bits.
     * @return where the next entry begins.
     */
    public static int put(final MutableDirectBuffer buffer, final int at, final int offerId, final int reason) {
        buffer.putInt(at, offerId, LITTLE_ENDIAN);
        buffer.putShort(at + REASON, (short) reason, LITTLE_ENDIAN);
        return at + ENTRY_LENGTH;
    }

    /**
     * An entry's offer.
     *
     * @param buffer to read from.
     * @param at     where the entry begins.
     * @return registry id.
     */
    public static int offerId(final DirectBuffer buffer, final int at) {
        return buffer.getInt(at, LITTLE_ENDIAN);
    }

    /**
     * Why an entry's offer was held back.
     *
     * @param buffer to read from.
     * @param at     where the entry begins.
     * @return code of the reason, or {@link #BESIDE_OTHERS} and the question.
     */
    public static int reason(final DirectBuffer buffer, final int at) {
        return buffer.getShort(at + REASON, LITTLE_ENDIAN) & 0xFFFF;
    }
}
