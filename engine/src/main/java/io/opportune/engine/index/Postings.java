package io.opportune.engine.index;

import java.util.Arrays;

/**
 * For each code the rules that belong to it: many as a row of bits, few as their ranks in ascending order. Immutable
 * once filled.
 *
 * <pre>
 *   row(code)            dense: one bit per rule        null: look into the ranks
 *   ranks                code 0: r r r | code 1: r | code 2: | ...
 *   starts               where each code begins in ranks
 * </pre>
 */
final class Postings {
    /** A rank read from a list costs about as much as this many bits of a row. */
    private static final int BITS_PER_RANK = 256;

    private final long[][] rows;
    private final int[] starts;
    private final int[] ranks;

    private Postings(final long[][] rows, final int[] starts, final int[] ranks) {
        this.rows = rows;
        this.starts = starts;
        this.ranks = ranks;
    }

    /** The row of a code, or null when its rules stand in the list of ranks. */
    long[] row(final int code) {
        return rows[code];
    }

    /** First position of a code's ranks. */
    int start(final int code) {
        return starts[code];
    }

    /** End, exclusive, of a code's ranks. */
    int end(final int code) {
        return starts[code + 1];
    }

    int[] ranks() {
        return ranks;
    }

    /** Memory without that of the rows. */
    long listBytes() {
        return (long) (starts.length + ranks.length + rows.length) * Integer.BYTES;
    }

    long bytes() {
        long bytes = listBytes();
        for (final long[] row : rows) {
            bytes += row == null ? 0 : (long) row.length * Long.BYTES;
        }
        return bytes;
    }

    /** Takes spans of codes for rules in ascending order of their ranks, twice: first to count, then to fill. */
    static final class Builder {
        private final int ruleCount;
        private final boolean allDense;
        private final long[] base;
        private final int[] counts;
        private long[][] rows;
        private int[] starts;
        private int[] ranks;
        private int[] next;

        /**
         * Begins to count.
         *
         * @param codeCount codes are 0 .. codeCount - 1.
         * @param ruleCount ranks are 0 .. ruleCount - 1.
         * @param base      bits that stand in every row besides, or null for none.
         * @param allDense  whether every code gets a row.
         */
        Builder(final int codeCount, final int ruleCount, final long[] base, final boolean allDense) {
            this.ruleCount = ruleCount;
            this.base = base;
            this.allDense = allDense;
            counts = new int[codeCount + 1];
        }

        /** First turn: a rule belongs to a span of codes, both ends included. */
        void count(final int firstCode, final int lastCode) {
            counts[firstCode]++;
            counts[lastCode + 1]--;
        }

        /** Between the turns. */
        void allocate() {
            final int codeCount = counts.length - 1;
            rows = new long[codeCount][];
            starts = new int[codeCount + 1];
            int rulesOfCode = 0;
            for (int code = 0; code < codeCount; code++) {
                rulesOfCode += counts[code];
                final boolean dense = allDense || (long) rulesOfCode * BITS_PER_RANK >= ruleCount;
                if (dense) {
                    rows[code] = base == null ? new long[BitRows.wordCount(ruleCount)] : base.clone();
                }
                starts[code + 1] = Math.addExact(starts[code], dense ? 0 : rulesOfCode);
            }
            ranks = new int[starts[codeCount]];
            next = Arrays.copyOf(starts, codeCount);
        }

        /** Second turn, in the same order. */
        void fill(final int rank, final int firstCode, final int lastCode) {
            for (int code = firstCode; code <= lastCode; code++) {
                if (rows[code] != null) {
                    BitRows.set(rows[code], rank);
                } else {
                    ranks[next[code]++] = rank;
                }
            }
        }

        Postings build() {
            return new Postings(rows, starts, ranks);
        }
    }
}
