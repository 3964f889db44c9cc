package io.opportune.engine.delivery;

import io.opportune.engine.arbitration.Contenders;
import io.opportune.engine.arbitration.SlateRules;
import io.opportune.engine.journal.WithheldBlock;
import io.opportune.protocol.ReasonCode;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The offers that one decision held back for a budget or its pace, as they stand in its record: a
 * {@link WithheldBlock}. Reused; one thread; allocates nothing after construction.
 */
public final class WithheldList {
    /** Most entries of a record, but for those that were refused beside others. */
    public static final int MAX_OFFERS = 1_024;
    /** Places of two slates: what a control group keeps back is drawn first. */
    public static final int MAX_QUESTIONS = 2 * SlateRules.MAX_PLACES;

    /** Each that is compared at most once for the answer, and once for what a control group keeps back. */
    private static final int MOST_BESIDE = 2 * Contenders.MAX_CONTENDERS;

    private final UnsafeBuffer buffer =
        new UnsafeBuffer(new byte[(MAX_OFFERS + MOST_BESIDE) * WithheldBlock.ENTRY_LENGTH]);
    private int lengthBytes;

    void clear() {
        lengthBytes = 0;
    }

    void add(final int offerId, final ReasonCode reason) {
        add(offerId, reason.code());
    }

    /** Adds one for which a budget does not suffice beside others of the answer. */
    void addBeside(final int offerId, final int question) {
        add(offerId, question | WithheldBlock.BESIDE_OTHERS);
    }

    private void add(final int offerId, final int code) {
        lengthBytes = WithheldBlock.put(buffer, lengthBytes, offerId, code);
    }

    boolean isFull() {
        return lengthBytes >= MAX_OFFERS * WithheldBlock.ENTRY_LENGTH;
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
