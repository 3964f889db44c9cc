package io.opportune.engine.state;

import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.collections.Hashing;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The last answers of a shard by request id, off-heap, so that a retried request gets the first answer. A ring of
 * fixed places with a hash index over it; the oldest answer gives way. Owned by the shard's thread.
 *
 * <pre>
 *  place:  0  request id, high       8  request id, low      16  journal index of its record
 *         24  next place in bucket  28  length of the answer  32  the answer, from its SBE header
 * </pre>
 */
public final class AnswerCache {
    private static final int HEADER_LENGTH_BYTES = 32;
    private static final int NONE = -1;

    private final int capacity;
    private final int placeLengthBytes;
    private final UnsafeBuffer places;
    private final int[] buckets;
    private final int mask;
    private int next;
    private long stored;
    private final UnsafeBuffer answer = new UnsafeBuffer(0, 0);

    /**
     * Makes an empty cache.
     *
     * @param answers        how many answers are kept, 1..1,048,576.
     * @param maxAnswerBytes longest answer that is kept; longer ones are not.
     */
    public AnswerCache(final int answers, final int maxAnswerBytes) {
        capacity = answers;
        placeLengthBytes = BitUtil.align(HEADER_LENGTH_BYTES + maxAnswerBytes, 8);
        final long bytes = (long) answers * placeLengthBytes;
        if (answers < 1 || bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                "answers kept " + answers + " of " + maxAnswerBytes + " bytes: must be 1 or more and below 2 GiB");
        }
        places = new UnsafeBuffer(ByteBuffer.allocateDirect((int) bytes));
        buckets = new int[BitUtil.findNextPositivePowerOfTwo(Math.max(16, answers))];
        java.util.Arrays.fill(buckets, NONE);
        mask = buckets.length - 1;
    }

    /**
     * Keeps an answer. An id of zero is not kept.
     *
     * @param high         of the request id.
     * @param low          of the request id.
     * @param journalIndex where its record stands.
     * @param buffer       holding the answer.
     * @param offset       of its SBE header.
     * @param length       in bytes.
     */
    public void put(
        final long high,
        final long low,
        final long journalIndex,
        final DirectBuffer buffer,
        final int offset,
        final int length) {
        if ((high | low) == 0 || length > placeLengthBytes - HEADER_LENGTH_BYTES) {
            return;
        }
        final int place = next;
        next = place + 1 == capacity ? 0 : place + 1;
        final int at = place * placeLengthBytes;
        if (stored >= capacity) {
            unlink(place, at);
        }
        stored++;
        final int bucket = bucket(high, low);
        places.putLong(at, high);
        places.putLong(at + 8, low);
        places.putLong(at + 16, journalIndex);
        places.putInt(at + 24, buckets[bucket]);
        places.putInt(at + 28, length);
        places.putBytes(at + HEADER_LENGTH_BYTES, buffer, offset, length);
        buckets[bucket] = place;
    }

    /**
     * Finds an answer.
     *
     * @param high of the request id.
     * @param low  of the request id.
     * @return the answer from its SBE header on, valid until the next call; null when it is not kept.
     */
    public DirectBuffer find(final long high, final long low) {
        if ((high | low) == 0) {
            return null;
        }
        int place = buckets[bucket(high, low)];
        while (place != NONE) {
            final int at = place * placeLengthBytes;
            if (places.getLong(at) == high && places.getLong(at + 8) == low) {
                answer.wrap(places, at + HEADER_LENGTH_BYTES, places.getInt(at + 28));
                return answer;
            }
            place = places.getInt(at + 24);
        }
        return null;
    }

    /**
     * Where the journal must be read from to fill this cache again.
     *
     * @return journal index of the oldest kept answer; {@link Long#MAX_VALUE} when empty.
     */
    public long oldestJournalIndex() {
        if (stored == 0) {
            return Long.MAX_VALUE;
        }
        final int oldest = stored < capacity ? 0 : next;
        return places.getLong(oldest * placeLengthBytes + 16);
    }

    private void unlink(final int place, final int at) {
        final int bucket = bucket(places.getLong(at), places.getLong(at + 8));
        final int following = places.getInt(at + 24);
        if (buckets[bucket] == place) {
            buckets[bucket] = following;
            return;
        }
        int before = buckets[bucket];
        while (before != NONE) {
            final int beforeAt = before * placeLengthBytes;
            final int after = places.getInt(beforeAt + 24);
            if (after == place) {
                places.putInt(beforeAt + 24, following);
                return;
            }
            before = after;
        }
    }

    private int bucket(final long high, final long low) {
        return Hashing.hash(high * 31 + low) & mask;
    }
}
