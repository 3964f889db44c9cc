package io.opportune.engine.training;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.collections.Hashing;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Decisions whose outcome may still come, with their features as they were. A ring of bytes of a fixed size: the oldest
 * make room for new ones. One thread; off-heap.
 *
 * <pre>
 *  0        4        8        16      24       32         40        48
 *  | length | places | idHigh | idLow | timeNs | rootHigh | rootLow |
 *  of each place:    | offerId | campaignId | seen | zero | valueMicros i64 |
 *  then the FeatureBlock of the decision, padded to a multiple of 8
 * </pre>
 */
final class PendingExamples {
    /** Of {@link #seen}: learned as not having come. */
    static final int SHOWN = 1;
    /** Of {@link #seen}: a click or accept was learned. */
    static final int CLICKED = 2;
    /** Of {@link #seen}: a conversion was learned. */
    static final int CONVERTED = 4;

    private static final long MISSING = -1;
    private static final int PLACES_AT = 4;
    private static final int HIGH_AT = 8;
    private static final int LOW_AT = 16;
    private static final int TIME_AT = 24;
    private static final int ROOT_HIGH_AT = 32;
    private static final int ROOT_LOW_AT = 40;
    private static final int HEADER = 48;
    private static final int PLACE_BYTES = 24;
    private static final int ALIGNMENT = 8;
    /** Length of what is no entry but the unused end of the ring. */
    private static final int PADDING_BIT = 1 << 31;

    private final UnsafeBuffer ring;
    private final int capacity;
    private final Long2LongHashMap index = new Long2LongHashMap(MISSING);
    /** Both only grow; a place in the ring is one modulo the capacity. */
    private long head;
    private long tail;
    private int current;

    PendingExamples(final int capacityBytes) {
        capacity = BitUtil.align(capacityBytes, ALIGNMENT);
        ring = new UnsafeBuffer(ByteBuffer.allocateDirect(capacity));
    }

    private static long key(final long high, final long low) {
        return high * 0x9E37_79B9_7F4A_7C15L ^ Hashing.compoundKey((int) (low >>> 32), (int) low);
    }

    /**
     * Adds a decision and makes it the current one; false when it is larger than the whole ring.
     *
     * @param features the block, copied.
     */
    boolean add(
        final long high, final long low, final long timeNs, final long rootHigh, final long rootLow, final int places,
        final DirectBuffer features, final int offset, final int featureBytes) {
        final int body = HEADER + places * PLACE_BYTES;
        final int length = BitUtil.align(body + featureBytes, ALIGNMENT);
        if (length > capacity) {
            return false;
        }
        int at = (int) (tail % capacity);
        if (at + length > capacity) {
            final int rest = capacity - at;
            makeRoom(rest);
            ring.putInt(at, rest | PADDING_BIT);
            tail += rest;
            at = 0;
        }
        makeRoom(length);
        ring.putInt(at, length);
        ring.putInt(at + PLACES_AT, places);
        ring.putLong(at + HIGH_AT, high);
        ring.putLong(at + LOW_AT, low);
        ring.putLong(at + TIME_AT, timeNs);
        ring.putLong(at + ROOT_HIGH_AT, rootHigh);
        ring.putLong(at + ROOT_LOW_AT, rootLow);
        ring.setMemory(at + HEADER, length - HEADER, (byte) 0);
        ring.putBytes(at + body, features, offset, featureBytes);
        index.put(key(high, low), at);
        tail += length;
        current = at;
        return true;
    }

    private void makeRoom(final int length) {
        while (capacity - (tail - head) < length) {
            final int at = (int) (head % capacity);
            final int entry = ring.getInt(at);
            if (entry > 0) {
                final long key = key(ring.getLong(at + HIGH_AT), ring.getLong(at + LOW_AT));
                if (index.get(key) == at) {
                    index.remove(key);
                }
            }
            head += entry & ~PADDING_BIT;
        }
    }

    /** Makes a decision the current one; false when it is not known, or not any more. */
    boolean find(final long high, final long low) {
        final long at = index.get(key(high, low));
        if (at == MISSING || ring.getLong((int) at + HIGH_AT) != high || ring.getLong((int) at + LOW_AT) != low) {
            return false;
        }
        current = (int) at;
        return true;
    }

