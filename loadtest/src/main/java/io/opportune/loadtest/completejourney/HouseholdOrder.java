package io.opportune.loadtest.completejourney;

import java.util.Arrays;

/**
 * Keeps each household's messages in order while many households are in flight: a household with an unanswered message
 * is busy, and its further messages wait in a list of their own, in a bounded pool. Owned by the generator's thread.
 */
final class HouseholdOrder {
    private static final int NONE = -1;

    private final boolean[] busy;
    private final boolean[] queued;
    private final boolean[] urgent;
    private final int[] head;
    private final int[] tail;
    private final long[] message;
    private final int[] next;
    private final int[] ready;
    private int freeNode;
    private int readyHead;
    private int readyCount;
    private int waiting;

    HouseholdOrder(final int households, final int capacity) {
        busy = new boolean[households];
        queued = new boolean[households];
        urgent = new boolean[households];
        head = new int[households];
        tail = new int[households];
        Arrays.fill(head, NONE);
        message = new long[capacity];
        next = new int[capacity];
        for (int node = 0; node < capacity; node++) {
            next[node] = node + 1 == capacity ? NONE : node + 1;
        }
        ready = new int[households];
    }

    /** Whether a new message of this household must wait. */
    boolean mustWait(final int household) {
        return busy[household] || head[household] != NONE || urgent[household];
    }

    /** Lets a message wait; false when too many wait already. */
    boolean defer(final int household, final long messageNumber) {
        if (freeNode == NONE) {
            return false;
        }
        final int node = freeNode;
        freeNode = next[node];
        message[node] = messageNumber;
        next[node] = NONE;
        if (head[household] == NONE) {
            head[household] = node;
        } else {
            next[tail[household]] = node;
        }
        tail[household] = node;
        waiting++;
        return true;
    }

    void sent(final int household) {
        busy[household] = true;
    }

    /** The household's message was settled; {@code followUp} asks for a turn before what waits. */
    void settled(final int household, final boolean followUp) {
        busy[household] = false;
        urgent[household] |= followUp;
        if ((urgent[household] || head[household] != NONE) && !queued[household]) {
            queued[household] = true;
            ready[(readyHead + readyCount++) % ready.length] = household;
        }
    }

    /** A household whose turn it is, or -1. */
    int takeReady() {
        if (readyCount == 0) {
            return NONE;
        }
        final int household = ready[readyHead];
        readyHead = readyHead + 1 == ready.length ? 0 : readyHead + 1;
        readyCount--;
        queued[household] = false;
        return household;
    }

    /** Whether the household asked for a turn before what waits; the turn is taken. */
    boolean takeUrgent(final int household) {
        final boolean wasUrgent = urgent[household];
        urgent[household] = false;
        return wasUrgent;
    }

    /** The oldest waiting message of a ready household. */
    long takeWaiting(final int household) {
        final int node = head[household];
        head[household] = next[node];
        next[node] = freeNode;
        freeNode = node;
        waiting--;
        return message[node];
    }

    boolean idle() {
        return waiting == 0 && readyCount == 0;
    }
}
