package io.opportune.engine.index;

import io.opportune.engine.targeting.Situation;
import java.util.Collection;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What all rules demand of one scalar attribute. The values at which some rule changes its mind cut the range of a long
 * into elementary intervals, each a class; class 0 is a missing value. A class has the row of the rules that it does
 * not rule out. Immutable.
 */
final class ScalarColumn {
    static final int MISSING = 0;
    /** Columns with fewer classes have a row for each: nothing is probed. */
    private static final int DENSE_CLASSES = 160;
    /** Cut points closer together than this are looked up in a table instead of being searched. */
    private static final int MAX_TABLE = 1 << 16;

    private final int slot;
    private final boolean demanded;
    private final long[] cuts;
    private final long tableBase;
    private final int[] table;
    private final long[] free;
    private final Postings postings;

    /**
     * Builds the column.
     *
     * @param slot      of the attribute.
     * @param demands   by rank, ascending.
     * @param leaves    of clauses about the attribute, which want classes of their own.
     * @param ruleCount of all rules.
     */
    ScalarColumn(
        final int slot, final Map<Integer, ValueSet> demands, final Collection<ValueSet> leaves, final int ruleCount) {
        this.slot = slot;
        demanded = !demands.isEmpty();
        cuts = Stream.concat(demands.values().stream(), leaves.stream())
            .flatMapToLong(ScalarColumn::cutsOf).sorted().distinct().toArray();
        final boolean tabled = cuts.length > 0 && cuts[cuts.length - 1] - cuts[0] >= 0
            && cuts[cuts.length - 1] - cuts[0] < MAX_TABLE;
        tableBase = tabled ? cuts[0] : 0;
        table = tabled ? tableOf(cuts) : null;
        free = BitRows.ones(ruleCount);
        demands.keySet().forEach(rank -> BitRows.clear(free, rank));
        final int classCount = cuts.length + 2;
        final Postings.Builder builder =
            new Postings.Builder(demanded ? classCount : 0, ruleCount, free, classCount < DENSE_CLASSES);
        demands.forEach((rank, values) -> spans(values, builder::count));
        builder.allocate();
        demands.forEach((rank, values) ->
            spans(values, (first, last) -> builder.fill(rank, first, last)));
        postings = builder.build();
    }

    /** The class of the attribute's value. */
    int classOf(final Situation situation) {
        return situation.has(slot) ? classOf(situation.get(slot)) : MISSING;
    }

    /** Whether any rule demands something of the attribute; otherwise only clauses speak of it. */
    boolean isDemanded() {
        return demanded;
    }

    /** One bit for each class whose values are in a set. */
    long[] bitsOf(final ValueSet values) {
        final long[] bits = new long[BitRows.wordCount(classCount())];
        spans(values, (first, last) -> {
            for (int valueClass = first; valueClass <= last; valueClass++) {
                BitRows.set(bits, valueClass);
            }
        });
        return bits;
    }

    /** Rules that demand nothing of the attribute. */
    long[] free() {
        return free;
    }

    /** Rules of a class: rows include the free ones, lists of ranks do not. */
    Postings postings() {
        return postings;
    }

    int slot() {
        return slot;
    }

    int classCount() {
        return cuts.length + 2;
    }

    long bytes() {
        final long tableBytes = table == null ? 0 : (long) table.length * Integer.BYTES;
        return (long) (cuts.length + free.length) * Long.BYTES + tableBytes + postings.bytes();
    }

    private int classOf(final long value) {
        if (table != null) {
            final long at = value - tableBase;
            return value < tableBase ? 1 : at >= 0 && at < table.length ? table[(int) at] : cuts.length + 1;
        }
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
        void accept(int firstClass, int lastClass);
    }

    private void spans(final ValueSet values, final SpanConsumer consumer) {
        if (values.holdsWhenMissing()) {
            consumer.accept(MISSING, MISSING);
        }
        for (int i = 0; i < values.intervalCount(); i++) {
            consumer.accept(classOf(values.low(i)), classOf(values.high(i)));
        }
    }

    private static LongStream cutsOf(final ValueSet values) {
        final LongStream.Builder cuts = LongStream.builder();
        for (int i = 0; i < values.intervalCount(); i++) {
            if (values.low(i) != Long.MIN_VALUE) {
                cuts.add(values.low(i));
            }
            if (values.high(i) != Long.MAX_VALUE) {
                cuts.add(values.high(i) + 1);
            }
        }
        return cuts.build();
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
