package io.opportune.engine.delivery;

import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.journal.WithheldBlock;
import io.opportune.protocol.ReasonCode;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Answers as a decision's record says that it was answered: the offers of its {@link WithheldList} are held back again,
 * all others are not. One thread.
 */
public final class RecordedGate implements DeliveryGate {
    private final UnsafeBuffer entries = new UnsafeBuffer(0, 0);
    private int next;

    /**
     * Takes the entries of a record.
     *
     * @param buffer      holding them until the decision is made.
     * @param offset      of the first.
     * @param lengthBytes of all, 0 for none.
     */
    public void wrap(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        entries.wrap(buffer, offset, lengthBytes);
        next = 0;
    }

    @Override
    public ReasonCode heldBack(final Offer offer, final double score) {
        // They are met again in the order in which they were written.
        if (isNext(offer) && (WithheldBlock.reason(entries, next) & WithheldBlock.BESIDE_OTHERS) == 0) {
            final int reason = WithheldBlock.reason(entries, next);
            next += WithheldBlock.ENTRY_LENGTH;
            return ReasonCode.of(reason);
        }
        return null;
    }

    @Override
    public boolean leavesRoomFor(final Offer offer, final double score, final int question) {
        if (isNext(offer) && WithheldBlock.reason(entries, next) == (question | WithheldBlock.BESIDE_OTHERS)) {
            next += WithheldBlock.ENTRY_LENGTH;
            return false;
        }
        return true;
    }

    private boolean isNext(final Offer offer) {
        return next < entries.capacity() && WithheldBlock.offerId(entries, next) == offer.offerId();
    }

    @Override
    public boolean isFull() {
        return next >= WithheldList.MAX_OFFERS * WithheldBlock.ENTRY_LENGTH;
    }
}
