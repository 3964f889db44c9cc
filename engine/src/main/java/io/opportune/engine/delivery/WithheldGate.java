package io.opportune.engine.delivery;

import io.opportune.engine.catalogue.Offer;
import io.opportune.protocol.ReasonCode;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Holds back the offers of a decision's {@link WithheldList} in whatever order they are met, as another catalogue meets
 * them. One thread.
 */
public final class WithheldGate implements DeliveryGate {
    private final UnsafeBuffer entries = new UnsafeBuffer(0, 0);

    /**
     * Takes the entries of a record.
     *
     * @param buffer      holding them until the decision is made.
     * @param offset      of the first.
     * @param lengthBytes of all, 0 for none.
     */
    public void wrap(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        entries.wrap(buffer, offset, lengthBytes);
    }

    @Override
    public ReasonCode heldBack(final Offer offer, final double score) {
        for (int at = 0; at < entries.capacity(); at += WithheldList.ENTRY_BYTES) {
            if (entries.getInt(at, ByteOrder.LITTLE_ENDIAN) == offer.offerId()) {
                return ReasonCode.of(entries.getShort(at + Integer.BYTES, ByteOrder.LITTLE_ENDIAN) & 0xFFFF);
            }
        }
        return null;
    }

    @Override
    public boolean isFull() {
        return false;
    }
}
