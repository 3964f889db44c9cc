package io.opportune.engine.delivery;

import io.opportune.engine.catalogue.Offer;
import io.opportune.protocol.ReasonCode;

/**
 * Asked of each candidate that nothing else holds back: is there budget for it, and does its campaign take part in this
 * request. What it answers comes from leases and pace, which replay does not have: each refusal is journalled with the
 * decision, in the order in which it was given, and a decision that is made again asks a {@link RecordedGate}. One
 * thread; allocates nothing.
 */
public interface DeliveryGate {
    /** Nothing is limited. */
    DeliveryGate OPEN = new DeliveryGate() {
        @Override
        public ReasonCode heldBack(final Offer offer, final double score) {
            return null;
        }

        @Override
        public boolean isFull() {
            return false;
        }
    };

    /**
     * Told before the first question of a request: which deal may be bid for.
     *
     * @param dealId registry id of a deal of the catalogue; 0 for none, and beside auctions.
     */
    default void inDeal(final int dealId) {
        // Who answers from a record need not know.
    }

    /**
     * Why an offer must not be made in the request at hand.
     *
     * @param offer a candidate.
     * @param score its expected value, micros of its currency: in an auction the most that is bid.
     * @return {@link ReasonCode#BUDGET_EXHAUSTED}, {@link ReasonCode#PACED}, or null when it may be made.
     */
    ReasonCode heldBack(Offer offer, double score);

    /**
     * Whether there is budget for an offer beside those that are {@link #setAside}. It follows from them and from what
     * was left before the decision, not from what else was drawn; a refusal is journalled like those of {@link
     * #heldBack}, and told apart from them.
     *
     * @param offer    one that {@link #heldBack} let pass.
     * @param score    its expected value by now, as there.
     * @param question for which place of which slate, below {@link WithheldList#MAX_QUESTIONS}: the same offer may be
     *                 asked about for several.
     * @return false when it must not have that place.
     */
    default boolean leavesRoomFor(final Offer offer, final double score, final int question) {
        return true;
    }

    /**
     * Takes what an offer may cost out of its budgets until {@link #putBack}.
     *
     * @param offer that has a place of the answer.
     * @param score its expected value, as for {@link #leavesRoomFor}.
     */
    default void setAside(final Offer offer, final double score) {
        // Who answers from a record need not know.
    }

    /** Gives back all that was set aside. */
    default void putBack() {
        // Nothing was taken.
    }

    /**
     * Whether no further refusal can be journalled, so that the search must stop here.
     *
     * @return true after {@link WithheldList#MAX_OFFERS} refusals of {@link #heldBack}.
     */
    boolean isFull();
}
