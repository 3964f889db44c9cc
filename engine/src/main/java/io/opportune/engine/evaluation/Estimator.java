package io.opportune.engine.evaluation;

/** The estimators, in the order in which reports list them. */
public enum Estimator {
    /** Mean reward of the log as it is: what the policy that was in service brought. */
    LOGGED("logged policy", "what was done brought so much a row"),
    /** Inverse propensity score (Horvitz and Thompson 1952): unbiased where the propensities are right. */
    IPS("IPS", "mean of weight x reward: right on average, scatters widely"),
    /** Self-normalised (Hajek 1964; Swaminathan and Joachims 2015): divides by the sum of the weights. */
    SNIPS("SNIPS", "the same over the sum of the weights: steadier, a little biased in small samples"),
    /** Doubly robust (Robins et al. 1994; Dudik et al. 2011): a reward model, corrected by weighted residuals. */
    DOUBLY_ROBUST("doubly robust", "a model of the reward, corrected by the log: steadier where the model knows much");

    private final String label;
    private final String meaning;

    Estimator(final String label, final String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /**
     * Its name in tables.
     *
     * @return a few words.
     */
    public String label() {
        return label;
    }

    /**
     * What it says.
     *
     * @return one clause.
     */
    public String meaning() {
        return meaning;
    }
}
