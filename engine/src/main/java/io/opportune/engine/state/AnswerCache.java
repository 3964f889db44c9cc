package io.opportune.engine.state;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.collections.Hashing;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The last answers of a shard by request id and client, off-heap, so that a retried request gets the first answer. A
 * ring of entries of their own length with a hash index over it; the oldest answers give way when the number or the
 * bytes are used up. Owned by the shard's thread; allocates only when made.
 *
 * <pre>
 *  entry:  0  key, high              8  key, low               16  journal index of its record
 *         24  next entry in bucket  28  length of the answer   32  the answer, from its SBE header, padded to 8
 * </pre>
 */
public final class AnswerCache {
    private static final int HEADER_LENGTH_BYTES = 32;
    private static final int NONE = -1;
    private static final long MIX = 0x9E3779B97F4A7C15L;

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
     * @param journalIndex where its record stands.
     * @param buffer       holding the answer.
     * @param offset       of its SBE header.
     * @param length       in bytes; longer than a quarter of the memory is not kept.
     */
    public void put(final long journalIndex, final DirectBuffer buffer, final int offset, final int length) {
        final int needed = BitUtil.align(HEADER_LENGTH_BYTES + length, 8);
        if (needed > ringBytes / 4) {
            return;
        }
        final int at = reserve(needed);
        final int bucket = bucket(keyHigh, keyLow);
        ring.putLong(at, keyHigh);
        ring.putLong(at + 8, keyLow);
        ring.putLong(at + 16, journalIndex);
        ring.putInt(at + 24, buckets[bucket]);
        ring.putInt(at + 28, length);
        ring.putBytes(at + HEADER_LENGTH_BYTES, buffer, offset, length);
        buckets[bucket] = at;
        tail = at + needed;
        count++;
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
     * Where the journal must be read from to fill this cache again.
     *
     * @return journal index of the oldest kept answer; {@link Long#MAX_VALUE} when empty.
     */
    public long oldestJournalIndex() {
        return count == 0 ? Long.MAX_VALUE : ring.getLong(head + 16);
    }

    private void unlink(final int at) {
        final int bucket = bucket(ring.getLong(at), ring.getLong(at + 8));
        final int following = ring.getInt(at + 24);
        if (buckets[bucket] == at) {
            buckets[bucket] = following;
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
