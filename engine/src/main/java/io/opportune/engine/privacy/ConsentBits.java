package io.opportune.engine.privacy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * Room for the bits of one consent string: its base64url segments (RFC 4648, section 5, without padding) unpacked one
 * behind the other, each from a byte of its own. Bit 0 is the highest bit of the first byte. Reused, one thread.
 */
final class ConsentBits {
    /** Most segments that a string may have: a core and three others, and one more to tell that there are too many. */
    static final int MAX_SEGMENTS = 5;
    /** So many bits may follow the last field: the encoders in use pad to a multiple of 24 at most. */
    static final int MAX_PADDING_BITS = 23;

    private static final int BITS_PER_CHARACTER = 6;
    /** What one read of 8 bytes gives at any bit of a byte. */
    private static final int MAX_BITS = 57;
    /** A read of 8 bytes may begin at the last byte of a segment. */
    private static final int SLACK_BYTES = Long.BYTES;
    private static final VarHandle WORDS =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] VALUES = values();

    private final byte[] bytes;
    private int usedBytes;
    private int segmentEnd;

    /**
     * @param maxLength characters of all segments together.
     */
    ConsentBits(final int maxLength) {
        bytes = new byte[maxLength * BITS_PER_CHARACTER / Byte.SIZE + MAX_SEGMENTS + SLACK_BYTES];
    }

    private static byte[] values() {
        final String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        final byte[] values = new byte[1 << Byte.SIZE];
        Arrays.fill(values, (byte) -1);
        for (int value = 0; value < alphabet.length(); value++) {
            values[alphabet.charAt(value)] = (byte) value;
        }
        return values;
    }

    void clear() {
        usedBytes = 0;
        segmentEnd = 0;
    }

    /**
     * Unpacks one segment behind those before it.
     *
     * @param wholeBytes whether what its characters hold beyond whole bytes counts as padding, as RFC 4648 has it.
     * @return its first bit, or -1 when a character is none of the alphabet, or when with {@code wholeBytes} the last
     *         character alone cannot end a byte. {@link #segmentEnd()} is the bit behind its last.
     */
    int append(final DirectBuffer buffer, final int offset, final int length, final boolean wholeBytes) {
        if (wholeBytes && (length & 3) == 1) {
            return -1;
        }
        final int start = usedBytes * Byte.SIZE;
        final byte[] target = bytes;
        int at = usedBytes;
        int wrong = 0;
        int i = 0;
        for (; i + 4 <= length; i += 4) {
            final int a = VALUES[buffer.getByte(offset + i) & 0xff];
            final int b = VALUES[buffer.getByte(offset + i + 1) & 0xff];
            final int c = VALUES[buffer.getByte(offset + i + 2) & 0xff];
            final int d = VALUES[buffer.getByte(offset + i + 3) & 0xff];
            wrong |= a | b | c | d;
            final int word = a << 18 | b << 12 | c << 6 | d;
            target[at++] = (byte) (word >> 16);
            target[at++] = (byte) (word >> 8);
            target[at++] = (byte) word;
        }
        int word = 0;
        int wordBits = 0;
        for (; i < length; i++) {
            final int value = VALUES[buffer.getByte(offset + i) & 0xff];
            wrong |= value;
            word = word << BITS_PER_CHARACTER | value;
            wordBits += BITS_PER_CHARACTER;
        }
        word <<= 24 - wordBits;
        for (; wordBits > 0; wordBits -= Byte.SIZE) {
            target[at++] = (byte) (word >> 16);
            word <<= Byte.SIZE;
        }
        Arrays.fill(target, at, at + SLACK_BYTES, (byte) 0);
        usedBytes = at;
        final int lengthBits = length * BITS_PER_CHARACTER;
        segmentEnd = start + (wholeBytes ? lengthBits & -Byte.SIZE : lengthBits);
        return wrong < 0 ? -1 : start;
    }

    int segmentEnd() {
        return segmentEnd;
    }

    boolean bit(final int at) {
        return (bytes[at >> 3] >> (7 - (at & 7)) & 1) != 0;
    }

    /**
     * An unsigned number of 1 to 57 bits, the highest first. What lies behind the last segment reads as 0.
     */
    long bits(final int at, final int count) {
        final long word = (long) WORDS.get(bytes, at >> 3);
        return word << (at & 7) >>> (Long.SIZE - count);
    }

    /** A number of at most 31 bits. */
    int number(final int at, final int count) {
        return (int) bits(at, count);
    }

    /** Flags of at most 31 bits: the first bit read becomes bit 0 of the result. */
    int flags(final int at, final int count) {
        return (int) (Long.reverse(bits(at, count)) >>> (Long.SIZE - count));
    }

    /**
     * Whether nothing but padding follows.
     *
     * @param at  behind the last field.
     * @param end of the segment.
     * @return true for 0 bits, however many.
     */
    boolean onlyZeros(final int at, final int end) {
        int from = at;
        while (end - from > MAX_BITS) {
            if (bits(from, MAX_BITS) != 0L) {
                return false;
            }
            from += MAX_BITS;
        }
        return from >= end || bits(from, end - from) == 0L;
    }

    /**
     * Whether nothing follows but the padding that encoders make.
     *
     * @param at  behind the last field.
     * @param end of the segment.
     * @return true for at most {@link #MAX_PADDING_BITS} bits, all 0.
     */
    boolean onlyPadding(final int at, final int end) {
        return end - at <= MAX_PADDING_BITS && onlyZeros(at, end);
    }
}
