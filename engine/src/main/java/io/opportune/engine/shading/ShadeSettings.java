package io.opportune.engine.shading;

/**
 * How shades are learned.
 *
 * @param memory      observations of one curve after which an observation counts 1/e, 100 or more.
 * @param priorWeight observations that the prior, or the curve of which this is a part, counts as, above 0.
 * @param safeShade   share of the value that is bid best as long as nothing is known, above 0.5, below 1.
 * @param exploration share of bids that try another shade where exchanges tell only who has won, 0..0.5.
 * @param maxCurves   most curves in memory, some 2.5 KiB each; what does not fit is bid as the curve above it says.
 */
public record ShadeSettings(
    double memory, double priorWeight, double safeShade, double exploration, int maxCurves) {
    /** What is used unless configured otherwise. */
    public static final ShadeSettings DEFAULT = new ShadeSettings(500, 20, 0.8, 0.03, 65_536);

    /** Checks the ranges. */
    public ShadeSettings {
        check(memory >= 100, "memory", memory, "100 or more");
        check(priorWeight > 0, "priorWeight", priorWeight, "above 0");
        check(safeShade > 0.5 && safeShade < 1, "safeShade", safeShade, "above 0.5 and below 1");
        check(exploration >= 0 && exploration <= 0.5, "exploration", exploration, "0 to 0.5");
        check(maxCurves >= 1, "maxCurves", maxCurves, "1 or more");
    }

    private static void check(final boolean good, final String name, final double value, final String allowed) {
        if (!good) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: " + allowed);
        }
    }

    /**
     * The prior: a win rate of shade^n, for which the safe shade is the one of largest surplus.
     *
     * @return shares of the minimum bid to win by step, the last above the value.
     */
    double[] prior() {
        final double power = safeShade / (1 - safeShade);
        final double[] shares = new double[ShadeGrid.STEPS + 1];
        double before = 0;
        for (int step = 0; step < ShadeGrid.STEPS; step++) {
            final double winRate = Math.pow(ShadeGrid.shade(step), power);
            shares[step] = winRate - before;
            before = winRate;
        }
        return shares;
    }
}
