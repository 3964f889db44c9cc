package io.opportune.engine.learning;

/**
 * Rates of FTRL-Proximal, as in algorithm 1 of McMahan et al. 2013.
 *
 * @param alpha learning rate, above 0.
 * @param beta  keeps the first steps of a coordinate small, above 0.
 * @param l1    0 or more; weights whose evidence is below it are 0.
 * @param l2    0 or more.
 */
public record FtrlRates(float alpha, float beta, float l1, float l2) {
    /** Good for rare clicks with some dozens of features. */
    public static final FtrlRates DEFAULT = new FtrlRates(0.03f, 1, 0, 1);

    /** Checks. */
    public FtrlRates {
        if (!(alpha > 0 && beta > 0 && l1 >= 0 && l2 >= 0 && alpha + beta + l1 + l2 < Float.MAX_VALUE)) {
            throw new IllegalArgumentException("alpha and beta must be above 0, l1 and l2 0 or more, all finite: "
                + alpha + " " + beta + " " + l1 + " " + l2);
        }
    }
}
