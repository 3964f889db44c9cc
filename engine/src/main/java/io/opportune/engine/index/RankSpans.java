package io.opportune.engine.index;

/** Lists of ranks that a cursor walks along block by block. Owned by one cursor; allocates only when made. */
final class RankSpans {
    private final int[][] ranks;
    private final int[] positions;
    private final int[] ends;
    private int count;

    RankSpans(final int capacity) {
        ranks = new int[capacity][];
        positions = new int[capacity];
        ends = new int[capacity];
    }

    void clear() {
        count = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    void add(final Postings postings, final int code) {
        if (postings.start(code) < postings.end(code)) {
            ranks[count] = postings.ranks();
            positions[count] = postings.start(code);
            ends[count++] = postings.end(code);
        }
    }

    /** Sets the bits of the ranks before a word that have not been set since the start. */
    void setIn(final long[] row, final int toWord) {
        for (int i = 0; i < count; i++) {
            final int[] list = ranks[i];
            final int end = ends[i];
            int position = positions[i];
            while (position < end && list[position] >>> 6 < toWord) {
                final int rank = list[position++];
                row[rank >>> 6] |= 1L << rank;
            }
            positions[i] = position;
        }
    }

    /**
     * ANDs a row to a stretch of another, except for the bits of the ranks, which stay as they are. Stretches are asked
     * for in ascending order.
     *
     * @param kept as long as the rows and all 0, which it is again afterwards.
     */
    void andExcept(
        final long[] into, final long[] row, final long[] kept, final int fromWord, final int toWord) {
        for (int i = 0; i < count; i++) {
            final int[] list = ranks[i];
            for (int position = positions[i]; position < ends[i] && list[position] >>> 6 < toWord; position++) {
                final int word = list[position] >>> 6;
                kept[word] |= into[word] & 1L << list[position];
            }
        }
        Words.and(into, row, fromWord, toWord);
        for (int i = 0; i < count; i++) {
            final int[] list = ranks[i];
            int position = positions[i];
            for (; position < ends[i] && list[position] >>> 6 < toWord; position++) {
                final int word = list[position] >>> 6;
                into[word] |= kept[word];
                kept[word] = 0;
            }
            positions[i] = position;
        }
    }
}