    /** Forgets all decisions of a customer who was erased: what they saw is overwritten. */
    void erase(final long rootHigh, final long rootLow) {
        for (long at = head; at < tail;) {
            final int from = (int) (at % capacity);
            final int entry = ring.getInt(from);
            final int length = entry & ~PADDING_BIT;
            if (entry > 0 && isOf(from, rootHigh, rootLow)) {
                final long key = key(ring.getLong(from + HIGH_AT), ring.getLong(from + LOW_AT));
                if (index.get(key) == from) {
                    index.remove(key);
                }
                ring.setMemory(from + HIGH_AT, length - HIGH_AT, (byte) 0);
                ring.putInt(from, length | PADDING_BIT);
            }
            at += length;
        }
    }

    /** From here on a customer's decisions are those of another root. */
    void merge(final long rootHigh, final long rootLow, final long targetHigh, final long targetLow) {
        for (long at = head; at < tail;) {
            final int from = (int) (at % capacity);
            final int entry = ring.getInt(from);
            if (entry > 0 && isOf(from, rootHigh, rootLow)) {
                ring.putLong(from + ROOT_HIGH_AT, targetHigh);
                ring.putLong(from + ROOT_LOW_AT, targetLow);
            }
            at += entry & ~PADDING_BIT;
        }
    }

    private boolean isOf(final int from, final long rootHigh, final long rootLow) {
        return ring.getLong(from + ROOT_HIGH_AT) == rootHigh && ring.getLong(from + ROOT_LOW_AT) == rootLow;
    }

    /** Of the current decision. */
    long timeNs() {
        return ring.getLong(current + TIME_AT);
    }

    int places() {
        return ring.getInt(current + PLACES_AT);
    }

    private int placeAt(final int place) {
        return current + HEADER + place * PLACE_BYTES;
    }

    void place(final int place, final int offerId, final int campaignId, final long valueMicros) {
        ring.putInt(placeAt(place), offerId);
        ring.putInt(placeAt(place) + 4, campaignId);
        ring.putLong(placeAt(place) + 16, valueMicros);
    }

    long valueMicros(final int place) {
        return ring.getLong(placeAt(place) + 16);
    }

    int offerId(final int place) {
        return ring.getInt(placeAt(place));
    }

    int campaignId(final int place) {
        return ring.getInt(placeAt(place) + 4);
    }

    /** What was learned of a place: {@link #SHOWN}, {@link #CLICKED}, {@link #CONVERTED}. */
    int seen(final int place) {
        return ring.getInt(placeAt(place) + 8);
    }

    void see(final int place, final int flag) {
        ring.putInt(placeAt(place) + 8, seen(place) | flag);
    }

    /** The ring; the features of the current decision begin at {@link #featuresAt()}. */
    DirectBuffer buffer() {
        return ring;
    }

    int featuresAt() {
        return placeAt(places());
    }

    /** Decisions that are remembered. */
    int count() {
        return index.size();
    }

    void write(final DataOutput out) throws IOException {
        out.writeInt(capacity);
        out.writeLong(head);
        out.writeLong(tail);
        final byte[] bytes = new byte[1 << 16];
        for (long at = head; at < tail;) {
            final int from = (int) (at % capacity);
            final int length = (int) Math.min(Math.min(bytes.length, capacity - from), tail - at);
            ring.getBytes(from, bytes, 0, length);
            out.write(bytes, 0, length);
            at += length;
        }
    }

    /** Takes what {@link #write} wrote; what was kept is forgotten. */
    void read(final DataInput in) throws IOException {
        final int written = in.readInt();
        if (written != capacity) {
            throw new IOException("pending examples were kept in " + written + " bytes, and not in " + capacity);
        }
        head = in.readLong();
        tail = in.readLong();
        if (head < 0 || tail < head || tail - head > capacity) {
            throw new IOException("pending examples from " + head + " to " + tail + " in " + capacity + " bytes");
        }
        final byte[] bytes = new byte[1 << 16];
        for (long at = head; at < tail;) {
            final int from = (int) (at % capacity);
            final int length = (int) Math.min(Math.min(bytes.length, capacity - from), tail - at);
            in.readFully(bytes, 0, length);
            ring.putBytes(from, bytes, 0, length);
            at += length;
        }
        Arrays.fill(bytes, (byte) 0);
        index.clear();
        for (long at = head; at < tail;) {
            final int from = (int) (at % capacity);
            final int entry = ring.getInt(from);
            if (entry > 0) {
                index.put(key(ring.getLong(from + HIGH_AT), ring.getLong(from + LOW_AT)), from);
            }
            final int length = entry & ~PADDING_BIT;
            if (length <= 0 || from + length > capacity) {
                throw new IOException("a pending example of " + length + " bytes at " + from);
            }
            at += length;
        }
    }
}
