package io.opportune.engine.index;

/**
 * Where the records of rules begin in a table of ints that has some for certain rules only. In a large table a record
 * stands in no cache, so that those of many rules are fetched before the first is read. Immutable.
 */
final class RecordStarts {
    /** Ints of a line of the cache: most records reach into a second one, and so many zeros stand behind the last. */
    static final int CACHE_LINE = 16;

    private final BitRank places;
    private final int[] starts;

    private RecordStarts(final BitRank places, final int[] starts) {
        this.places = places;
        this.starts = starts;
    }

    /** One bit for each rule that has records. */
    long[] bits() {
        return places.bits();
    }

    /**
     * Finds the records of rules, without waiting for one before asking for the next.
     *
     * @param records of the table, {@link #CACHE_LINE} more than are used.
     * @param ranks   of rules that have any.
     * @param count   of them.
     * @param at      takes where their records begin.
     * @return something made of what was read, so that it is read.
     */
    long fetch(final int[] records, final int[] ranks, final int count, final int[] at) {
        for (int i = 0; i < count; i++) {
            at[i] = starts[places.place(ranks[i])];
        }
        long read = 0;
        for (int i = 0; i < count; i++) {
            read += records[at[i]] + records[at[i] + CACHE_LINE];
        }
        return read;
    }

    long bytes() {
        return places.bytes() + (long) starts.length * Integer.BYTES;
    }

    /** Takes rules in ascending order of their ranks. */
    static final class Builder {
        private final long[] rules;
        private final IntList starts = new IntList();

        Builder(final int ruleCount) {
            rules = new long[BitRows.wordCount(ruleCount)];
        }

        /** The records of a rule begin here. */
        void add(final int rank, final int start) {
            BitRows.set(rules, rank);
            starts.add(start);
        }

        RecordStarts build() {
            return new RecordStarts(new BitRank(rules), starts.toArray());
        }
    }
}
