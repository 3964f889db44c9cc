package io.opportune.engine.evaluation;

/** Rows of a linear model of the reward: which weights predict what was done, and what the target policy does. */
interface Design {
    int rowCount();

    /** Weight 0 is the intercept, which no ridge pulls down. */
    int weightCount();

    double reward(int row);

    /** Importance weight, 0 or more: how much the row tells of the target policy. */
    double importance(int row);

    /** Predicted reward of what was done: x . weights. */
    double logged(int row, double[] weights);

    /** to += factor x. */
    void addTo(int row, double factor, double[] to);

    /** Mean of the predicted reward under the target policy, by the same function as {@link #logged}. */
    double target(int row, double[] weights);
}
