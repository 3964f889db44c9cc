package io.opportune.engine.index;

import io.opportune.engine.targeting.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Residues of at most two clauses of at most two scalar leaves each, which most are: records of one form that hold all
 * there is to know, so that testing takes no branch and the records of many rules are fetched at the same time. Shorter
 * ones repeat themselves. Immutable.
 *
 * <pre>
 *   records[5 x place]   columns: four times 15 bits and a bit that says bits (1) or span (0)
 *                        four leaves: one bit for each class of a column of at most 64,
 *                                     or a span: first class, and in the upper half last less first class
 * </pre>
 */
final class PairTable {
    private static final int STRIDE = 5;
    private static final int COLUMN_BITS = 16;
    private static final int MAX_COLUMN = (1 << COLUMN_BITS - 1) - 1;
    private static final long COLUMN_MASK = MAX_COLUMN;

    private final BitRank places;
    private final long[] records;

    private PairTable(final BitRank places, final long[] records) {
        this.places = places;
        this.records = records;
    }

    /** One bit for each rule that has a record. */
    long[] bits() {
        return places.bits();
    }

    /** Finds the records of rules as {@link RecordStarts#fetch} does. */
    long fetch(final int[] ranks, final int count, final int[] at) {
        long read = 0;
        for (int i = 0; i < count; i++) {
            final int start = STRIDE * places.place(ranks[i]);
            at[i] = start;
            read += records[start] + records[start + STRIDE - 1];
        }
        return read;
    }

    /**
     * 1 when the clauses of a rule hold for an event whose values fall into these classes, otherwise 0.
     *
     * @param at where its record begins.
     */
    long hold(final int at, final int[] classes) {
        final long[] words = records;
        final long columns = words[at];
        return (leaf(columns, words[at + 1], classes) | leaf(columns >>> COLUMN_BITS, words[at + 2], classes))
            & (leaf(columns >>> 2 * COLUMN_BITS, words[at + 3], classes)
                | leaf(columns >>> 3 * COLUMN_BITS, words[at + 4], classes));
    }

    private static long leaf(final long column, final long set, final int[] classes) {
        final int valueClass = classes[(int) (column & COLUMN_MASK)];
        final long isBits = column >>> COLUMN_BITS - 1 & 1L;
        final long inBits = set >>> valueClass;
        // Not beyond the span: the sign of what is left of it, when taken as unsigned.
        final long inSpan = (set >>> 32) - (valueClass - set & 0xFFFF_FFFFL) >>> 63 ^ 1L;
        return (inBits & isBits | inSpan & ~isBits) & 1L;
    }

    long bytes() {
        return places.bytes() + (long) records.length * Long.BYTES;
    }

    /** Takes the clauses of rules in ascending order of their ranks. */
    static final class Builder {
        private final long[] bits;
        private final List<long[]> records = new ArrayList<>();
        private final ScalarColumn[] scalars;
        private final Columns columns;

        Builder(final int ruleCount, final ScalarColumn[] scalars, final Columns columns) {
            bits = new long[BitRows.wordCount(ruleCount)];
            this.scalars = scalars;
            this.columns = columns;
        }

        /** Adds the clauses of a rule; false when they have another form. */
        boolean add(final int rank, final List<ClauseForm.Clause> clauses) {
            if (clauses.size() > 2) {
                return false;
            }
            final long[] record = new long[STRIDE];
            for (int i = 0; i < 2; i++) {
                final ClauseForm.Clause clause = clauses.get(Math.min(i, clauses.size() - 1));
                final List<Map.Entry<Node.Subject, ValueSet>> leaves = List.copyOf(clause.scalars().entrySet());
                if (!clause.lists().isEmpty() || leaves.size() > 2
                    || !addLeaf(record, 2 * i, leaves.getFirst()) || !addLeaf(record, 2 * i + 1, leaves.getLast())) {
                    return false;
                }
            }
            BitRows.set(bits, rank);
            records.add(record);
            return true;
        }

        private boolean addLeaf(final long[] record, final int leaf, final Map.Entry<Node.Subject, ValueSet> of) {
            final int column = columns.scalar(of.getKey());
            final long[] classes = scalars[column].bitsOf(of.getValue());
            final boolean isBits = classes.length == 1;
            final int first = firstOf(classes);
            if (column > MAX_COLUMN || !isBits && (first < 0 || !isSpan(classes, first))) {
                return false;
            }
            record[0] |= (isBits ? 1L << COLUMN_BITS - 1 | column : column) << leaf * COLUMN_BITS;
            record[1 + leaf] = isBits ? classes[0] : first | (long) (BitRows.count(classes) - 1) << 32;
            return true;
        }

        private static int firstOf(final long[] bits) {
            for (int word = 0; word < bits.length; word++) {
                if (bits[word] != 0) {
                    return (word << 6) + Long.numberOfTrailingZeros(bits[word]);
                }
            }
            return -1;
        }

        private static boolean isSpan(final long[] bits, final int first) {
            final int count = BitRows.count(bits);
            for (int i = 0; i < count; i++) {
                if (first + i >= bits.length << 6 || !BitRows.get(bits, first + i)) {
                    return false;
                }
            }
            return true;
        }

        PairTable build() {
            final long[] all = new long[STRIDE * records.size()];
            for (int i = 0; i < records.size(); i++) {
                System.arraycopy(records.get(i), 0, all, STRIDE * i, STRIDE);
            }
            return new PairTable(new BitRank(bits), all);
        }
    }
}
