package io.opportune.loadtest.generator;

/**
 * What is known of each unanswered message, in parallel arrays by slot. A correlation id is a sequence number with the
 * slot in its low 16 bits, so an answer finds its slot without a map and a second answer is recognised. Owned by the
 * generator's thread.
 */
final class InFlightTable {
    /** No message with this correlation id is in flight. */
    static final int NONE = -1;

    private final long[] correlationIds;
    private final long[] intendedNs;
    private final long[] sentNs;
    private final int[] budgetUs;
    private final int[] connection;
    private final boolean[] measured;
    private final int[] freeSlots;
    private int freeCount;
    private long sequence;

    InFlightTable(final int slotCount) {
        correlationIds = new long[slotCount];
        intendedNs = new long[slotCount];
        sentNs = new long[slotCount];
        budgetUs = new int[slotCount];
        connection = new int[slotCount];
        measured = new boolean[slotCount];
        freeSlots = new int[slotCount];
        for (int slot = slotCount - 1; slot >= 0; slot--) {
            freeSlots[freeCount++] = slot;
        }
    }

    int count() {
        return freeSlots.length - freeCount;
    }

    int slotCount() {
        return freeSlots.length;
    }

    /** Slot that the next message will take, or {@link #NONE}. */
    int peekSlot() {
        return freeCount == 0 ? NONE : freeSlots[freeCount - 1];
    }

    long nextCorrelationId(final int slot) {
        return ((sequence + 1) << 16) | slot;
    }

    /** Takes the slot that {@link #peekSlot} returned. */
    void take(
        final int slot,
        final int connectionIndex,
        final long intended,
        final long sent,
        final int timeBudgetUs,
        final boolean isMeasured) {
        sequence++;
        freeCount--;
        correlationIds[slot] = (sequence << 16) | slot;
        intendedNs[slot] = intended;
        sentNs[slot] = sent;
        budgetUs[slot] = timeBudgetUs;
        connection[slot] = connectionIndex;
        measured[slot] = isMeasured;
    }

    /** Finds the slot of an answer; {@link #NONE} when nothing with this id is in flight on this connection. */
    int find(final long correlationId, final int connectionIndex) {
        final int slot = (int) (correlationId & 0xFFFF);
        if (correlationId == 0 || slot >= correlationIds.length || correlationIds[slot] != correlationId
            || connection[slot] != connectionIndex) {
            return NONE;
        }
        return slot;
    }

    void free(final int slot) {
        correlationIds[slot] = 0;
        freeSlots[freeCount++] = slot;
    }

    boolean taken(final int slot) {
        return correlationIds[slot] != 0;
    }

    int connection(final int slot) {
        return connection[slot];
    }

    long intendedNs(final int slot) {
        return intendedNs[slot];
    }

    long sentNs(final int slot) {
        return sentNs[slot];
    }

    int budgetUs(final int slot) {
        return budgetUs[slot];
    }

    boolean measured(final int slot) {
        return measured[slot];
    }
}
