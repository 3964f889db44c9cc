package io.opportune.engine.index;

import java.util.Arrays;

/**
 * One search through a {@link TargetingIndex}: rows are chosen once, then ANDed block by block as the caller asks for
 * more, so that the ranks come in ascending order and nothing behind the last one asked for is looked at. Owned by one
 * shard; allocates nothing after construction.
 */
public final class IndexCursor {
    /** What a search gives when no further rule matches. */
    public static final int END = -1;
    /** What {@link #nextOrMore} gives when it has looked for some microseconds in vain and there is more to look at. */
    public static final int MORE = -2;

    /** Programs tested in vain before the caller is asked whether to go on: each takes some 40 ns. */
    private static final int PROGRAMS_AT_ONCE = 128;

    /**
     * The first block has 256 rules, since the best offer is mostly among them and clauses are tested for a whole
     * block; the largest fill a quarter of the first cache.
     */
    private static final int FIRST_BLOCK_WORDS = 4;
    private static final int LARGEST_BLOCK_WORDS = 512;
    private static final int GROWTH = 4;

    private final TargetingIndex index;
    /** Rows of which only the words of the block are in use: so they have the same index as the index's rows. */
    private final long[] block;
    private final long[] union;
    private final long[] kept;
    private final int[] survivors = new int[(LARGEST_BLOCK_WORDS << 6) + Words.LISTED_AT_ONCE];
    private final int[] records = new int[survivors.length];
    private final long[][] rows;
    private final Alternatives[] alternatives;
    private int rowCount;
    private int alternativeCount;
    private IndexEvent event;
    private int blockFrom;
    private int blockTo;
    private int blockWords;
    private int survivor;
    private int survivorCount;
    /** Nothing anybody wants to know: it keeps the compiler from leaving out what is read ahead. */
    private long fetched;

    /** A column of which any of several parts lets a rule pass: the free row, rows, and ranks from lists. */
    private static final class Alternatives {
        private final long[][] rows;
        private final RankSpans ranks;
        private long[] free;
        private int rowCount;

        Alternatives(final int capacity) {
            rows = new long[capacity][];
            ranks = new RankSpans(capacity);
        }

        void begin(final long[] freeRow) {
            free = freeRow;
            rowCount = 0;
            ranks.clear();
        }

        void add(final Postings postings, final int code) {
            final long[] row = postings.row(code);
            if (row != null) {
                rows[rowCount++] = row;
            } else {
                ranks.add(postings, code);
            }
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
        block = new long[index.wordCount()];
        union = new long[index.wordCount()];
        kept = new long[index.wordCount()];
        rows = new long[index.groups().length + index.sparse().length + index.lists().length + 2][];
        alternatives = new Alternatives[index.lists().length + index.sparse().length];
        final int mostElements = Arrays.stream(index.lists())
            .mapToInt(list -> list.mostElements(listCapacity)).max().orElse(0);
        for (int i = 0; i < alternatives.length; i++) {
            alternatives[i] = new Alternatives(i < index.lists().length ? mostElements : 1);
        }
    }

    /**
     * Begins a search that is likely to end early.
     *
     * @param encoded in the codes of this cursor's index; it must not change until the search ends.
     * @param allowed one bit per rank, rules without theirs are passed over; null for all.
     */
    public void begin(final IndexEvent encoded, final long[] allowed) {
        begin(encoded, allowed, FIRST_BLOCK_WORDS);
    }

    /**
     * Begins a search for all that holds.
     *
     * @param encoded as for {@link #begin}.
     * @param allowed as for {@link #begin}.
     */
    public void beginAll(final IndexEvent encoded, final long[] allowed) {
        begin(encoded, allowed, LARGEST_BLOCK_WORDS);
    }

    private void begin(final IndexEvent encoded, final long[] allowed, final int firstBlockWords) {
        if (encoded.index() != index) {
            throw new IllegalArgumentException("the event is encoded for another index");
        }
        event = encoded;
        rowCount = 0;
        if (!index.isAllSatisfiable()) {
            rows[rowCount++] = index.satisfiable();
        }
        if (allowed != null) {
            rows[rowCount++] = allowed;
        }
        final int[] classes = encoded.classes();
        for (final RowGroup group : index.groups()) {
            rows[rowCount++] = group.row(classes);
        }
        alternativeCount = 0;
        // Lists first: their parts have room for many elements.
        final ListColumn[] lists = index.lists();
        for (int i = 0; i < lists.length; i++) {
            beginList(lists[i], encoded.codes(i), encoded.codeCount(i));
        }
        for (final int column : index.sparse()) {
            beginSparse(index.scalars()[column], classes[column]);
        }
        if (rowCount == 0) {
            rows[rowCount++] = index.satisfiable();
        }
        blockFrom = 0;
        blockTo = 0;
        blockWords = firstBlockWords / GROWTH;
        survivor = 0;
        survivorCount = 0;
    }

