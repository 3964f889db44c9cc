package io.opportune.protocol.openrtb.schema;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Finds a field by the bytes of its key: a perfect hash of the key's first and last eight bytes and its length, then an
 * exact comparison. Keys of the table have at most 24 bytes, so that three words compare a key whole.
 */
final class KeyTable {
    static final int MAX_KEY_LENGTH_BYTES = 24;
    private static final VarHandle WORD =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MAX_TRIES = 1_000_000;

    private final long[] firsts;
    private final long[] middles;
    private final long[] lasts;
    private final int[] lengths;
    private final Field[] fields;
    private final int shift;
    private long multiplier;

    KeyTable(final List<Field> all) {
        // Four places a key: a multiplier without collisions is found in some hundred tries.
        final int size = Math.max(2, Integer.highestOneBit(Math.max(1, all.size() * 4 - 1)) << 1);
        firsts = new long[size];
        middles = new long[size];
        lasts = new long[size];
        lengths = new int[size];
        fields = new Field[size];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(size);
        final SplittableRandom random = new SplittableRandom(1);
        int tries = 0;
        do {
            if (++tries > MAX_TRIES) {
                throw new IllegalStateException("no perfect hash for " + all);
            }
            multiplier = random.nextLong() | 1;
        } while (!place(all));
    }

    private boolean place(final List<Field> all) {
        Arrays.fill(fields, null);
        Arrays.fill(lengths, 0);
        for (final Field field : all) {
            final byte[] key = field.name().getBytes(StandardCharsets.US_ASCII);
            if (key.length == 0 || key.length > MAX_KEY_LENGTH_BYTES) {
                throw new IllegalStateException("a key has 1.." + MAX_KEY_LENGTH_BYTES + " bytes, not " + field.name());
            }
            final byte[] padded = Arrays.copyOf(key, MAX_KEY_LENGTH_BYTES + Long.BYTES);
            final long first = first(padded, 0, key.length);
            final long last = last(padded, 0, key.length);
            final int index = index(first, last, key.length);
            if (fields[index] != null) {
                return false;
            }
            firsts[index] = first;
            lasts[index] = last;
            middles[index] = key.length > 2 * Long.BYTES ? (long) WORD.get(padded, Long.BYTES) : 0;
            lengths[index] = key.length;
            fields[index] = field;
        }
        return true;
    }

    /** Eight bytes behind {@code offset} must be readable, whatever the key's length. */
    Field find(final byte[] bytes, final int offset, final int lengthBytes) {
        if (lengthBytes == 0) {
            return null;
        }
        final long first = first(bytes, offset, lengthBytes);
        final long last = last(bytes, offset, lengthBytes);
        final int index = index(first, last, lengthBytes);
        if (firsts[index] != first || lasts[index] != last || lengths[index] != lengthBytes
            || lengthBytes > 2 * Long.BYTES && middles[index] != (long) WORD.get(bytes, offset + Long.BYTES)) {
            return null;
        }
        return fields[index];
    }

    private int index(final long first, final long last, final int lengthBytes) {
        return (int) ((first ^ Long.rotateLeft(last, 29) ^ lengthBytes) * multiplier >>> shift);
    }

    private static long first(final byte[] bytes, final int offset, final int lengthBytes) {
        final long word = (long) WORD.get(bytes, offset);
        return lengthBytes >= Long.BYTES ? word : word & (1L << (lengthBytes << 3)) - 1;
    }

    private static long last(final byte[] bytes, final int offset, final int lengthBytes) {
        return lengthBytes > Long.BYTES ? (long) WORD.get(bytes, offset + lengthBytes - Long.BYTES) : 0;
    }
}
