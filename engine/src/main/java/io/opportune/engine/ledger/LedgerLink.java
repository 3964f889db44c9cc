package io.opportune.engine.ledger;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Between one shard and the ledger: a ring each way, the time up to which the shard has told all, the latest time that
 * the ledger has heard of, and whether the shard may reserve. Messages are little endian.
 *
 * <pre>
 *  to the ledger                                                  to the shard
 *  RESERVED  index i64, time i64, decision 2 x i64, block         GRANT   slot i32, period i32, start, end, amount i64
 *  SETTLED   index i64, time i64, event 2 x i64,                  RECALL  slot i32, period i32, amount i64
 *            decision 2 x i64, offer i32, block
 *  RETURNED  slot i32, period i32, amount i64
 *  WANT      slot i32, zeros i32, amount i64, time i64
 * </pre>
 */
public final class LedgerLink {
    static final int RESERVED = 1;
    static final int SETTLED = 2;
    static final int RETURNED = 3;
    static final int WANT = 4;
    static final int GRANT = 5;
    static final int RECALL = 6;

    static final int RESERVED_HEADER = 32;
    static final int SETTLED_HEADER = 52;
    static final int RETURNED_LENGTH = 16;
    static final int WANT_LENGTH = 24;
    static final int GRANT_LENGTH = 32;
    static final int RECALL_LENGTH = 16;

    private static final int COMPLETE = BitUtil.CACHE_LINE_LENGTH;
    private static final int CLOSED = 3 * BitUtil.CACHE_LINE_LENGTH;
    private static final int FLOOR = CLOSED + Long.BYTES;
    private static final int CUT_OFF = COMPLETE + Long.BYTES;

    private final OneToOneRingBuffer toLedger;
    private final OneToOneRingBuffer toShard;
    private final UnsafeBuffer state = new UnsafeBuffer(
        BufferUtil.allocateDirectAligned(5 * BitUtil.CACHE_LINE_LENGTH, BitUtil.CACHE_LINE_LENGTH));

    /**
     * Allocates the rings.
     *
     * @param settings their size.
     */
    public LedgerLink(final LedgerSettings settings) {
        toLedger = ring(settings.ringBytes());
        toShard = ring(settings.ringBytes());
        state.putLong(FLOOR, Long.MIN_VALUE);
        state.putLongRelease(COMPLETE, Long.MIN_VALUE);
    }

    private static OneToOneRingBuffer ring(final int bytes) {
        return new OneToOneRingBuffer(new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            bytes + RingBufferDescriptor.TRAILER_LENGTH, BitUtil.CACHE_LINE_LENGTH)));
    }

    OneToOneRingBuffer toLedger() {
        return toLedger;
    }

    OneToOneRingBuffer toShard() {
        return toShard;
    }

    /** Written by the shard: what it puts into its ring from now on is not earlier than this. */
    void complete(final long timeNs) {
        state.putLongRelease(COMPLETE, timeNs);
    }

    /** Read by the ledger before it empties the ring. */
    long complete() {
        return state.getLongAcquire(COMPLETE);
    }

    /** Written by the ledger: whether the shard must not reserve. */
    void closed(final boolean closed) {
        state.putLongRelease(CLOSED, closed ? 1 : 0);
    }

    /** Written by the ledger: the latest append time of any shard. */
    void floor(final long timeNs) {
        state.putLongRelease(FLOOR, timeNs);
    }

    long floor() {
        return state.getLongOpaque(FLOOR);
    }

    /** Called by the shard: it can keep back no more, and tells nothing from here on. */
    void cutOff() {
        state.putLongRelease(CUT_OFF, 1);
    }

    /**
     * Whether the shard has given up telling the ledger, because nobody read for too long: see {@link ShardLeases}. Any
     * thread may ask.
     *
     * @return true until the next start, which reads in the journal what was not told.
     */
    public boolean isCutOff() {
        return state.getLongAcquire(CUT_OFF) != 0;
    }

    boolean closed() {
        return state.getLongOpaque(CLOSED) != 0;
    }
}
