package io.opportune.engine.training;

import io.opportune.engine.feature.FeatureKeys;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.agrona.collections.LongHashSet;

/**
 * Outcomes whose decision was not learned from yet, in the order in which they were read: the decision may stand in
 * another shard's queue, behind the end up to which that one was read. What waits since before the last publication has
 * waited long enough, because a decision is journalled before its outcome. One thread.
 */
final class WaitingOutcomes {
    /** More than come between two publications; beyond it nothing is added. */
    static final int MOST = 1 << 16;

    private static final int LONGS = 4;
    private static final int INTS = 3;
    private static final int FIRST_CAPACITY = 256;

    /** Of each: halves of the decision's id, amount in micros, business time. */
    private long[] longs = new long[LONGS * FIRST_CAPACITY];
    /** Of each: the offer's id, what it is, 1 once it has waited for a publication. */
    private int[] ints = new int[INTS * FIRST_CAPACITY];
    /** For which decisions something waits: few of those that are read are among them. */
    private final LongHashSet decisions = new LongHashSet();
    private int count;
    private int notable;

    /** Takes one that waits no more. */
    interface Taker {
        void take(int offerId, OutcomeKind kind, long amountMicros, long timeNs);
    }

    /** False when there are too many. */
    boolean add(
        final long high, final long low, final int offerId, final OutcomeKind kind, final long amountMicros,
        final long timeNs) {
        if (count == MOST) {
            return false;
        }
        if (INTS * count == ints.length) {
            longs = Arrays.copyOf(longs, 2 * longs.length);
            ints = Arrays.copyOf(ints, 2 * ints.length);
        }
        final int at = LONGS * count;
        longs[at] = high;
        longs[at + 1] = low;
        longs[at + 2] = amountMicros;
        longs[at + 3] = timeNs;
        decisions.add(key(high, low));
        ints[INTS * count] = offerId;
        ints[INTS * count + 1] = kind.ordinal();
        ints[INTS * count + 2] = 0;
        count++;
        notable += kind.isOutcome() ? 1 : 0;
        return true;
    }

    private static long key(final long high, final long low) {
        return FeatureKeys.mix(high) ^ low;
    }

    /** Gives those of a decision, in order; they wait no more. */
    void take(final long high, final long low, final Taker taker) {
        if (count == 0 || !decisions.contains(key(high, low))) {
            return;
        }
        int left = 0;
        for (int i = 0; i < count; i++) {
            final int at = LONGS * i;
            if (longs[at] == high && longs[at + 1] == low) {
                final OutcomeKind kind = OutcomeKind.of(ints[INTS * i + 1]);
                notable -= kind.isOutcome() ? 1 : 0;
                taker.take(ints[INTS * i], kind, longs[at + 2], longs[at + 3]);
            } else {
                move(i, left++);
            }
        }
        count = left;
        index();
    }

    /** To be called with each publication: forgets what waits since before the last one; gives how many outcomes. */
    int age() {
        final int before = notable;
        int left = 0;
        notable = 0;
        for (int i = 0; i < count; i++) {
            if (ints[INTS * i + 2] == 0) {
                ints[INTS * i + 2] = 1;
                notable += OutcomeKind.of(ints[INTS * i + 1]).isOutcome() ? 1 : 0;
                move(i, left++);
            }
        }
        count = left;
        index();
        return before - notable;
    }

    private void move(final int from, final int to) {
        System.arraycopy(longs, LONGS * from, longs, LONGS * to, LONGS);
        System.arraycopy(ints, INTS * from, ints, INTS * to, INTS);
    }

    private void index() {
        decisions.clear();
        for (int i = 0; i < count; i++) {
            decisions.add(key(longs[LONGS * i], longs[LONGS * i + 1]));
        }
    }

    /** How many wait, impressions left out: what they teach is not waited for. */
    int notable() {
        return notable;
    }

    int count() {
        return count;
    }

    void write(final DataOutput out) throws IOException {
        out.writeInt(count);
        for (int i = 0; i < LONGS * count; i++) {
            out.writeLong(longs[i]);
        }
        for (int i = 0; i < INTS * count; i++) {
            out.writeInt(ints[i]);
        }
    }

    void read(final DataInput in) throws IOException {
        final int written = in.readInt();
        if (written < 0 || written > MOST) {
            throw new IOException(written + " outcomes that wait for their decision, at most " + MOST + " are allowed");
        }
        longs = new long[LONGS * Math.max(written, FIRST_CAPACITY)];
        ints = new int[INTS * Math.max(written, FIRST_CAPACITY)];
        for (int i = 0; i < LONGS * written; i++) {
            longs[i] = in.readLong();
        }
        for (int i = 0; i < INTS * written; i++) {
            ints[i] = in.readInt();
        }
        count = written;
        notable = 0;
        for (int i = 0; i < count; i++) {
            final int kind = ints[INTS * i + 1];
            if (kind < 0 || kind >= OutcomeKind.COUNT) {
                throw new IOException("an outcome of kind " + kind);
            }
            notable += OutcomeKind.of(kind).isOutcome() ? 1 : 0;
        }
        index();
    }
}
