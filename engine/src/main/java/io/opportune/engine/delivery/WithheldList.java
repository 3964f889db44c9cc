package io.opportune.engine.delivery;

import io.opportune.engine.arbitration.Contenders;
import io.opportune.engine.arbitration.SlateRules;
import io.opportune.protocol.ReasonCode;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The offers that one decision held back for a budget or its pace, as they stand in its record: entries of 6 bytes,
 * little endian, in the order in which they were met. Where an offer was let pass at first and a budget did not suffice
 * beside others of the same answer, the highest bit is set, and the others tell for which place; the reason is {@link
 * ReasonCode#BUDGET_EXHAUSTED}. Reused; one thread; allocates nothing after
 * construction.
 *
 * <pre>
 *  0        4        6
 *  | offer  | reason |
 * </pre>
 */
public final class WithheldList {
    /** Most entries of a record, but for those that were refused beside others. */
    public static final int MAX_OFFERS = 1_024;
    /** Of a reason: refused beside others of the answer, the other bits being the question. */
    public static final int BESIDE_OTHERS = 0x8000;
    /** Places of two slates: what a control group keeps back is drawn first. */
    public static final int MAX_QUESTIONS = 2 * SlateRules.MAX_PLACES;

    static final int ENTRY_BYTES = 6;

    private static final int REASON_AT = 4;
    /** Each that is compared at most once for the answer, and once for what a control group keeps back. */
    private static final int MOST_BESIDE = 2 * Contenders.MAX_CONTENDERS;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[(MAX_OFFERS + MOST_BESIDE) * ENTRY_BYTES]);
    private int lengthBytes;

    void clear() {
        lengthBytes = 0;
    }

    void add(final int offerId, final ReasonCode reason) {
        add(offerId, reason.code());
    }

    /** Adds one for which a budget does not suffice beside others of the answer. */
    void addBeside(final int offerId, final int question) {
        add(offerId, question | BESIDE_OTHERS);
    }

    private void add(final int offerId, final int code) {
        buffer.putInt(lengthBytes, offerId, ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(lengthBytes + REASON_AT, (short) code, ByteOrder.LITTLE_ENDIAN);
        lengthBytes += ENTRY_BYTES;
    }

    static int offerId(final DirectBuffer entries, final int at) {
        return entries.getInt(at, ByteOrder.LITTLE_ENDIAN);
    }

    /** Code of the reason, or {@link #BESIDE_OTHERS} and the question. */
    static int reason(final DirectBuffer entries, final int at) {
        return entries.getShort(at + REASON_AT, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }

    boolean isFull() {
        return lengthBytes >= MAX_OFFERS * ENTRY_BYTES;
    }

    /**
     * The entries.
     *
     * @return bytes from 0 to {@link #lengthBytes()}, until the next request.
     */
    public DirectBuffer buffer() {
        return buffer;
    }

    /**
     * Length of the entries.
     *
     * @return a multiple of 6, 0 for none.
     */
    public int lengthBytes() {
        return lengthBytes;
    }
}
