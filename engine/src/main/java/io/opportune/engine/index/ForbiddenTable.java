package io.opportune.engine.index;

import java.util.ArrayList;
import java.util.List;

/**
 * Which elements rules forbid in lists. Few rules survive what they demand, so that these are asked only then: each
 * record names the elements of one rule in one list. Immutable.
 *
 * <pre>
 *   starts[place]  where the records of a rule begin; they end where those of the next place begin
 *   records        list, element count, codes, list, element count, codes, ...
 * </pre>
 */
final class ForbiddenTable {
    private final BitRank places;
    private final int[] starts;
    private final int[] records;

    private ForbiddenTable(final BitRank places, final int[] starts, final int[] records) {
        this.places = places;
        this.starts = starts;
        this.records = records;
    }

    /** One bit for each rule that forbids anything. */
    long[] bits() {
        return places.bits();
    }

    /** 1 when no list of an event holds what a rule forbids, otherwise 0. */
    long hold(final int rank, final IndexEvent event) {
        final int place = places.place(rank);
        final int end = starts[place + 1];
        int at = starts[place];
        long held = 0;
        while (at < end) {
            final long[] bits = event.heldBits(records[at]);
            final int last = at + 1 + records[at + 1];
            for (at += 2; at <= last; at++) {
                held |= bits[records[at] >>> 6] >>> records[at];
            }
        }
        return ~held & 1L;
    }

    long bytes() {
        return places.bytes() + (long) (starts.length + records.length) * Integer.BYTES;
    }

    /** Takes what rules forbid in ascending order of their ranks. */
    static final class Builder {
        private final long[] rules;
        private final List<int[]> parts = new ArrayList<>();

        Builder(final int ruleCount) {
            rules = new long[BitRows.wordCount(ruleCount)];
        }

        /** Takes the records of one rule. */
        void add(final int rank, final int[] record) {
            BitRows.set(rules, rank);
            parts.add(record);
        }

        ForbiddenTable build() {
            final int[] starts = new int[parts.size() + 1];
            for (int place = 0; place < parts.size(); place++) {
                starts[place + 1] = Math.addExact(starts[place], parts.get(place).length);
            }
            final int[] records = new int[starts[parts.size()]];
            for (int place = 0; place < parts.size(); place++) {
                System.arraycopy(parts.get(place), 0, records, starts[place], parts.get(place).length);
            }
            return new ForbiddenTable(new BitRank(rules), starts, records);
        }
    }
}
