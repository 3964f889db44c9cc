package io.opportune.engine.learning;

import java.util.Objects;

/**
 * One head of a model.
 *
 * @param head     what it predicts.
 * @param feedback when its examples are learned; of an amount always {@link Feedback#IMMEDIATE}.
 */
public record HeadSpec(Head head, Feedback feedback) {
    /** Checks. */
    public HeadSpec {
        Objects.requireNonNull(head, "head");
        Objects.requireNonNull(feedback, "feedback");
        if (head == Head.AMOUNT && feedback != Feedback.IMMEDIATE) {
            throw new IllegalArgumentException("an amount is learned when it came: feedback must be IMMEDIATE");
        }
    }
}
