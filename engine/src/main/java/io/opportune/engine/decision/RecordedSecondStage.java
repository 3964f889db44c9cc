package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.journal.ChoiceBlock;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Predicts what a decision's record says that an imported model predicted, and is skipped where it was skipped; needs
 * neither the model nor what runs it. One thread.
 */
public final class RecordedSecondStage implements SecondStage {
    private final UnsafeBuffer block = new UnsafeBuffer(0, 0);

    /** Makes one for no record. */
    public RecordedSecondStage() {
        // Wrapped later.
    }

    /**
     * Takes the block of a record.
     *
     * @param buffer      holding it until the decision is made.
     * @param offset      of the {@link ChoiceBlock}.
     * @param lengthBytes 0 for a decision without one.
     */
    public void wrap(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        block.wrap(buffer, offset, lengthBytes);
    }

    @Override
    public boolean exists() {
        return block.capacity() > 0 && (ChoiceBlock.flags(block, 0) & ChoiceBlock.SECOND_STAGE) != 0;
    }

    @Override
    public long contentHash() {
        return ChoiceBlock.secondHash(block, 0);
    }

    @Override
    public boolean predictsClicks() {
        return (ChoiceBlock.flags(block, 0) & ChoiceBlock.SECOND_STAGE_CLICKS) != 0;
    }

    @Override
    public boolean begin(final int count, final FeatureVector context, final Deadline deadline) {
        // Another count than then is another decision: it comes out as skipped, which the comparison shows.
        return ChoiceBlock.secondCount(block, 0) == count;
    }

    @Override
    public void add(final Offer offer, final FeatureVector pair, final double logit) {
        // What it came to is recorded.
    }

    @Override
    public boolean run() {
        return true;
    }

    @Override
    public float logit(final int rank) {
        return ChoiceBlock.secondLogit(block, 0, rank);
    }
}
