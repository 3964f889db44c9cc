package io.opportune.engine.privacy;

import java.util.concurrent.ThreadLocalRandom;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Outcomes of consent strings by their bytes, in memory of a fixed size: sets of four slots, in each the least recently
 * used gives way. A hit means that every byte is the same, whatever their hash. Allocates at construction only, owned
 * by one thread.
 * <p>
 * A slot:
 * <pre>
 *   0 hash 8      8 context 8     16 length 4 (0: free)     20 used 4     24 verdict 4     28 unused 4     32 bytes
 * </pre>
 */
final class VerdictCache {
    /** {@link #get} for a string that is not there. */
    static final int MISS = -1;

    private static final int WAYS = 4;
    private static final int HASH_OFFSET = 0;
    private static final int CONTEXT_OFFSET = 8;
    private static final int LENGTH_OFFSET = 16;
    private static final int USED_OFFSET = 20;
    private static final int VERDICT_OFFSET = 24;
    private static final int BYTES_OFFSET = 32;
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    private final UnsafeBuffer slots;
    private final int maxLength;
    private final int slotSize;
    private final int setMask;
    /** Differs from run to run, so that nobody can make strings that fall into one set. */
    private final long seed = ThreadLocalRandom.current().nextLong();
    private int clock;
    private long hits;
    private long misses;
    private long lastHash;

    /**
     * @param strings   that fit, at least 1; rounded up to a power of two of at least 4.
     * @param maxLength of a string, in bytes; longer ones are neither found nor kept.
     */
    VerdictCache(final int strings, final int maxLength) {
        this.maxLength = maxLength;
        slotSize = slotSize(maxLength);
        final int slotCount = slotCount(strings);
        setMask = slotCount / WAYS - 1;
        slots = new UnsafeBuffer(new byte[slotCount * slotSize]);
    }

    private static int slotSize(final int maxLength) {
        return BYTES_OFFSET + BitUtil.align(maxLength, Long.BYTES);
    }

    private static int slotCount(final int strings) {
        return Math.max(WAYS, BitUtil.findNextPositivePowerOfTwo(strings));
    }

    static long sizeBytes(final int strings, final int maxLength) {
        return strings == 0 ? 0L : (long) slotCount(strings) * slotSize(maxLength);
    }

    /**
     * Looks up a string.
     *
     * @param context what else the outcome depends on.
     * @return its verdict, 0 or more, or {@link #MISS}; then {@link #put} may follow with the same string.
     */
    int get(final long context, final DirectBuffer buffer, final int offset, final int length) {
        if (length > maxLength || length <= 0) {
            misses++;
            return MISS;
        }
        final long hash = hash(context, buffer, offset, length);
        lastHash = hash;
        final int set = setOffset(hash);
        for (int slot = set; slot < set + WAYS * slotSize; slot += slotSize) {
            if (slots.getLong(slot + HASH_OFFSET) == hash && slots.getInt(slot + LENGTH_OFFSET) == length &&
                slots.getLong(slot + CONTEXT_OFFSET) == context && sameBytes(slot, buffer, offset, length)) {
                slots.putInt(slot + USED_OFFSET, ++clock);
                hits++;
                return slots.getInt(slot + VERDICT_OFFSET);
            }
        }
        misses++;
        return MISS;
    }

    /** Keeps the verdict of the string that {@link #get} has just missed. */
    void put(
        final long context, final DirectBuffer buffer, final int offset, final int length, final int verdict) {
        if (length > maxLength || length <= 0) {
            return;
        }
        final int set = setOffset(lastHash);
        int victim = set;
        int oldest = -1;
        for (int slot = set; slot < set + WAYS * slotSize; slot += slotSize) {
            if (slots.getInt(slot + LENGTH_OFFSET) == 0) {
                victim = slot;
                break;
            }
            // The clock may wrap; ages are differences.
            final int age = clock - slots.getInt(slot + USED_OFFSET);
            if (Integer.compareUnsigned(age, oldest) > 0 || oldest == -1) {
                victim = slot;
                oldest = age;
            }
        }
        slots.putLong(victim + HASH_OFFSET, lastHash);
        slots.putLong(victim + CONTEXT_OFFSET, context);
        slots.putInt(victim + LENGTH_OFFSET, length);
        slots.putInt(victim + USED_OFFSET, ++clock);
        slots.putInt(victim + VERDICT_OFFSET, verdict);
        slots.putBytes(victim + BYTES_OFFSET, buffer, offset, length);
    }

    private int setOffset(final long hash) {
        return ((int) (hash >>> 32) & setMask) * WAYS * slotSize;
    }

    private boolean sameBytes(final int slot, final DirectBuffer buffer, final int offset, final int length) {
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            if (slots.getLong(slot + BYTES_OFFSET + i) != buffer.getLong(offset + i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (slots.getByte(slot + BYTES_OFFSET + i) != buffer.getByte(offset + i)) {
                return false;
            }
        }
        return true;
    }

    /** Eight bytes at a step, multiplied and folded; it only has to spread, because every byte is compared. */
    private long hash(final long context, final DirectBuffer buffer, final int offset, final int length) {
        long hash = mix(seed ^ context, length);
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            hash = mix(hash, buffer.getLong(offset + i));
        }
        long rest = 0L;
        for (; i < length; i++) {
            rest = rest << Byte.SIZE | buffer.getByte(offset + i) & 0xffL;
        }
        return mix(hash, rest);
    }

    private static long mix(final long hash, final long word) {
        final long a = (hash ^ word) * MULTIPLIER;
        return a ^ a >>> 29 ^ Math.multiplyHigh(hash ^ word, MULTIPLIER);
    }

    long hits() {
        return hits;
    }

    long misses() {
        return misses;
    }

    int capacity() {
        return (setMask + 1) * WAYS;
    }
}
