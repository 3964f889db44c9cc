package io.opportune.bench.match;

import io.opportune.engine.index.IndexCursor;
import io.opportune.engine.index.IndexEvent;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The best k of what matches: pulls ranks from a cursor, scores them, and stops when no bound that is left can beat the
 * k-th best. Equal scores go to the smaller rank. Owned by one thread; searching allocates nothing.
 */
final class BestSearch {
    private final IndexCursor cursor;
    private final OfferBounds bounds;
    private final int ruleCount;
    private final int[] ranks;
    private final double[] scores;
    private int count;
    private long searches;
    private long scored;
    private long clipped;
    private long rankSum;

    BestSearch(final IndexCursor cursor, final OfferBounds bounds, final int ruleCount, final int wanted) {
        this.cursor = cursor;
        this.bounds = bounds;
        this.ruleCount = ruleCount;
        ranks = new int[wanted];
        scores = new double[wanted];
    }

    /** Finds the winners of one event; how many there are. */
    long find(final int eventNumber, final IndexEvent event) {
        cursor.begin(event, null);
        count = 0;
        int rank = cursor.next();
        while (rank != IndexCursor.END && (count < ranks.length || bounds.bound(rank) > scores[count - 1])) {
            consider(rank, score(rank, eventNumber));
            rank = cursor.next();
        }
        searches++;
        rankSum += rank == IndexCursor.END ? ruleCount : rank + 1;
        return count;
    }

    private double score(final int rank, final int eventNumber) {
        final double propensity = bounds.propensity(rank, eventNumber);
        final double cap = bounds.cap(rank);
        scored++;
        clipped += propensity > cap ? 1 : 0;
        return bounds.value(rank) * Math.min(propensity, cap);
    }

    /** Ranks come in ascending order, so that an equal score stays behind. */
    private void consider(final int rank, final double score) {
        if (count == ranks.length) {
            if (score <= scores[count - 1]) {
                return;
            }
            count--;
        }
        int place = count++;
        while (place > 0 && scores[place - 1] < score) {
            ranks[place] = ranks[place - 1];
            scores[place] = scores[place - 1];
            place--;
        }
        ranks[place] = rank;
        scores[place] = score;
    }

    /** Throws when enumerating with the index and sorting everything gives other winners. */
    void checkAgainstAll(final int eventNumber, final IndexEvent event) {
        cursor.begin(event, null);
        checkAgainst(eventNumber, event,
            IntStream.generate(cursor::next).takeWhile(rank -> rank != IndexCursor.END).toArray());
    }

    /**
     * Throws when sorting everything that matches gives other winners.
     *
     * @param all ranks that match, found by whatever is to be compared with; ascending.
     */
    void checkAgainst(final int eventNumber, final IndexEvent event, final int[] all) {
        find(eventNumber, event);
        final int[] found = Arrays.copyOf(ranks, count);
        final int[] expected = Arrays.stream(all).boxed()
            .sorted((a, b) -> {
                final int byScore = Double.compare(score(b, eventNumber), score(a, eventNumber));
                return byScore != 0 ? byScore : Integer.compare(a, b);
            })
            .limit(ranks.length).mapToInt(Integer::intValue).toArray();
        if (!Arrays.equals(found, expected)) {
            throw new IllegalStateException("event " + eventNumber + ": the best are " + Arrays.toString(expected)
                + ", found were " + Arrays.toString(found));
        }
    }

    /** Forgets what was counted. */
    void clearCounts() {
        searches = 0;
        scored = 0;
        clipped = 0;
        rankSum = 0;
    }

    double meanScored() {
        return (double) scored / searches;
    }

    /**
     * Ranks up to the one that proved the winners, in the mean; all of them where none did. The index itself works in
     * blocks, of which the first has 4,096 ranks, so that it touches at least the rest of the last block as well.
     */
    double meanRanksPassed() {
        return (double) rankSum / searches;
    }

    double clippedShare() {
        return (double) clipped / scored;
    }
}
