package io.opportune.engine.affinity;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Makes a table of counts. A neighbour's score is by how much it is bought more often with and after a cue than its
 * popularity explains, {@code e(c, j) = (n(c, j) - d - n(c) p(j)) / (n(c) + k)}: shrunk towards nothing where little
 * was
 * seen of the cue (k) or of the pair (d, as in absolute discounting: Ney, Essen and Kneser, "On structuring
 * probabilistic dependences", 1994). Kept are the neighbours with the largest scores above 0; the rest of what follows
 * is left to popularity, so that each row adds up to one. Used once by one thread.
 */
final class TableWriter {
    /** What of each pair is not believed: it could have come together by chance. */
    private static final double DISCOUNT = 0.5;

    private final AffinitySettings settings;
    private final Level items;
    private final Level categories;
    private final int stride;

    /** {@code unit} is what one purchase of the last day counts. */
    TableWriter(
        final AffinitySettings settings, final LevelCounts items, final LevelCounts categories, final double unit) {
        this.settings = settings;
        this.items = new Level(items, settings.itemShrinkage() * unit, DISCOUNT * unit);
        this.categories = new Level(categories, settings.categoryShrinkage() * unit, DISCOUNT * unit);
        stride = TableLayout.stride(settings.neighbours());
    }

    /** Counts in the order of popularity, and their pairs by row. */
    private static final class Level {
        private final LevelCounts counts;
        private final double shrinkage;
        private final double discount;
        private final int[] order;
        private final int[] rank;
        private final double total;
        private final int[] rowStart;
        private final int[] to;
        private final float[] weight;

        Level(final LevelCounts counts, final double shrinkage, final double discount) {
            this.counts = counts;
            this.shrinkage = shrinkage;
            this.discount = discount;
            order = IntStream.range(0, counts.count()).boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -counts.bought(i))
                    .thenComparing((a, b) -> Integer.compareUnsigned(counts.id(a), counts.id(b))))
                .mapToInt(Integer::intValue).toArray();
            rank = new int[order.length];
            double sum = 0;
            for (int i = 0; i < order.length; i++) {
                rank[order[i]] = i;
                sum += counts.bought(order[i]);
            }
            total = sum;
            rowStart = new int[order.length + 1];
            counts.pairs().forEach((from, other, w) -> rowStart[rank[from] + 1]++);
            for (int i = 0; i < order.length; i++) {
                rowStart[i + 1] += rowStart[i];
            }
            to = new int[counts.pairs().size()];
            weight = new float[to.length];
            final int[] next = Arrays.copyOf(rowStart, order.length);
            counts.pairs().forEach((from, other, w) -> {
                final int at = next[rank[from]]++;
                to[at] = rank[other];
                weight[at] = w;
            });
        }

        double share(final int index) {
            return total > 0 ? counts.bought(order[index]) / total : 0;
        }

        /** Places of a row, best first; neighbours of one row all differ. */
        int[] best(final int row, final int most) {
            final double seen = counts.seen(order[row]);
            return IntStream.range(rowStart[row], rowStart[row + 1])
                .filter(at -> excess(at, seen) > 0).boxed()
                .sorted(Comparator.<Integer>comparingDouble(at -> -excess(at, seen))
                    .thenComparingInt(at -> to[at]))
                .limit(most).mapToInt(Integer::intValue).toArray();
        }

        private double excess(final int at, final double seen) {
            return weight[at] - discount - seen * share(to[at]);
        }
    }

    AffinityTable write(final long version, final long lastTimeNs, final long baskets) {
        final int itemCount = items.order.length;
        final int categoryCount = categories.order.length;
        final ByteBuffer out = ByteBuffer
            .allocateDirect(TableLayout.length(itemCount, categoryCount, settings.neighbours()))
            .order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(TableLayout.MAGIC_AT, TableLayout.MAGIC);
        out.putInt(TableLayout.VERSION_AT, TableLayout.VERSION);
        out.putLong(TableLayout.TABLE_VERSION_AT, version);
        out.putLong(TableLayout.TIME_AT, lastTimeNs);
        out.putLong(TableLayout.BASKETS_AT, baskets);
        out.putInt(TableLayout.NEIGHBOURS_AT, settings.neighbours());
        out.putInt(TableLayout.HALF_LIFE_AT, settings.halfLifeDays());
        out.putInt(TableLayout.ITEMS_AT, itemCount);
        out.putInt(TableLayout.CATEGORIES_AT, categoryCount);
        final int itemsAt = TableLayout.HEADER_LENGTH;
        final int categoriesAt = itemsAt + TableLayout.levelLength(itemCount, settings.neighbours());
        write(items, out, itemsAt);
        write(categories, out, categoriesAt);
        out.putInt(TableLayout.CRC_AT, TableLayout.checksum(out));
        return new AffinityTable(out);
    }

    private void write(final Level level, final ByteBuffer out, final int at) {
        final int count = level.order.length;
        final int capacity = TableLayout.hashCapacity(count);
        final int entriesAt = at + capacity * TableLayout.HASH_ENTRY_LENGTH;
        for (int row = 0; row < count; row++) {
            final int id = level.counts.id(level.order[row]);
            int slot = TableLayout.hash(id) & capacity - 1;
            while (out.getInt(at + slot * TableLayout.HASH_ENTRY_LENGTH + Integer.BYTES) != 0) {
                slot = slot + 1 & capacity - 1;
            }
            out.putInt(at + slot * TableLayout.HASH_ENTRY_LENGTH, id);
            out.putInt(at + slot * TableLayout.HASH_ENTRY_LENGTH + Integer.BYTES, row + 1);
            writeRow(level, row, out, entriesAt + row * stride);
        }
    }

    private void writeRow(final Level level, final int row, final ByteBuffer out, final int at) {
        final int source = level.order[row];
        final int parent = level.counts.parent(source);
        final int parentIndex = parent == 0 ? -1 : categories.counts.find(parent);
        final double seen = level.counts.seen(source);
        final int[] best = level.best(row, settings.neighbours());
        double left = 1;
        for (int i = 0; i < settings.neighbours(); i++) {
            final int entry = at + TableLayout.NEIGHBOURS_OFFSET + i * TableLayout.NEIGHBOUR_LENGTH;
            out.putInt(entry, i < best.length ? level.to[best[i]] : -1);
            if (i < best.length) {
                final float score = (float) (level.excess(best[i], seen) / (seen + level.shrinkage));
                out.putFloat(entry + Integer.BYTES, score);
                left -= score;
            }
        }
        out.putInt(at + TableLayout.ID_OFFSET, level.counts.id(source));
        out.putInt(at + TableLayout.CATEGORY_OFFSET, parentIndex < 0 ? -1 : categories.rank[parentIndex]);
        out.putFloat(at + TableLayout.SHARE_OFFSET, (float) level.share(row));
        out.putFloat(at + TableLayout.BACK_OFF_OFFSET, (float) Math.max(0, left));
    }
}
