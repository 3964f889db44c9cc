package io.opportune.engine.affinity;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Baskets in the order in which they were bought, to be counted and foretold again and again. Grows as needed; owned
 * by one thread.
 */
public final class BasketLog implements BasketRecords.Sink {
    private static final int NONE = -1;

    /** The last basket of each root, from which {@link #previous} leads to the others. */
    private final Map<Root, Integer> lastOf = new HashMap<>();
    private long[] roots = new long[2_048];
    private long[] times = new long[1_024];
    private int[] previous = new int[1_024];
    private int[] starts = new int[1_025];
    private int[] folds = new int[2_048];
    private int[] categories = new int[2_048];
    private int count;
    private long lines;

    private record Root(long high, long low) {
        boolean isNobody() {
            return (high | low) == 0;
        }
    }

    /** Creates an empty log. */
    public BasketLog() {
        // Empty until something is added.
    }

    @Override
    public void onBasket(final long rootHigh, final long rootLow, final long timeNs, final Basket basket) {
        if (count + 1 == starts.length) {
            roots = Arrays.copyOf(roots, roots.length * 2);
            times = Arrays.copyOf(times, times.length * 2);
            previous = Arrays.copyOf(previous, times.length);
            starts = Arrays.copyOf(starts, times.length + 1);
        }
        final int end = starts[count] + basket.count();
        if (end > folds.length) {
            folds = Arrays.copyOf(folds, folds.length * 2);
            categories = Arrays.copyOf(categories, folds.length);
        }
        for (int line = 0; line < basket.count(); line++) {
            folds[starts[count] + line] = basket.fold(line);
            categories[starts[count] + line] = basket.categoryId(line);
        }
        roots[count * 2] = rootHigh;
        roots[count * 2 + 1] = rootLow;
        times[count] = timeNs;
        final Root root = new Root(rootHigh, rootLow);
        final Integer before = root.isNobody() ? null : lastOf.put(root, count);
        previous[count] = before == null ? NONE : before;
        count++;
        starts[count] = end;
        lines += basket.count();
    }

    /** Nothing is left of the customer: the baskets become nobody's. */
    @Override
    public void onErasure(final long rootHigh, final long rootLow) {
        onMerge(rootHigh, rootLow, 0, 0);
    }

    @Override
    public void onMerge(final long fromHigh, final long fromLow, final long intoHigh, final long intoLow) {
        final Root into = new Root(intoHigh, intoLow);
        final Integer newest = lastOf.remove(new Root(fromHigh, fromLow));
        if (newest == null) {
            return;
        }
        int oldest = newest;
        for (int i = newest; i != NONE; i = previous[i]) {
            roots[i * 2] = intoHigh;
            roots[i * 2 + 1] = intoLow;
            oldest = i;
        }
        if (!into.isNobody()) {
            final Integer before = lastOf.put(into, newest);
            previous[oldest] = before == null ? NONE : before;
        }
    }

    /** {@return baskets} */
    public int count() {
        return count;
    }

    /** {@return different items in all baskets together} */
    public long lines() {
        return lines;
    }

    long rootHigh(final int index) {
        return roots[index * 2];
    }

    long rootLow(final int index) {
        return roots[index * 2 + 1];
    }

    long timeNs(final int index) {
        return times[index];
    }

    /** Fills a basket with one of these. */
    void read(final int index, final Basket basket) {
        basket.clear();
        for (int at = starts[index]; at < starts[index + 1]; at++) {
            basket.addFold(folds[at], categories[at]);
        }
    }

    /**
     * Counts some of the baskets.
     *
     * @param builder gets them.
     * @param from    first one.
     * @param to      behind the last one.
     */
    public void feed(final AffinityBuilder builder, final int from, final int to) {
        final Basket basket = new Basket();
        for (int i = from; i < to; i++) {
            read(i, basket);
            builder.onBasket(rootHigh(i), rootLow(i), timeNs(i), basket);
        }
    }
}
