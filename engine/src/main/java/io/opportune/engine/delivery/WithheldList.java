package io.opportune.engine.delivery;

import io.opportune.protocol.ReasonCode;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The offers that one decision held back for a budget or its pace, as they stand in its record: entries of 6 bytes,
 * little endian, in the order in which they were met. Reused; one thread; allocates nothing after construction.
 *
 * <pre>
 *  0        4        6
 *  | offer  | reason |
 * </pre>
 */
public final class WithheldList {
    /** Most entries of a record. */
    public static final int MAX_OFFERS = 1_024;

    static final int ENTRY_BYTES = 6;

    private static final int REASON_AT = 4;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MAX_OFFERS * ENTRY_BYTES]);
    private int lengthBytes;

    void clear() {
        lengthBytes = 0;
    }

    void add(final int offerId, final ReasonCode reason) {
        buffer.putInt(lengthBytes, offerId, ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(lengthBytes + REASON_AT, (short) reason.code(), ByteOrder.LITTLE_ENDIAN);
        lengthBytes += ENTRY_BYTES;
    }

    boolean isFull() {
        return lengthBytes == MAX_OFFERS * ENTRY_BYTES;
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
