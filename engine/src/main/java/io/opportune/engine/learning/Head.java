package io.opportune.engine.learning;

/** What a model predicts. Each head has weights of its own. */
public enum Head {
    /** Probability that an offer that was shown is clicked or accepted. */
    CLICK,
    /** Probability that an offer that was shown is redeemed or leads to a conversion. */
    CONVERSION,
    /** Amount of a conversion, learned on the log scale from conversions only. */
    AMOUNT;

    /** How many there are. */
    static final int COUNT = values().length;
}
