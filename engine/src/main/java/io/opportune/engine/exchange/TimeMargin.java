package io.opportune.engine.exchange;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of {@code tmax} the network takes, learned from which answers came too late. One for each exchange, shared
 * by all event loops: the one that hears of a late answer is mostly not the one that sent it. Nothing is locked or
 * allocated.
 *
 * <p>The margin follows the quantile that the configured share of late answers asks for, by stochastic approximation
 * (H. Robbins, S. Monro, "A Stochastic Approximation Method", 1951): an answer that came too late raises it by {@code
 * step * (1 - target)}, one that came in time lowers it by {@code step * target}. Both are in balance when exactly the
 * target's share is late: with 1 in 1,000 allowed, one late answer weighs as much as 999 in time. The margin never
 * leaves its bounds, so that neither a broken link nor a forged report can switch an exchange off. When nothing is
 * reported it goes back to the configured value, half of the way each {@link #HALF_LIFE_NS}: what was learned on
 * another route at another time of day is no better than what somebody wrote down.
 *
 * <pre>
 *  state:  margin, parts of the largest one (32) | when it was reported, 2^24 ns since it was made (32)
 * </pre>
 */
public final class TimeMargin {
    /** How long it takes until half of what was learned is forgotten. */
    public static final long HALF_LIFE_NS = 600_000_000_000L;

    /** A late answer moves the margin by this part of the width of its bounds. */
    private static final double STEP = 1.0 / 64;
    /** Pauses below this forget too little to be worth the exponential. */
    private static final long MIN_PAUSE_NS = 1_000_000_000L;

    private static final long MAX_MARGIN_PARTS = (1L << 32) - 1;
    private static final int TIME_BITS = 32;
    private static final long TIME_MASK = (1L << TIME_BITS) - 1;
    /** The times of reports are told apart by 17 ms, for two years and a quarter. */
    private static final int TICK_SHIFT = 24;

    private final double configuredNs;
    private final double minNs;
    private final double maxNs;
    private final double raiseNs;
    private final double lowerNs;
    private final double partsPerNs;
    private final long startNs;
    private final AtomicLong state;

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
        partsPerNs = MAX_MARGIN_PARTS / Math.max(1, maxNs);
        startNs = nowNs;
        state = new AtomicLong(packed(configuredNs, 0));
    }

    /**
     * Takes what became of one answer.
     *
     * @param late  whether the exchange had given up: it says so in a loss notice, or did not wait on its connection.
     * @param nowNs on a monotonic clock.
     */
    public void onAnswer(final boolean late, final long nowNs) {
        long before;
        long after;
        do {
            before = state.get();
            final long nowTick = Math.max(tick(nowNs), before & TIME_MASK);
            final double marginNs = forgotten(before, nowTick) + (late ? raiseNs : -lowerNs);
            after = packed(Math.clamp(marginNs, minNs, maxNs), nowTick);
        } while (!state.compareAndSet(before, after));
    }

    private long tick(final long nowNs) {
        return Math.clamp(nowNs - startNs >> TICK_SHIFT, 0, TIME_MASK);
    }

    private long packed(final double marginNs, final long tick) {
        return Math.min(MAX_MARGIN_PARTS, Math.round(marginNs * partsPerNs)) << TIME_BITS | tick;
    }

    /** The margin of a state at a later time. */
    private double forgotten(final long packed, final long nowTick) {
        final double marginNs = (packed >>> TIME_BITS) / partsPerNs;
        final long pauseNs = nowTick - (packed & TIME_MASK) << TICK_SHIFT;
        return pauseNs < MIN_PAUSE_NS ? marginNs
            : configuredNs + (marginNs - configuredNs) * Math.pow(0.5, (double) pauseNs / HALF_LIFE_NS);
    }

    /**
     * The margin now.
     *
     * @param nowNs on a monotonic clock.
     * @return nanoseconds, within the bounds.
     */
    public long marginNs(final long nowNs) {
        return Math.round(forgotten(state.get(), tick(nowNs)));
    }
}
