package io.opportune.engine.learning;

import io.opportune.engine.numeric.Logistic;

/**
 * The part of a head's raw logit that is known beforehand, from the catalogue's priors; what is learned is the
 * difference. Stateless.
 */
final class KnownPart {
    private static final double LEAST = 1e-6;

    private KnownPart() {
    }

    /**
     * Of one candidate.
     *
     * @return 0 where the catalogue says nothing.
     */
    static double of(
        final Head head, final Feedback feedback, final float click, final float conversion, final float micros) {
        if (head == Head.AMOUNT) {
            return micros > 0 ? Logistic.log(micros) : 0;
        }
        final double prior = head == Head.CLICK ? click : conversion;
        if (prior <= 0) {
            return 0;
        }
        final double bounded = Math.max(LEAST, Math.min(1 - LEAST, prior));
        // With fake negatives the raw probability b has p = b / (1 - b), so that logit(b) = log(p).
        return feedback == Feedback.FAKE_NEGATIVE ? Logistic.log(bounded) : Logistic.logit(bounded);
    }
}
