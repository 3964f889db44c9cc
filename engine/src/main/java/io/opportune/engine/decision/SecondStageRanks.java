package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Choice;

/**
 * The best candidates of a first stage, in order: by priority, then by score, then as they were found. Reused; owned by
 * one shard; allocates nothing.
 */
final class SecondStageRanks {
    private final int[] candidates = new int[Choice.MAX_SECOND_STAGE];
    private final int[] priorities = new int[Choice.MAX_SECOND_STAGE];
    private final double[] scores = new double[Choice.MAX_SECOND_STAGE];
    private int limit;
    private int count;

    /** Forgets all; so many are kept from here on. */
    void begin(final int most) {
        limit = most;
        count = 0;
    }

    /** Takes a candidate in where it belongs, or passes it over; one whose score is no number cannot get a place. */
    void consider(final int candidate, final int priority, final double score) {
        if (!(score >= 0) || count == limit && !isBefore(priority, score, count - 1)) {
            return;
        }
        int at = count == limit ? count - 1 : count++;
        while (at > 0 && isBefore(priority, score, at - 1)) {
            candidates[at] = candidates[at - 1];
            priorities[at] = priorities[at - 1];
            scores[at] = scores[at - 1];
            at--;
        }
        candidates[at] = candidate;
        priorities[at] = priority;
        scores[at] = score;
    }

    private boolean isBefore(final int priority, final double score, final int rank) {
        return priority > priorities[rank] || priority == priorities[rank] && score > scores[rank];
    }

    /** How many were kept. */
    int count() {
        return count;
    }

    /** Who has a rank, 0 for the best. */
    int candidate(final int rank) {
        return candidates[rank];
    }
}
