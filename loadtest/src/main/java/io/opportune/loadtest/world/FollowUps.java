package io.opportune.loadtest.world;

/**
 * A bounded first-in, first-out queue of events that follow decisions, in parallel arrays. Owned by the generator's
 * thread; allocates at construction only.
 */
final class FollowUps {
    /** Power of two; more than a run keeps in flight. When full, the newest is dropped and counted. */
    static final int CAPACITY = 1 << 14;
    private static final int MASK = CAPACITY - 1;

    final int[] eventType = new int[CAPACITY];
    final int[] customer = new int[CAPACITY];
    final int[] moment = new int[CAPACITY];
    final int[] offerId = new int[CAPACITY];
    final int[] creativeId = new int[CAPACITY];
    final int[] placement = new int[CAPACITY];
    final int[] store = new int[CAPACITY];
    final long[] decisionHigh = new long[CAPACITY];
    final long[] decisionLow = new long[CAPACITY];
    final long[] basketSeed = new long[CAPACITY];
    final long[] amountMicros = new long[CAPACITY];
    private long head;
    private long tail;
    private long dropped;

    /** Index to fill, or -1 when full. */
    int add() {
        if (tail - head == CAPACITY) {
            dropped++;
            return -1;
        }
        return (int) (tail++ & MASK);
    }

    /** Index of the oldest, which is taken out, or -1 when empty; valid until the next {@link #add}. */
    int take() {
        return head == tail ? -1 : (int) (head++ & MASK);
    }

    long dropped() {
        return dropped;
    }
}