    /**
     * The next rule that holds.
     *
     * @return its rank, greater than the one before; {@link #END}, or {@link #MORE} when the caller should look at its
     *     deadline and ask again.
     */
    public int nextOrMore() {
        if (survivor == survivorCount && !nextBlock()) {
            return END;
        }
        final int stop = Math.min(survivorCount, survivor + PROGRAMS_AT_ONCE);
        while (survivor < stop) {
            final int rank = survivors[survivor++];
            if (!BitRows.get(index.withProgram(), rank) || index.programHolds(rank, event)) {
                return rank;
            }
        }
        return MORE;
    }

    /**
     * The next rule that holds, however long it takes.
     *
     * @return its rank, greater than the one before, or {@link #END}.
     */
    public int next() {
        int rank = nextOrMore();
        while (rank == MORE) {
            rank = nextOrMore();
        }
        return rank;
    }

    private void beginSparse(final ScalarColumn column, final int valueClass) {
        final long[] row = column.row(valueClass);
        if (row != null) {
            rows[rowCount++] = row;
        } else {
            final Alternatives parts = alternatives[alternativeCount++];
            parts.begin(column.free());
            parts.ranks.add(column.postings(), column.postingOf(valueClass));
        }
    }

    private void beginList(final ListColumn column, final int[] codes, final int count) {
        final Alternatives parts = alternatives[alternativeCount];
        parts.begin(column.free());
        final Postings wanted = column.wanted();
        for (int i = 0; i < count; i++) {
            parts.add(wanted, codes[i]);
        }
        if (parts.rowCount == 0 && parts.ranks.isEmpty()) {
            rows[rowCount++] = column.free();
        } else {
            alternativeCount++;
        }
    }

    private boolean nextBlock() {
        if (blockTo == index.wordCount()) {
            return false;
        }
        blockWords = Math.min(LARGEST_BLOCK_WORDS, GROWTH * blockWords);
        blockFrom = blockTo;
        blockTo = Math.min(index.wordCount(), blockFrom + blockWords);
        andRows();
        for (int i = 0; i < alternativeCount; i++) {
            andAlternatives(alternatives[i]);
        }
        testPairs();
        testForbidden();
        testClauses();
        survivorCount = Words.list(block, blockFrom, blockTo, survivors);
        survivor = 0;
        return true;
    }

    /** Clears the bits of survivors that forbid what is there, without a branch for each. */
    private void testForbidden() {
        final ForbiddenTable forbidden = index.forbidden();
        final int count = Words.listBoth(block, forbidden.bits(), blockFrom, blockTo, survivors);
        fetched += forbidden.fetch(survivors, count, records);
        for (int i = 0; i < count; i++) {
            clearUnless(forbidden.hold(records[i], event), survivors[i]);
        }
    }

    /** Clears the bits of survivors whose clauses do not hold, without a branch for each. */
    private void testPairs() {
        final PairTable pairs = index.pairs();
        final int count = Words.listBoth(block, pairs.bits(), blockFrom, blockTo, survivors);
        fetched += pairs.fetch(survivors, count, records);
        final int[] classes = event.classes();
        for (int i = 0; i < count; i++) {
            clearUnless(pairs.hold(records[i], classes), survivors[i]);
        }
    }

    /** The same for longer clauses. */
    private void testClauses() {
        final ClauseTable clauses = index.clauses();
        final int count = Words.listBoth(block, clauses.bits(), blockFrom, blockTo, survivors);
        fetched += clauses.fetch(survivors, count, records);
        for (int i = 0; i < count; i++) {
            clearUnless(clauses.hold(records[i], event) ? 1 : 0, survivors[i]);
        }
    }

    /** Clears a survivor's bit where this is 0 and not 1. */
    private void clearUnless(final long holds, final int rank) {
        block[rank >>> 6] &= ~((holds ^ 1L) << rank);
    }

    private void andRows() {
        int row = 0;
        if (rowCount >= 4) {
            Words.andFour(block, rows[0], rows[1], rows[2], rows[3], blockFrom, blockTo);
            row = 4;
        } else {
            System.arraycopy(rows[0], blockFrom, block, blockFrom, blockTo - blockFrom);
            row = 1;
        }
        for (; row + 3 < rowCount; row += 4) {
            Words.andFourMore(block, rows[row], rows[row + 1], rows[row + 2], rows[row + 3], blockFrom, blockTo);
        }
        for (; row < rowCount; row++) {
            Words.and(block, rows[row], blockFrom, blockTo);
        }
    }

    private void andAlternatives(final Alternatives parts) {
        if (parts.rowCount == 0) {
            parts.ranks.andExcept(block, parts.free, kept, blockFrom, blockTo);
            return;
        }
        final long[][] partRows = parts.rows;
        int row = 1;
        Words.orTwo(union, parts.free, partRows[0], blockFrom, blockTo);
        for (; row + 3 < parts.rowCount; row += 4) {
            Words.orFourMore(union, partRows[row], partRows[row + 1], partRows[row + 2], partRows[row + 3],
                blockFrom, blockTo);
        }
        for (; row < parts.rowCount; row++) {
            Words.or(union, partRows[row], blockFrom, blockTo);
        }
        parts.ranks.setIn(union, blockTo);
        Words.and(block, union, blockFrom, blockTo);
    }
}
