package io.opportune.engine.index;

import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.Situation;

/**
 * One search through a {@link TargetingIndex}: rows are chosen once, then ANDed block by block as the caller asks for
 * more, so that the ranks come in ascending order and nothing behind the last one asked for is looked at. Owned by one
 * shard; allocates nothing after construction.
 */
public final class IndexCursor {
    /** What {@link #next} gives when no further rule matches. */
    public static final int END = -1;

    /** The first block has 4,096 rules, a few lines of each row; the largest fill half of the first cache. */
    private static final int FIRST_BLOCK_WORDS = 64;
    private static final int LARGEST_BLOCK_WORDS = 512;

    private final TargetingIndex index;
    private final long[] block = new long[LARGEST_BLOCK_WORDS];
    private final long[] union = new long[LARGEST_BLOCK_WORDS];
    private final int[] classes;
    private final long[][] rows;
    private final UnionPart[] unions;
    private final long[][] forbiddenRows;
    private final RankSpans forbidden;
    private int rowCount;
    private int unionCount;
    private int forbiddenRowCount;
    private Situation situation;
    private int blockFrom;
    private int blockTo;
    private int blockWords;
    private int word;
    private long bits;

    /** A column of which any of several parts lets a rule pass: the free row, rows, and ranks from lists. */
    private static final class UnionPart {
        private final long[][] rows;
        private final RankSpans ranks;
        private long[] free;
        private int rowCount;

        UnionPart(final int capacity) {
            rows = new long[capacity][];
            ranks = new RankSpans(capacity);
        }

        void begin(final long[] freeRow) {
            free = freeRow;
            rowCount = 0;
            ranks.clear();
        }
    }

    /**
     * A cursor.
     *
     * @param index        to search.
     * @param listCapacity most elements of a list in the situations.
     */
    public IndexCursor(final TargetingIndex index, final int listCapacity) {
        this.index = index;
        classes = new int[index.scalars().length];
        rows = new long[index.scalars().length + 2][];
        unions = new UnionPart[index.scalars().length + index.anyOf().length];
        for (int i = 0; i < unions.length; i++) {
            unions[i] = new UnionPart(i < index.anyOf().length ? listCapacity : 1);
        }
        final int forbiddenCapacity = index.noneOf().length * listCapacity;
        forbiddenRows = new long[forbiddenCapacity][];
        forbidden = new RankSpans(forbiddenCapacity);
    }

    /**
     * Begins a search.
     *
     * @param where  the situation; it must not change until the search ends.
     * @param allowed one bit per rank, rules without theirs are passed over; null for all.
     */
    public void begin(final Situation where, final long[] allowed) {
        situation = where;
        rowCount = 0;
        rows[rowCount++] = index.satisfiable();
        if (allowed != null) {
            rows[rowCount++] = allowed;
        }
        unionCount = 0;
        // Lists first: their parts have room for many elements.
        for (final ListColumn column : index.anyOf()) {
            beginAnyOf(column, unions[unionCount++]);
        }
        final ScalarColumn[] scalars = index.scalars();
        for (int i = 0; i < scalars.length; i++) {
            classes[i] = scalars[i].classOf(situation);
            if (scalars[i].isDemanded()) {
                beginScalar(scalars[i], classes[i]);
            }
        }
        forbiddenRowCount = 0;
        forbidden.clear();
        for (final ListColumn column : index.noneOf()) {
            beginNoneOf(column);
        }
        blockFrom = 0;
        blockTo = 0;
        blockWords = FIRST_BLOCK_WORDS / 2;
        word = 0;
        bits = 0;
    }

    /**
     * The next rule that holds.
     *
     * @return its rank, greater than the one before, or {@link #END}.
     */
    public int next() {
        while (true) {
            while (bits == 0) {
                word++;
                if (word >= blockTo - blockFrom && !nextBlock()) {
                    return END;
                }
                bits = block[word];
            }
            final int rank = (blockFrom + word << 6) + Long.numberOfTrailingZeros(bits);
            bits &= bits - 1;
            if (!BitRows.get(index.withResidue(), rank) || residueHolds(rank)) {
                return rank;
            }
        }
    }

