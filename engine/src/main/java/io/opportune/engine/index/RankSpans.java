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

    /** Sets the bits of the ranks in a block of words; blocks are asked for in ascending order. */
    void setIn(final long[] block, final int fromWord, final int toWord) {
        for (int i = 0; i < count; i++) {
            final int[] list = ranks[i];
            final int end = ends[i];
            int position = positions[i];
            while (position < end && list[position] >>> 6 < toWord) {
                final int rank = list[position++];
                block[(rank >>> 6) - fromWord] |= 1L << rank;
            }
            positions[i] = position;
        }
    }

    /** The same, clearing bits. */
    void clearIn(final long[] block, final int fromWord, final int toWord) {
        for (int i = 0; i < count; i++) {
            final int[] list = ranks[i];
            final int end = ends[i];
            int position = positions[i];
            while (position < end && list[position] >>> 6 < toWord) {
                final int rank = list[position++];
                block[(rank >>> 6) - fromWord] &= ~(1L << rank);
            }
            positions[i] = position;
        }
    }
}
