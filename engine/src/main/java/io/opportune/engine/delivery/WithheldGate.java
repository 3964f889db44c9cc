package io.opportune.engine.delivery;

import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.journal.WithheldBlock;
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
        for (int at = 0; at < entries.capacity(); at += WithheldBlock.ENTRY_LENGTH) {
            final int reason = WithheldBlock.reason(entries, at);
            if (WithheldBlock.offerId(entries, at) == offer.offerId() && (reason & WithheldBlock.BESIDE_OTHERS) == 0) {
                return ReasonCode.of(reason);
            }
        }
        return null;
    }

    @Override
    public boolean leavesRoomFor(final Offer offer, final double score, final int question) {
        for (int at = 0; at < entries.capacity(); at += WithheldBlock.ENTRY_LENGTH) {
            if (WithheldBlock.offerId(entries, at) == offer.offerId()
                && WithheldBlock.reason(entries, at) == (question | WithheldBlock.BESIDE_OTHERS)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean isFull() {
        return false;
    }
}
