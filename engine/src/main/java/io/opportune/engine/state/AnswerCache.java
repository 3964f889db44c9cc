package io.opportune.engine.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Hashing;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The last answers of a shard by request id and client, off-heap, so that a retried request gets the first answer. A
 * ring of entries of their own length with a hash index over it; the oldest answers give way when the number or the
 * bytes are used up. Owned by the shard's thread, except for {@link #copy}; allocates only when made.
 *
 * <pre>
 *  entry:  0  key, high              8  key, low               16  journal index of its record
 *         24  next entry in bucket  28  length of the answer   32  shard that wrote the record   36  not used
 *         40  the answer, from its SBE header, padded to 8
 * </pre>
 *
 * <p>A server that starts with another number of shards finds answers in the queues of others: each entry says in whose
 * queue its record stands.
 */
public final class AnswerCache {
    /** Not an answer's length: none is kept. */
    public static final int ABSENT = -1;
    /** Not an answer's length: the owner was changing something while the answer was copied; it may be asked again. */
    public static final int BUSY = -2;

    private static final int HEADER_LENGTH_BYTES = 40;
    private static final int NONE = -1;
    private static final long MIX = 0x9E3779B97F4A7C15L;
    /** Longest way through a bucket that another thread goes; behind entries that gave way it may lead anywhere. */
    private static final int MAX_STEPS = 1 << 12;
    private static final VarHandle BUCKETS = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle CHANGES;

