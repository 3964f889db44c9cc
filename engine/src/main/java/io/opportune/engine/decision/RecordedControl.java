package io.opportune.engine.decision;

import io.opportune.engine.journal.ChoiceBlock;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The control groups that a decision's record names, so that it can be made again without the key. One thread. */
public final class RecordedControl implements ControlCheck {
    private final UnsafeBuffer block = new UnsafeBuffer(0, 0);

    /** Makes one for no record. */
    public RecordedControl() {
        // Wrapped later.
    }

    /**
     * Takes the block of a record.
     *
     * @param buffer      holding it until the decision is made.
     * @param offset      of the {@link ChoiceBlock}.
     * @param lengthBytes 0 for a decision without one, which knew of no groups.
     */
    public void wrap(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        block.wrap(buffer, offset, lengthBytes);
    }

    @Override
    public boolean exists() {
        return block.capacity() > 0;
    }

    @Override
    public boolean inGlobal() {
        return block.capacity() > 0 && (ChoiceBlock.flags(block, 0) & ChoiceBlock.GLOBAL_CONTROL) != 0;
    }

    @Override
    public boolean inCampaign(final int campaignId) {
        if (block.capacity() > 0) {
            for (int i = 0; i < ChoiceBlock.controlCount(block, 0); i++) {
                if (ChoiceBlock.controlledCampaignId(block, 0, i) == campaignId) {
                    return true;
                }
            }
        }
        return false;
    }
}
