package io.opportune.engine.index;

import io.opportune.engine.targeting.Node;
import io.opportune.engine.targeting.Situation;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What all rules demand of one scalar attribute. The values at which some rule changes its mind cut the range of a long
 * into elementary intervals; intervals between which no rule distinguishes, and the missing value, form the classes.
 * A class has the row of the rules that it does not rule out. Immutable.
 */
final class ScalarColumn {
    private static final int NO_SLOT = -1;
    /** The interval of a missing value. */
    private static final int MISSING = 0;
    /** Columns with fewer intervals have a row for each: nothing is probed. */
    private static final int DENSE_INTERVALS = 160;
    /** Cut points closer together than this are looked up in a table instead of being searched. */
    private static final int MAX_TABLE = 1 << 16;

    private final Node.Subject subject;
    /** Of an attribute; {@link #NO_SLOT} for the value of a map. */
    private final int slot;
    private final boolean demanded;
    private final long[] cuts;
    private final long tableBase;
    private final int[] table;
    private final long[] free;
    private final Postings postings;
    private final int[] classOfInterval;
    private final int classCount;
    /** By class; null for a class whose rules stand in the list of ranks of its only interval. */
    private final long[][] rows;
    private final int[] intervalOfClass;

    /**
     * Builds the column.
     *
     * @param subject   the attribute, or the value of a map under a fixed key.
     * @param demands   by rank, ascending.
     * @param leaves    of clauses about the attribute, which want classes of their own.
     * @param ruleCount of all rules.
     */
    ScalarColumn(
        final Node.Subject subject,
        final Map<Integer, ValueSet> demands,
        final Collection<ValueSet> leaves,
        final int ruleCount) {
        this.subject = subject;
        slot = subject instanceof Node.Scalar scalar ? scalar.slot() : NO_SLOT;
        demanded = !demands.isEmpty();
        cuts = Stream.concat(demands.values().stream(), leaves.stream())
            .flatMapToLong(ValueSet::cuts).sorted().distinct().toArray();
        final boolean tabled = cuts.length > 0 && cuts[cuts.length - 1] - cuts[0] >= 0
            && cuts[cuts.length - 1] - cuts[0] < MAX_TABLE;
        tableBase = tabled ? cuts[0] : 0;
        table = tabled ? tableOf(cuts) : null;
        free = BitRows.ones(ruleCount);
        demands.keySet().forEach(rank -> BitRows.clear(free, rank));
        final int intervalCount = cuts.length + 2;
        final Postings.Builder builder = new Postings.Builder(
            demanded ? intervalCount : 0, ruleCount, free, intervalCount < DENSE_INTERVALS);
        demands.forEach((rank, values) -> spans(values, builder::count));
        builder.allocate();
        demands.forEach((rank, values) ->
            spans(values, (first, last) -> builder.fill(rank, first, last)));
        postings = builder.build();
        classOfInterval = classes(leaves, intervalCount);
        classCount = countOf(classOfInterval);
        rows = new long[demanded ? classCount : 0][];
        intervalOfClass = new int[classCount];
        for (int interval = intervalCount - 1; interval >= 0; interval--) {
            intervalOfClass[classOfInterval[interval]] = interval;
            if (demanded) {
                rows[classOfInterval[interval]] = rowOf(interval);
            }
        }
        if (table != null) {
            for (int i = 0; i < table.length; i++) {
                table[i] = classOfInterval[table[i]];
            }
        }
    }

    private long[] rowOf(final int interval) {
        return postings.row(interval) == null && postings.start(interval) == postings.end(interval)
            ? free : postings.row(interval);
    }

    /** Which class each interval belongs to: equal rows and equal leaves make one class. */
    private int[] classes(final Collection<ValueSet> leaves, final int intervalCount) {
        int[] classes = new int[intervalCount];
        if (demanded) {
            final Map<Object, Integer> known = new HashMap<>();
            for (int interval = 0; interval < intervalCount; interval++) {
                final long[] row = rowOf(interval);
                // Lists of ranks are not compared: each has a class of its own.
                classes[interval] = known.computeIfAbsent(row == null ? interval : new Row(row), key -> known.size());
            }
        }
        for (final ValueSet leaf : leaves) {
            if (countOf(classes) > Long.SIZE) {
                break;
            }
            classes = refined(classes, intervalBits(leaf));
        }
        if (countOf(classes) > Long.SIZE) {
            // Too many to be combined with others: in their order, so that spans of values are spans of classes.
            Arrays.setAll(classes, interval -> interval);
        }
        return classes;
    }

