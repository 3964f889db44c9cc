package io.opportune.engine.delivery;

import io.opportune.engine.catalogue.Offer;
import io.opportune.protocol.ReasonCode;
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
        final int at = find(offer, 0);
        return at < 0 ? null : ReasonCode.of(WithheldList.reason(entries, at));
    }

    @Override
    public boolean leavesRoomFor(final Offer offer, final double score) {
        return find(offer, WithheldList.BESIDE_OTHERS) < 0;
    }

    private int find(final Offer offer, final int beside) {
        for (int at = 0; at < entries.capacity(); at += WithheldList.ENTRY_BYTES) {
            if (WithheldList.offerId(entries, at) == offer.offerId()
                && (WithheldList.reason(entries, at) & WithheldList.BESIDE_OTHERS) == beside) {
                return at;
            }
        }
        return -1;
    }

    @Override
    public boolean isFull() {
        return false;
    }
}
