package io.opportune.engine.affinity;

/** The best few of many, best first, of equal ones the smaller index first. Owned by one thread; allocates nothing. */
public final class Ranking {
    private final int[] indexes;
    private final float[] scores;
    private int count;

    /**
     * Creates an empty ranking.
     *
     * @param capacity most that it can hold, 1 or more.
     */
    public Ranking(final int capacity) {
        indexes = new int[capacity];
        scores = new float[capacity];
    }

    void clear() {
        count = 0;
    }

    /** Takes one in among the best; {@code most} is at most the capacity. Offered twice, it stands in it twice. */
    void offer(final int index, final float score, final int most) {
        int at = count;
        while (at > 0 && (scores[at - 1] < score || scores[at - 1] == score && indexes[at - 1] > index)) {
            at--;
        }
        if (at >= most) {
            return;
        }
        final int end = Math.min(count, most - 1);
        for (int i = end; i > at; i--) {
            indexes[i] = indexes[i - 1];
            scores[i] = scores[i - 1];
        }
        indexes[at] = index;
        scores[at] = score;
        count = end + 1;
    }

    /** The lowest score that is in, once there are so many; before, what every score beats. */
    float bar(final int most) {
        return count < most ? Float.NEGATIVE_INFINITY : scores[most - 1];
    }

    int capacity() {
        return indexes.length;
    }

    /** {@return how many there are} */
    public int count() {
        return count;
    }

    /**
     * Which one it is.
     *
     * @param place 0..{@link #count()} - 1, best first.
     * @return index, of an item, a category or an offer.
     */
    public int index(final int place) {
        return indexes[place];
    }

    /**
     * How probable it is.
     *
     * @param place 0..{@link #count()} - 1.
     * @return 0..1.
     */
    public float score(final int place) {
        return scores[place];
    }
}