    private static int countOf(final int[] classes) {
        return Arrays.stream(classes).max().orElse(0) + 1;
    }

    /** Divides each class into the intervals of a set and the others. */
    private static int[] refined(final int[] classes, final long[] bits) {
        final Map<Long, Integer> known = new HashMap<>();
        final int[] refined = new int[classes.length];
        for (int interval = 0; interval < classes.length; interval++) {
            refined[interval] = known.computeIfAbsent(
                2L * classes[interval] + (BitRows.get(bits, interval) ? 1 : 0), key -> known.size());
        }
        return refined;
    }

    /** A row by its bits. */
    private record Row(long[] bits) {
        @Override
        public boolean equals(final Object other) {
            return other instanceof Row row && Arrays.equals(bits, row.bits);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bits);
        }
    }

    /** The class of the attribute's value. */
    int classOf(final Situation situation) {
        if (slot >= 0) {
            return situation.has(slot) ? classOf(situation.get(slot)) : classOfInterval[MISSING];
        }
        return subject.isIn(situation) ? classOf(subject.valueIn(situation)) : classOfInterval[MISSING];
    }

    private int classOf(final long value) {
        if (table != null) {
            final long at = value - tableBase;
            if (value >= tableBase && at >= 0 && at < table.length) {
                return table[(int) at];
            }
            return classOfInterval[value < tableBase ? 1 : cuts.length + 1];
        }
        return classOfInterval[intervalOf(value)];
    }

    /** Whether any rule demands something of the attribute; otherwise only clauses speak of it. */
    boolean isDemanded() {
        return demanded;
    }

    /** One bit for each class whose values are in a set. */
    long[] bitsOf(final ValueSet values) {
        final long[] bits = new long[BitRows.wordCount(classCount)];
        final long[] intervals = intervalBits(values);
        for (int interval = 0; interval < classOfInterval.length; interval++) {
            if (BitRows.get(intervals, interval)) {
                BitRows.set(bits, classOfInterval[interval]);
            }
        }
        return bits;
    }

    private long[] intervalBits(final ValueSet values) {
        final long[] bits = new long[BitRows.wordCount(cuts.length + 2)];
        spans(values, (first, last) -> {
            for (int interval = first; interval <= last; interval++) {
                BitRows.set(bits, interval);
            }
        });
        return bits;
    }

    /** Rules that demand nothing of the attribute. */
    long[] free() {
        return free;
    }

    /** The rules that a class does not rule out; null when those that are not free stand in a list of ranks. */
    long[] row(final int valueClass) {
        return rows[valueClass];
    }

    /** Whether every class has a row. */
    boolean isDense() {
        return demanded && Arrays.stream(rows).noneMatch(row -> row == null);
    }

    /** Rules that are not free, by {@link #postingOf}. */
    Postings postings() {
        return postings;
    }

    /** Where the ranks of a class without a row stand in {@link #postings}. */
    int postingOf(final int valueClass) {
        return intervalOfClass[valueClass];
    }

    Node.Subject subject() {
        return subject;
    }

    int classCount() {
        return classCount;
    }

    long bytes() {
        long bytes = (long) (cuts.length + free.length) * Long.BYTES + postings.listBytes()
            + (table == null ? 0 : (long) table.length * Integer.BYTES)
            + (long) (classOfInterval.length + intervalOfClass.length) * Integer.BYTES;
        for (final long[] row : rows) {
            bytes += row == null || row == free ? 0 : (long) row.length * Long.BYTES;
        }
        return bytes;
    }

    private int intervalOf(final long value) {
        int low = 0;
        int high = cuts.length;
        while (low < high) {
            final int middle = low + high >>> 1;
            if (cuts[middle] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low + 1;
    }

    private interface SpanConsumer {
        void accept(int firstInterval, int lastInterval);
    }

    private void spans(final ValueSet values, final SpanConsumer consumer) {
        if (values.holdsWhenMissing()) {
            consumer.accept(MISSING, MISSING);
        }
        for (int i = 0; i < values.intervalCount(); i++) {
            consumer.accept(intervalOf(values.low(i)), intervalOf(values.high(i)));
        }
    }

    private static int[] tableOf(final long[] cuts) {
        final int[] table = new int[(int) (cuts[cuts.length - 1] - cuts[0]) + 1];
        int passed = 0;
        for (int i = 0; i < table.length; i++) {
            while (passed < cuts.length && cuts[passed] <= cuts[0] + i) {
                passed++;
            }
            table[i] = passed + 1;
        }
        return table;
    }
}
