package io.opportune.engine.shading;

import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongArrayList;
import org.agrona.collections.LongHashSet;

/**
 * Learns from auctions how much of a value to bid. Curves stand in three levels: an exchange; a placement of it with a
 * band of floors; and a band of values of that. Each observation counts in all three, and a curve believes the one above
 * it until it has seen enough itself. Owned by one thread, which publishes a {@link ShadeTable} now and then.
 */
public final class ShadeLearner {
    private static final double NEGLIGIBLE = 0.01;

    private final ShadeSettings settings;
    private final double[] prior;
    private final ShadeTable.Row start;
    private final Long2ObjectHashMap<WinRateCurve> curves = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<Long> parents = new Long2ObjectHashMap<>();
    private final LongHashSet changed = new LongHashSet();
    private Long2ObjectHashMap<ShadeTable.Row> rows = new Long2ObjectHashMap<>();
    private long refused;

    /**
     * A learner that knows nothing.
     *
     * @param settings how to learn.
     */
    public ShadeLearner(final ShadeSettings settings) {
        this.settings = settings;
        prior = settings.prior();
        final WinRateCurve nothing = new WinRateCurve(settings.memory());
        nothing.estimate(prior, 1);
        start = row(nothing);
    }

    /** What an exchange told about an auction in which we bid. */
    public enum Outcome {
        /** The bid has won. */
        WON,
        /** The bid has lost, or nothing was heard of it in time. */
        LOST
    }

    /**
     * Learns from an auction.
     *
     * @param exchange       number of its profile.
     * @param placementId    where the ad would have appeared.
     * @param floorMicros    floor of the auction, 0 for none.
     * @param valueMicros    what the impression was worth to us, above 0.
     * @param step           of {@link ShadeGrid} that was bid.
     * @param outcome        what came of it.
     * @param minToWinMicros least price that would have won, or -1 when the exchange does not say.
     */
    public void observe(
        final int exchange, final int placementId, final long floorMicros, final long valueMicros, final int step,
        final Outcome outcome, final long minToWinMicros) {
        final long ofExchange = ShadeKey.ofExchange(exchange);
        final long ofPlacement = ShadeKey.ofPlacement(exchange, placementId, ShadeKey.floorBand(floorMicros));
        final long ofValue = ShadeKey.ofValue(ofPlacement, ShadeKey.valueBand(valueMicros));
        final int known = minToWinMicros < 0 ? -1 : ShadeGrid.stepFor(minToWinMicros, valueMicros);
        observe(ofExchange, 0, step, outcome, known);
        observe(ofPlacement, ofExchange, step, outcome, known);
        observe(ofValue, ofPlacement, step, outcome, known);
    }

    private void observe(
        final long key, final long parent, final int step, final Outcome outcome, final int known) {
        WinRateCurve curve = curves.get(key);
        if (curve == null) {
            if (curves.size() >= settings.maxCurves()) {
                refused++;
                return;
            }
            curve = new WinRateCurve(settings.memory());
            curves.put(key, curve);
            parents.put(key, (Long) parent);
        }
        if (known >= 0) {
            curve.known(known);
        } else if (outcome == Outcome.WON) {
            curve.won(step);
        } else {
            curve.lost(step);
        }
        changed.add(key);
    }

    /**
     * Observations that found no room for a curve of their own.
     *
     * @return since the start; they count in the curves above.
     */
    public long refused() {
        return refused;
    }

    /**
     * How many curves there are.
     *
     * @return up to {@link ShadeSettings#maxCurves}.
     */
    public int curveCount() {
        return curves.size();
    }

    /**
     * Estimates what has changed since the last time.
     *
     * @return what to bid from now on.
     */
    public ShadeTable publish() {
        final LongArrayList keys = new LongArrayList();
        changed.forEach(keys::addLong);
        keys.sort(null);
        final Long2ObjectHashMap<ShadeTable.Row> next = new Long2ObjectHashMap<>(rows);
        // Ascending: an exchange stands before its placements, and these before their bands.
        for (int i = 0; i < keys.size(); i++) {
            final long key = keys.getLong(i);
            final WinRateCurve curve = curves.get(key);
            final WinRateCurve parent = curves.get(parents.get(key));
            curve.estimate(parent == null ? prior : parent.shares(), settings.priorWeight());
            next.put(key, row(curve));
        }
        changed.clear();
        rows = next;
        return new ShadeTable(next, start);
    }

    private ShadeTable.Row row(final WinRateCurve curve) {
        final byte[] best = new byte[ShadeGrid.STEPS];
        curve.bestSteps(best);
        // Who tells the minimum bid to win tells it of every bid; others have to be asked by bidding differently.
        final double share = curve.censoredShare();
        return new ShadeTable.Row(best, share < NEGLIGIBLE ? 0 : settings.exploration() * share
            * Math.max(1, Math.min(10, 2_000 / Math.max(1, curve.observations()))));
    }
}
