package io.opportune.engine.shading;

/**
 * How shades are learned.
 *
 * @param safeShade   share of the value that is bid best as long as nothing is known, above 0.5, below 1.
 * @param exploration share of bids that try another shade where exchanges tell only who has won, 0..0.5; up to three
 *                    times as many while little is known.
 * @param maxCurves   most bands of values in memory, some 4 KiB each; what does not fit is bid as its placement's
 *                    curve says, or its exchange's.
 */
public record ShadeSettings(double safeShade, double exploration, int maxCurves) {
    /** What is used unless configured otherwise. */
    public static final ShadeSettings DEFAULT = new ShadeSettings(0.8, 0.03, 16_384);

    /** Checks the ranges. */
    public ShadeSettings {
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