    static {
        try {
            CHANGES = MethodHandles.lookup().findVarHandle(AnswerCache.class, "changes", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int maxAnswers;
    private final int ringBytes;
    private final UnsafeBuffer ring;
    private final int[] buckets;
    private final int mask;
    private final UnsafeBuffer answer = new UnsafeBuffer(0, 0);
    private int head;
    private int tail;
    /** Where entries end before the ring's end; what is behind holds none in this round. */
    private int wrapAt;
    private int count;
    private long keyHigh;
    private long keyLow;
    /** Odd while the owner changes something. */
    private long changes;
    /** By shard that wrote the records: how many answers are left, and an index that none of them lies before. */
    private int[] left = new int[1];
    private long[] oldest = new long[1];

    /**
     * Makes an empty cache.
     *
     * @param answers how many answers are kept at most, 1..1,048,576.
     * @param bytes   memory for them, 4096 to 2^31 - 8.
     */
    public AnswerCache(final int answers, final long bytes) {
        if (answers < 1 || bytes < 4096 || bytes > Integer.MAX_VALUE - 7L) {
            throw new IllegalArgumentException("answers kept " + answers + " in " + bytes
                + " bytes: must be 1 or more in 4096 bytes to 2 GiB");
        }
        maxAnswers = answers;
        ringBytes = (int) bytes & -8;
        wrapAt = ringBytes;
        ring = new UnsafeBuffer(ByteBuffer.allocateDirect(ringBytes));
        buckets = new int[BitUtil.findNextPositivePowerOfTwo(Math.max(16, answers))];
        Arrays.fill(buckets, NONE);
        mask = buckets.length - 1;
    }

    /**
     * Says whose request the next {@link #put} or {@link #find} is about: the same request id of another client is
     * another request.
     *
     * @param requestHigh of the request id.
     * @param requestLow  of the request id.
     * @param clientIndex who asked.
     * @return false when the request has no id and is not remembered.
     */
    public boolean key(final long requestHigh, final long requestLow, final int clientIndex) {
        keyHigh = requestHigh;
        keyLow = requestLow ^ clientIndex * MIX;
        return (requestHigh | requestLow) != 0;
    }

    /**
     * Keeps an answer under the {@link #key}.
     *
     * @param writer       shard in whose queue its record stands, 0 or more; records of one writer come in order.
     * @param journalIndex where its record stands in that queue.
     * @param buffer       holding the answer.
     * @param offset       of its SBE header.
     * @param length       in bytes; longer than a quarter of the memory is not kept.
     */
    public void put(
        final int writer, final long journalIndex, final DirectBuffer buffer, final int offset, final int length) {
        final int needed = BitUtil.align(HEADER_LENGTH_BYTES + length, 8);
        if (needed > ringBytes / 4) {
            return;
        }
        final long before = changes;
        CHANGES.setOpaque(this, before + 1);
        VarHandle.storeStoreFence();
        try {
            write(writer, journalIndex, buffer, offset, length, needed);
        } finally {
            CHANGES.setRelease(this, before + 2);
        }
    }

    private void write(
        final int writer,
        final long journalIndex,
        final DirectBuffer buffer,
        final int offset,
        final int length,
        final int needed) {
        final int at = reserve(needed);
        final int bucket = bucket(keyHigh, keyLow);
        ring.putLong(at, keyHigh);
        ring.putLong(at + 8, keyLow);
        ring.putLong(at + 16, journalIndex);
        ring.putInt(at + 24, buckets[bucket]);
        ring.putInt(at + 28, length);
        ring.putInt(at + 32, writer);
        ring.putBytes(at + HEADER_LENGTH_BYTES, buffer, offset, length);
        BUCKETS.setRelease(buckets, bucket, at);
        tail = at + needed;
        count++;
        if (writer >= left.length) {
            // Only while answers are recovered, or once for the shard's own.
            left = Arrays.copyOf(left, writer + 1);
            oldest = Arrays.copyOf(oldest, writer + 1);
        }
        if (left[writer]++ == 0) {
            oldest[writer] = journalIndex;
        }
    }

    /** Makes room at the tail, at the ring's start where the end is too short, and lets the oldest go meanwhile. */
    private int reserve(final int needed) {
        if (count == maxAnswers) {
            evict();
        }
        while (true) {
            if (count == 0) {
                head = 0;
                tail = 0;
                wrapAt = ringBytes;
            }
            if (tail >= head && (count == 0 || tail > head)) {
                if (ringBytes - tail >= needed) {
                    return tail;
                }
                wrapAt = tail;
                tail = 0;
            }
            if (head - tail >= needed) {
                return tail;
            }
            evict();
            if (head == wrapAt) {
                head = 0;
                wrapAt = ringBytes;
            }
        }
    }

    private void evict() {
        final int at = head;
        unlink(at);
        final int writer = ring.getInt(at + 32);
        left[writer]--;
        oldest[writer] = ring.getLong(at + 16);
        head = at + BitUtil.align(HEADER_LENGTH_BYTES + ring.getInt(at + 28), 8);
        count--;
        if (head == wrapAt && tail < head) {
            head = 0;
            wrapAt = ringBytes;
        }
    }

    /**
     * Finds an answer under the {@link #key}.
     *
     * @return the answer from its SBE header on, valid until the next call; null when it is not kept.
     */
    public DirectBuffer find() {
        int at = buckets[bucket(keyHigh, keyLow)];
        while (at != NONE) {
            if (ring.getLong(at) == keyHigh && ring.getLong(at + 8) == keyLow) {
                answer.wrap(ring, at + HEADER_LENGTH_BYTES, ring.getInt(at + 28));
                return answer;
            }
            at = ring.getInt(at + 24);
        }
        return null;
    }

    /**
     * Copies an answer out of another shard's cache; any thread. Takes no lock and never waits. That there is none is
     * known at once, whatever the owner is doing: a bucket's entries stand in it from the newest to the oldest, so that
     * whoever meets one that has given way meanwhile has passed all that are kept. An answer is copied between two
     * looks at the count of changes, as a sequence lock does (Lameter, Effective synchronization on Linux/NUMA systems,
     * 2005).
     *
     * @param requestHigh of the request id, which is not 0.
     * @param requestLow  of the request id.
     * @param clientIndex who asked.
     * @param target      takes the answer from its SBE header on.
     * @param offset      in the target.
     * @return length in bytes, {@link #ABSENT}, or {@link #BUSY} when what was copied may not be whole.
     */
    public int copy(
        final long requestHigh,
        final long requestLow,
        final int clientIndex,
        final MutableDirectBuffer target,
        final int offset) {
        final long low = requestLow ^ clientIndex * MIX;
        final long before = (long) CHANGES.getAcquire(this);
        int at = (int) BUCKETS.getAcquire(buckets, bucket(requestHigh, low));
        for (int step = 0; step < MAX_STEPS && at >= 0 && at <= ringBytes - HEADER_LENGTH_BYTES; step++) {
            if (ring.getLong(at) == requestHigh && ring.getLong(at + 8) == low) {
                final int length = ring.getInt(at + 28);
                final boolean fits = length >= 0
                    && length <= Math.min(ringBytes - at - HEADER_LENGTH_BYTES, target.capacity() - offset);
                if (fits) {
                    target.putBytes(offset, ring, at + HEADER_LENGTH_BYTES, length);
                }
                VarHandle.loadLoadFence();
                return fits && (before & 1) == 0 && (long) CHANGES.getOpaque(this) == before ? length : BUSY;
            }
            at = ring.getInt(at + 24);
        }
        return ABSENT;
    }

    /**
     * Where a queue must be read from to fill this cache again.
     *
     * @param writer shard in whose queue the records stand.
     * @return journal index that no answer from this queue lies before; {@link Long#MAX_VALUE} when none is kept.
     */
    public long oldestJournalIndex(final int writer) {
        if (writer >= left.length || left[writer] == 0) {
            return Long.MAX_VALUE;
        }
        return ring.getInt(head + 32) == writer ? ring.getLong(head + 16) : oldest[writer];
    }

    private void unlink(final int at) {
        final int bucket = bucket(ring.getLong(at), ring.getLong(at + 8));
        final int following = ring.getInt(at + 24);
        if (buckets[bucket] == at) {
            BUCKETS.setRelease(buckets, bucket, following);
            return;
        }
        int before = buckets[bucket];
        while (before != NONE) {
            final int after = ring.getInt(before + 24);
            if (after == at) {
                ring.putInt(before + 24, following);
                return;
            }
            before = after;
        }
    }

    private int bucket(final long high, final long low) {
        return Hashing.hash(high * 31 + low) & mask;
    }
}
