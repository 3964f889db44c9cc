package io.opportune.engine.learning;

/** When a head's examples are learned, and what its raw probability therefore means. */
public enum Feedback {
    /** Once, when the outcome is known: the raw probability is the outcome's. */
    IMMEDIATE,
    /**
     * At once as negative, and once more as positive when the outcome comes. Among n examples shown, n p come twice, so
     * that the raw probability is b = p / (1 + p), and what is served is p = b / (1 - b) (the calibration of fake
     * negatives in Ktena et al. 2019, "Addressing Delayed Feedback for Continuous Training with Neural Networks in
     * CTR prediction", section 3.2).
     */
    FAKE_NEGATIVE
}
