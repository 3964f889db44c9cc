package io.opportune.protocol.openrtb.macro;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads what a notice brings where a macro stood: a number, nothing, {@code AUDIT}, or the macro itself when nobody
 * replaced it. Percent encoding has been taken off before. Reused; one thread; allocates nothing and never throws.
 */
public final class MacroReader {
    /** What was found. */
    public enum Found {
        /** A number, see {@link #micros()}. */
        NUMBER,
        /** Nothing: the exchange does not tell. */
        EMPTY,
        /** {@code AUDIT}: rendered for a check, nothing was sold. */
        AUDIT,
        /** The macro itself: the exchange does not replace it. */
        UNREPLACED,
        /** Anything else. */
        INVALID
    }

    /** Longer ones are no numbers. */
    private static final int MAX_LENGTH = 64;
    private static final int MICRO_DIGITS = 6;
    private static final long MOST_UNITS = Long.MAX_VALUE / 1_000_000L - 1;

    private final UnsafeBuffer decoded = new UnsafeBuffer(new byte[MAX_LENGTH]);
    private long micros;

    /**
     * Reads a number of up to six decimals; further ones are cut off. An exponent is read as well, as JSON serialisers
     * of doubles write it.
     *
     * @param source of the text.
     * @param offset of its first byte.
     * @param length in bytes.
     * @return what was found.
     */
    public Found number(final DirectBuffer source, final int offset, final int length) {
        micros = 0;
        if (length == 0) {
            return Found.EMPTY;
        }
        if (isAudit(source, offset, length)) {
            return Found.AUDIT;
        }
        if (length > 3 && source.getByte(offset) == '$' && source.getByte(offset + 1) == '{') {
            return source.getByte(offset + length - 1) == '}' ? Found.UNREPLACED : Found.INVALID;
        }
        return length <= MAX_LENGTH && decimal(source, offset, length) ? Found.NUMBER : Found.INVALID;
    }

    /**
     * Reads a number that was encoded as Base64 ({@code :B64}), of either alphabet, with or without padding.
     *
     * @param source of the text.
     * @param offset of its first byte.
     * @param length in bytes.
     * @return what was found.
     */
    public Found base64Number(final DirectBuffer source, final int offset, final int length) {
        final Found plain = number(source, offset, length);
        if (plain == Found.EMPTY || plain == Found.AUDIT || plain == Found.UNREPLACED) {
            return plain;
        }
        micros = 0;
        final int size = base64(source, offset, length);
        return size < 0 ? Found.INVALID : number(decoded, 0, size);
    }

    /**
     * The number read last.
     *
     * @return millionths; 0 unless it was {@link Found#NUMBER}.
     */
    public long micros() {
        return micros;
    }

    private static boolean isAudit(final DirectBuffer source, final int offset, final int length) {
        if (length != AuctionMacro.AUDIT.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (source.getByte(offset + i) != AuctionMacro.AUDIT.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean decimal(final DirectBuffer source, final int offset, final int length) {
        final int end = offset + length;
        int at = offset;
        final boolean negative = source.getByte(at) == '-';
        at += negative || source.getByte(at) == '+' ? 1 : 0;
        long digits = 0;
        int scale = 0;
        int count = 0;
        boolean point = false;
        for (; at < end; at++) {
            final byte c = source.getByte(at);
            if (c == '.' && !point) {
                point = true;
            } else if (c >= '0' && c <= '9') {
                count++;
                if (digits <= (Long.MAX_VALUE - 9) / 10) {
                    digits = digits * 10 + c - '0';
                    scale += point ? 1 : 0;
                } else if (!point) {
                    return false;
                }
            } else {
                break;
            }
        }
        int exponent = 0;
        if (at < end && (source.getByte(at) == 'e' || source.getByte(at) == 'E')) {
            exponent = exponent(source, at + 1, end);
            at = exponent == Integer.MIN_VALUE ? at : end;
        }
        if (count == 0 || at != end) {
            return false;
        }
        return scaled(negative ? -digits : digits, MICRO_DIGITS - scale + exponent);
    }

    private static int exponent(final DirectBuffer source, final int from, final int end) {
        int at = from;
        final boolean negative = at < end && source.getByte(at) == '-';
        at += negative || at < end && source.getByte(at) == '+' ? 1 : 0;
        if (at == end || end - at > 3) {
            return Integer.MIN_VALUE;
        }
        int value = 0;
        for (; at < end; at++) {
            final byte c = source.getByte(at);
            if (c < '0' || c > '9') {
                return Integer.MIN_VALUE;
            }
            value = value * 10 + c - '0';
        }
        return negative ? -value : value;
    }

    private boolean scaled(final long digits, final int shift) {
        long value = digits;
        for (int i = 0; i < shift && value != 0; i++) {
            if (Math.abs(value) > Long.MAX_VALUE / 10) {
                return false;
            }
            value *= 10;
        }
        for (int i = shift; i < 0 && value != 0; i++) {
            value /= 10;
        }
        if (Math.abs(value / 1_000_000L) > MOST_UNITS) {
            return false;
        }
        micros = value;
        return true;
    }

    /** Decodes into the own buffer; gives the length, or -1 when it is no Base64. */
    private int base64(final DirectBuffer source, final int offset, final int length) {
        int end = offset + length;
        for (int i = 0; i < 2 && end > offset && source.getByte(end - 1) == '='; i++) {
            end--;
        }
        if (end - offset > MAX_LENGTH || (end - offset) % 4 == 1) {
            return -1;
        }
        int size = 0;
        int bits = 0;
        int count = 0;
        for (int at = offset; at < end; at++) {
            final int value = sextet(source.getByte(at));
            if (value < 0) {
                return -1;
            }
            bits = bits << 6 | value;
            count += 6;
            if (count >= 8) {
                count -= 8;
                decoded.putByte(size++, (byte) (bits >>> count));
            }
        }
        return size;
    }

    private static int sextet(final byte c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
    }
}
