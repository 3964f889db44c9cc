package io.opportune.engine.index;

/**
 * Which elements rules forbid in lists. Few rules survive what they demand, so that these are asked only then: each
 * record names the elements of one rule in one list. Immutable.
 *
 * <pre>
 *   records  a header: sign set when the rule has no further record, 15 bits list, 16 bits element count;
 *            then the codes
 * </pre>
 */
final class ForbiddenTable {
    private static final int LAST = 1 << 31;
    private static final int COUNT_BITS = 16;
    private static final int MAX_COUNT = (1 << COUNT_BITS) - 1;
    private static final int MAX_LIST = (1 << 15) - 1;

    private final RecordStarts starts;
    private final int[] records;

    private ForbiddenTable(final RecordStarts starts, final int[] records) {
        this.starts = starts;
        this.records = records;
    }

    /** One bit for each rule that forbids anything. */
    long[] bits() {
        return starts.bits();
    }

    /** Finds the records of rules, see {@link RecordStarts#fetch}. */
    long fetch(final int[] ranks, final int count, final int[] at) {
        return starts.fetch(records, ranks, count, at);
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
        return starts.bytes() + (long) records.length * Integer.BYTES;
    }

    /** Takes what rules forbid in ascending order of their ranks. */
    static final class Builder {
        private final RecordStarts.Builder starts;
        private final IntList records = new IntList();

        Builder(final int ruleCount) {
            starts = new RecordStarts.Builder(ruleCount);
        }

        /** Begins with a rule; {@link #addList} follows once or more. */
        void begin(final int rank) {
            starts.add(rank, records.size());
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
            return new ForbiddenTable(starts.build(), records.toArray(RecordStarts.CACHE_LINE));
        }
    }
}
