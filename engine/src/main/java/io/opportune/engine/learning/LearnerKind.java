package io.opportune.engine.learning;

/** How weights are learned. */
public enum LearnerKind {
    /** FTRL-Proximal with a learning rate per coordinate (McMahan et al. 2013, algorithm 1); no variance. */
    FTRL,
    /**
     * Logistic regression with a Gaussian posterior per weight, one Laplace step an example (Chapelle and Li 2011,
     * algorithm 3, as an online filter in the sense of Graepel et al. 2010); its variance drives Thompson sampling.
     */
    BAYES
}
