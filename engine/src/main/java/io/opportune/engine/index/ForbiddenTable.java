package io.opportune.engine.index;

/**
 * Which elements rules forbid in lists. Few rules survive what they demand, so that these are asked only then: each
 * record names the elements of one rule in one list. In a large index a record stands in no cache, so that those of all
 * survivors of a block are fetched before the first is read. Immutable.
 *
 * <pre>
 *   starts[place]  where the records of a rule begin
 *   records        a header: sign set when the rule has no further record, 15 bits list, 16 bits element count;
 *                  then the codes
 * </pre>
 */
final class ForbiddenTable {
    /** Ints of a line: most records reach into a second one. */
    static final int CACHE_LINE = 16;

    private static final int LAST = 1 << 31;
    private static final int COUNT_BITS = 16;
    private static final int MAX_COUNT = (1 << COUNT_BITS) - 1;
    private static final int MAX_LIST = (1 << 15) - 1;

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

    /**
     * Finds the records of rules, without waiting for one before asking for the next.
     *
     * @param ranks of rules that have any.
     * @param count of them.
     * @param at    takes where their records begin.
     * @return something made of what was read, so that it is read.
     */
    long fetch(final int[] ranks, final int count, final int[] at) {
        for (int i = 0; i < count; i++) {
            at[i] = starts[places.place(ranks[i])];
        }
        long read = 0;
        for (int i = 0; i < count; i++) {
            read += records[at[i]] + records[at[i] + CACHE_LINE];
        }
        return read;
    }

    /** 1 when no list of an event holds what a rule forbids, otherwise 0; its records begin here. */
    long hold(final int start, final IndexEvent event) {
        final int[] codes = records;
        int at = start;
        long held = 0;
        int header;
        do {
            header = codes[at++];
            final long[] bits = event.heldBits(header >>> COUNT_BITS & MAX_LIST);
            final int end = at + (header & MAX_COUNT);
            for (; at < end; at++) {
                held |= bits[codes[at] >>> 6] >>> codes[at];
            }
        } while (header >= 0);
        return ~held & 1L;
    }

    long bytes() {
        return places.bytes() + (long) (starts.length + records.length) * Integer.BYTES;
    }

    /** Takes what rules forbid in ascending order of their ranks. */
    static final class Builder {
        private final long[] rules;
        private final IntList starts = new IntList();
        private final IntList records = new IntList();

        Builder(final int ruleCount) {
            rules = new long[BitRows.wordCount(ruleCount)];
        }

        /** Begins with a rule; {@link #addList} follows once or more. */
        void begin(final int rank) {
            BitRows.set(rules, rank);
            starts.add(records.size());
        }

        /** Takes what the rule forbids in a list. */
        void addList(final int list, final int[] codes, final boolean isLast) {
            if (list > MAX_LIST || codes.length > MAX_COUNT) {
                throw new IllegalArgumentException("a rule forbids " + codes.length + " elements of list " + list
                    + "; at most " + MAX_COUNT + " of lists up to " + MAX_LIST + " are possible");
            }
            records.add((isLast ? LAST : 0) | list << COUNT_BITS | codes.length);
            for (final int code : codes) {
                records.add(code);
            }
        }

        ForbiddenTable build() {
            return new ForbiddenTable(new BitRank(rules), starts.toArray(), records.toArray(CACHE_LINE));
        }
    }
}
