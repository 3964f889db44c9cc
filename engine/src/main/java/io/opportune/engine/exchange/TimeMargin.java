package io.opportune.engine.exchange;

/**
 * How much of {@code tmax} the network takes, learned from which answers came too late. Owned by one thread; allocates
 * nothing.
 *
 * <p>The margin follows the quantile that the configured share of late answers asks for, by stochastic approximation
 * (H. Robbins, S. Monro, "A Stochastic Approximation Method", 1951): an answer that came too late raises it by {@code
 * step * (1 - target)}, one that came in time lowers it by {@code step * target}. Both are in balance when exactly the
 * target's share is late: with 1 in 1,000 allowed, one late answer weighs as much as 999 in time. The margin never
 * leaves its bounds, so that neither a broken link nor a forged report can switch an exchange off. When nothing is
 * reported it goes back to the configured value, half of the way each {@link #HALF_LIFE_NS}: what was learned on
 * another route at another time of day is no better than what somebody wrote down.
 */
public final class TimeMargin {
    /** How long it takes until half of what was learned is forgotten. */
    public static final long HALF_LIFE_NS = 600_000_000_000L;

    /** A late answer moves the margin by this part of the width of its bounds. */
    private static final double STEP = 1.0 / 64;
    /** Pauses below this forget too little to be worth the exponential. */
    private static final long MIN_PAUSE_NS = 1_000_000_000L;

    private final double configuredNs;
    private final double minNs;
    private final double maxNs;
    private final double raiseNs;
    private final double lowerNs;
    private double marginNs;
    private long lastNs;

    /**
     * Starts with the configured margin.
     *
     * @param time  bounds, configured margin, and share that may be late.
     * @param nowNs on the clock that the answers are reported with.
     */
    public TimeMargin(final ExchangeProfile.Time time, final long nowNs) {
        if (time.minMarginNs() < 0 || time.minMarginNs() > time.marginNs() || time.marginNs() > time.maxMarginNs()
            || !(time.lateTarget() > 0 && time.lateTarget() < 1)) {
            throw new IllegalArgumentException("margins " + time);
        }
        configuredNs = time.marginNs();
        minNs = time.minMarginNs();
        maxNs = time.maxMarginNs();
        final double step = (maxNs - minNs) * STEP;
        raiseNs = step * (1 - time.lateTarget());
        lowerNs = step * time.lateTarget();
        marginNs = configuredNs;
        lastNs = nowNs;
    }

    /**
     * Takes what became of one answer.
     *
     * @param late  whether the exchange had given up: it says so in a loss notice, or did not wait on its connection.
     * @param nowNs on a monotonic clock.
     */
    public void onAnswer(final boolean late, final long nowNs) {
        forget(nowNs);
        marginNs = Math.clamp(marginNs + (late ? raiseNs : -lowerNs), minNs, maxNs);
    }

    private void forget(final long nowNs) {
        final long pauseNs = nowNs - lastNs;
        if (pauseNs >= MIN_PAUSE_NS) {
            marginNs = configuredNs + (marginNs - configuredNs) * Math.pow(0.5, (double) pauseNs / HALF_LIFE_NS);
        }
        if (pauseNs > 0) {
            lastNs = nowNs;
        }
    }

    /**
     * The margin now.
     *
     * @param nowNs on a monotonic clock.
     * @return nanoseconds, within the bounds.
     */
    public long marginNs(final long nowNs) {
        final long pauseNs = nowNs - lastNs;
        return (long) (pauseNs < MIN_PAUSE_NS ? marginNs
            : configuredNs + (marginNs - configuredNs) * Math.pow(0.5, (double) pauseNs / HALF_LIFE_NS));
    }
}
