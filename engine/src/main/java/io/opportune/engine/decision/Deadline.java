package io.opportune.engine.decision;

import org.agrona.concurrent.NanoClock;

/**
 * When a decision must stop. In serving it looks at the clock; when a decision is made again from the journal it stops
 * where the first one stopped. Owned by the shard's thread.
 */
public final class Deadline {
    /**
     * Scoring stops so much before the deadline that what it has found can still be sent: arbitration, encoding and
     * the journal take some 10 us together, a page fault or a turn of the scheduler several times that.
     */
    private static final long MAX_RESERVE_NS = 50_000;
    /** After so many candidates the clock is looked at again. */
    static final int CANDIDATES_BETWEEN_CHECKS = 16;
    /** Of a short budget only an eighth is kept back. */
    private static final int RESERVE_SHIFT = 3;

    private final NanoClock clock;
    private long deadlineNs;
    private long scoringDeadlineNs;
    private int scoringLimit;

    /**
     * Makes a deadline that has not been set.
     *
     * @param clock monotonic.
     */
    public Deadline(final NanoClock clock) {
        this.clock = clock;
    }

    /**
     * Sets the deadline of the next decision by the clock.
     *
     * @param arrivalNs when the request was read, monotonic clock.
     * @param timeNs    when its answer is worth nothing any more, monotonic clock.
     */
    public void at(final long arrivalNs, final long timeNs) {
        deadlineNs = timeNs;
        scoringDeadlineNs = timeNs - Math.min(MAX_RESERVE_NS, Math.max(0, timeNs - arrivalNs) >> RESERVE_SHIFT);
        scoringLimit = Integer.MAX_VALUE;
    }

    /**
     * Sets the deadline of the next decision by what the first one had scored when it stopped.
     *
     * @param candidates scored, 0 or more; {@link Integer#MAX_VALUE} for all.
     */
    public void afterScoring(final int candidates) {
        deadlineNs = Long.MAX_VALUE;
        scoringLimit = candidates;
    }

    /**
     * Whether there is no time left.
     *
     * @return true from the deadline on.
     */
    public boolean passed() {
        return deadlineNs != Long.MAX_VALUE && clock.nanoTime() - deadlineNs >= 0;
    }

    /**
     * Whether searching and scoring must stop; looks at the clock, so ask every few candidates.
     *
     * @return true when what is left is needed to send the answer.
     */
    public boolean stopsSearching() {
        return deadlineNs != Long.MAX_VALUE && clock.nanoTime() - scoringDeadlineNs >= 0;
    }

    /**
     * Whether something that takes so long may still be begun; looks at the clock.
     *
     * @param durationNs 0 or more.
     * @return false when it would end in the time that is needed to send the answer.
     */
    public boolean leaves(final long durationNs) {
        return deadlineNs == Long.MAX_VALUE || clock.nanoTime() + durationNs - scoringDeadlineNs < 0;
    }

    /**
     * Whether the first decision stopped here; never in serving. Does not look at the clock.
     *
     * @param scored candidates so far.
     * @return true from the limit on.
     */
    public boolean stoppedAfter(final int scored) {
        return scored >= scoringLimit;
    }
}