    private boolean residueHolds(final int rank) {
        final Rule program = index.residue(rank);
        return program == null ? index.clauses().hold(rank, classes) : program.matches(situation);
    }

    private void beginScalar(final ScalarColumn column, final int valueClass) {
        final Postings postings = column.postings();
        final long[] row = postings.row(valueClass);
        if (row != null) {
            rows[rowCount++] = row;
        } else if (postings.start(valueClass) == postings.end(valueClass)) {
            rows[rowCount++] = column.free();
        } else {
            final UnionPart part = unions[unionCount++];
            part.begin(column.free());
            part.ranks.add(postings, valueClass);
        }
    }

    private void beginAnyOf(final ListColumn column, final UnionPart part) {
        part.begin(column.free());
        final int size = column.size(situation);
        for (int i = 0; i < size; i++) {
            final int code = column.codeOf(situation, i);
            if (code != CodeTable.UNKNOWN) {
                final long[] row = column.postings().row(code);
                if (row != null) {
                    part.rows[part.rowCount++] = row;
                } else {
                    part.ranks.add(column.postings(), code);
                }
            }
        }
    }

    private void beginNoneOf(final ListColumn column) {
        final int size = column.size(situation);
        for (int i = 0; i < size; i++) {
            final int code = column.codeOf(situation, i);
            if (code != CodeTable.UNKNOWN) {
                final long[] row = column.postings().row(code);
                if (row != null) {
                    forbiddenRows[forbiddenRowCount++] = row;
                } else {
                    forbidden.add(column.postings(), code);
                }
            }
        }
    }

    private boolean nextBlock() {
        if (blockTo == index.wordCount()) {
            return false;
        }
        blockWords = Math.min(LARGEST_BLOCK_WORDS, 2 * blockWords);
        blockFrom = blockTo;
        blockTo = Math.min(index.wordCount(), blockFrom + blockWords);
        word = 0;
        final int length = blockTo - blockFrom;
        andRows(length);
        for (int i = 0; i < unionCount; i++) {
            andUnion(unions[i], length);
        }
        for (int i = 0; i < forbiddenRowCount; i++) {
            andNot(block, forbiddenRows[i], blockFrom, length);
        }
        forbidden.clearIn(block, blockFrom, blockTo);
        return true;
    }

    private void andRows(final int length) {
        int row = 1;
        System.arraycopy(rows[0], blockFrom, block, 0, length);
        for (; row + 3 < rowCount; row += 4) {
            andFour(block, rows[row], rows[row + 1], rows[row + 2], rows[row + 3], blockFrom, length);
        }
        for (; row < rowCount; row++) {
            and(block, rows[row], blockFrom, length);
        }
    }

    private void andUnion(final UnionPart part, final int length) {
        if (part.rowCount == 0 && part.ranks.isEmpty()) {
            and(block, part.free, blockFrom, length);
            return;
        }
        System.arraycopy(part.free, blockFrom, union, 0, length);
        for (int i = 0; i < part.rowCount; i++) {
            or(union, part.rows[i], blockFrom, length);
        }
        part.ranks.setIn(union, blockFrom, blockTo);
        and(block, union, 0, length);
    }

    // Plain loops over whole arrays: the compiler turns them into vector instructions.

    private static void andFour(
        final long[] into, final long[] a, final long[] b, final long[] c, final long[] d, final int from,
        final int length) {
        for (int i = 0; i < length; i++) {
            into[i] &= a[from + i] & b[from + i] & c[from + i] & d[from + i];
        }
    }

    private static void and(final long[] into, final long[] row, final int from, final int length) {
        for (int i = 0; i < length; i++) {
            into[i] &= row[from + i];
        }
    }

    private static void andNot(final long[] into, final long[] row, final int from, final int length) {
        for (int i = 0; i < length; i++) {
            into[i] &= ~row[from + i];
        }
    }

    private static void or(final long[] into, final long[] row, final int from, final int length) {
        for (int i = 0; i < length; i++) {
            into[i] |= row[from + i];
        }
    }
}
