package io.opportune.protocol.openrtb.response;

import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Appends bytes to a part of a buffer and never writes past its end: what does not fit sets {@link #overflowed()}, and
 * from then on nothing is written, so that a caller checks once at its end. One thread; allocates nothing.
 */
public final class ByteSink {
    /** Micros in one unit of a currency. */
    private static final long MICROS = 1_000_000L;
    private static final int MICRO_DIGITS = 6;
    private static final int LONGEST_LONG = 20;
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};
    /** Letters, digits and {@code -._~} need no percent encoding (RFC 3986, section 2.3). */
    private static final boolean[] UNRESERVED = new boolean[256];
    /** What a byte becomes in a JSON string: 0 itself, 1 six characters, otherwise a backslash and this. */
    private static final byte[] JSON_ESCAPE = new byte[128];
    /** The bytes of U+FFFD, which stand for what is no UTF-8. */
    private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

    static {
        for (int c = 0; c < UNRESERVED.length; c++) {
            UNRESERVED[c] = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || c == '-' || c == '.' || c == '_' || c == '~';
        }
        Arrays.fill(JSON_ESCAPE, 0, 0x20, (byte) 1);
        JSON_ESCAPE['"'] = '"';
        JSON_ESCAPE['\\'] = '\\';
        JSON_ESCAPE['\b'] = 'b';
        JSON_ESCAPE['\f'] = 'f';
        JSON_ESCAPE['\n'] = 'n';
        JSON_ESCAPE['\r'] = 'r';
        JSON_ESCAPE['\t'] = 't';
        JSON_ESCAPE[0x7F] = 1;
    }

    private MutableDirectBuffer buffer;
    private int start;
    private int position;
    private int limit;
    private boolean overflowed;

    /**
     * Begins anew.
     *
     * @param target      to write into; at least {@code offset + lengthBytes} long.
     * @param offset      of the first byte.
     * @param lengthBytes most bytes to write, 0 or more.
     * @return this.
     */
    public ByteSink wrap(final MutableDirectBuffer target, final int offset, final int lengthBytes) {
        buffer = target;
        start = offset;
        position = offset;
        limit = offset + lengthBytes;
        overflowed = false;
        return this;
    }

    /**
     * The buffer that is written.
     *
     * @return as wrapped.
     */
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    /**
     * Where the next byte goes.
     *
     * @return index in the buffer.
     */
    public int position() {
        return position;
    }

    /**
     * How much was written.
     *
     * @return bytes since {@link #wrap}.
     */
    public int length() {
        return position - start;
    }

    /**
     * Whether something did not fit.
     *
     * @return true: what stands in the buffer is incomplete and must not be sent.
     */
    public boolean overflowed() {
        return overflowed;
    }

    /** Gives up: what was written counts as incomplete. */
    public void fail() {
        overflowed = true;
    }

    private boolean hasRoom(final int lengthBytes) {
        if (overflowed || lengthBytes > limit - position) {
            overflowed = true;
            return false;
        }
        return true;
    }

    /**
     * Appends one byte.
     *
     * @param value its lowest 8 bits.
     */
    public void putByte(final int value) {
        if (hasRoom(1)) {
            buffer.putByte(position++, (byte) value);
        }
    }

    /**
     * Appends bytes as they are.
     *
     * @param bytes all of them.
     */
    public void putBytes(final byte[] bytes) {
        if (hasRoom(bytes.length)) {
            buffer.putBytes(position, bytes);
            position += bytes.length;
        }
    }

    /**
     * Appends bytes as they are.
     *
     * @param source of the bytes.
     * @param offset of the first.
     * @param length how many.
     */
    public void putBytes(final DirectBuffer source, final int offset, final int length) {
        if (hasRoom(length)) {
            buffer.putBytes(position, source, offset, length);
            position += length;
        }
    }

    /**
     * Appends a whole number in decimal digits.
     *
     * @param value any.
     */
    public void putLong(final long value) {
        // Near the end of the buffer the exact length decides, so that a response of exactly the limit is sent.
        if (hasRoom(limit - position >= LONGEST_LONG ? LONGEST_LONG : digits(value))) {
            position += buffer.putLongAscii(position, value);
        }
    }

    private static int digits(final long value) {
        int length = value < 0 ? 2 : 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            length++;
        }
        return length;
    }

    /**
     * Appends an amount as a decimal with as many digits as it needs and no exponent: 1500000 is {@code 1.5}.
     *
     * @param micros millionths of a unit, any sign.
     */
    public void putMicros(final long micros) {
        final long units = micros / MICROS;
        long fraction = Math.abs(micros % MICROS);
        if (micros < 0 && units == 0) {
            putByte('-');
        }
        putLong(units);
        if (fraction == 0) {
            return;
        }
        putByte('.');
        long digit = MICROS / 10;
        for (int i = 0; i < MICRO_DIGITS && fraction != 0; i++) {
            putByte((int) ('0' + fraction / digit));
            fraction %= digit;
            digit /= 10;
        }
    }

    /**
     * Appends text so that it may stand between the quotes of a JSON string (RFC 8259, section 7). What is no UTF-8
     * becomes U+FFFD, one for each byte, because a JSON text must be UTF-8.
     *
     * @param source of the bytes.
     * @param offset of the first.
     * @param length how many.
     */
    public void putJsonText(final DirectBuffer source, final int offset, final int length) {
        final int end = offset + length;
        int from = offset;
        int at = offset;
        while (at < end) {
            final int b = source.getByte(at);
            if (b >= 0 && JSON_ESCAPE[b] == 0) {
                at++;
                continue;
            }
            final int sequence = b >= 0 ? 0 : utf8Length(source, at, end);
            if (sequence > 0) {
                at += sequence;
                continue;
            }
            putBytes(source, from, at - from);
            if (b >= 0) {
                putJsonEscaped(b);
            } else {
                putBytes(REPLACEMENT);
            }
            from = ++at;
        }
        putBytes(source, from, end - from);
    }

    /**
     * Appends text of which what is no UTF-8 becomes U+FFFD, one for each byte.
     *
     * @param source of the bytes.
     * @param offset of the first.
     * @param length how many.
     */
    public void putUtf8(final DirectBuffer source, final int offset, final int length) {
        final int end = offset + length;
        int from = offset;
        int at = offset;
        while (at < end) {
            final int sequence = source.getByte(at) >= 0 ? 1 : utf8Length(source, at, end);
            if (sequence == 0) {
                putBytes(source, from, at - from);
                putBytes(REPLACEMENT);
                from = ++at;
            } else {
                at += sequence;
            }
        }
        putBytes(source, from, end - from);
    }

    private void putJsonEscaped(final int c) {
        final byte escape = JSON_ESCAPE[c];
        putByte('\\');
        if (escape != 1) {
            putByte(escape);
            return;
        }
        putByte('u');
        putByte('0');
        putByte('0');
        putByte(HEX[c >>> 4]);
        putByte(HEX[c & 0xF]);
    }

    /**
     * How many bytes the UTF-8 sequence at a place has (Unicode 15, table 3-7: neither overlong nor a surrogate).
     *
     * @param source of the bytes.
     * @param at     index of its first byte, which is not ASCII.
     * @param end    index after the last byte.
     * @return 2..4; 0 when it is no UTF-8.
     */
    static int utf8Length(final DirectBuffer source, final int at, final int end) {
        final int first = source.getByte(at) & 0xFF;
        final int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (length == 0 || length > end - at) {
            return 0;
        }
        final int second = source.getByte(at + 1) & 0xFF;
        final int lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        final int highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < lowest || second > highest) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((source.getByte(at + i) & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /**
     * Appends text percent-encoded (RFC 3986, section 2.1), so that it may stand as a value in a URL's query, and
     * therefore unchanged in HTML, XML and JSON as well.
     *
     * @param source of the bytes.
     * @param offset of the first.
     * @param length how many.
     */
    public void putPercentEncoded(final DirectBuffer source, final int offset, final int length) {
        final int end = offset + length;
        int from = offset;
        for (int at = offset; at < end; at++) {
            final int b = source.getByte(at) & 0xFF;
            if (!UNRESERVED[b]) {
                putBytes(source, from, at - from);
                putByte('%');
                putByte(HEX[b >>> 4]);
                putByte(HEX[b & 0xF]);
                from = at + 1;
            }
        }
        putBytes(source, from, end - from);
    }

    /**
     * Appends a number as a base 128 varint (Protocol Buffers encoding).
     *
     * @param value unsigned.
     */
    public void putVarint(final long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            putByte((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        putByte((int) rest);
    }

    /**
     * Appends 8 bytes, the lowest first.
     *
     * @param value their bits.
     */
    public void putFixed64(final long value) {
        if (hasRoom(Long.BYTES)) {
            buffer.putLong(position, value, ByteOrder.LITTLE_ENDIAN);
            position += Long.BYTES;
        }
    }

    /** Leaves room for a length that is known later. Gives where it stands. */
    int reserve(final int lengthBytes) {
        final int at = position;
        if (hasRoom(lengthBytes)) {
            position += lengthBytes;
        }
        return at;
    }

    /**
     * Puts the length of all that was written since into a reserved place, as the shortest varint: what follows is
     * moved when the varint is not as long as the place.
     */
    void patchVarint(final int at, final int reserved) {
        if (overflowed) {
            return;
        }
        final int length = position - at - reserved;
        int size = 1;
        for (int rest = length >>> 7; rest != 0; rest >>>= 7) {
            size++;
        }
        final int shift = size - reserved;
        if (shift > 0 && !hasRoom(shift)) {
            return;
        }
        if (shift > 0) {
            for (int i = length - 1; i >= 0; i--) {
                buffer.putByte(at + size + i, buffer.getByte(at + reserved + i));
            }
        } else if (shift < 0) {
            for (int i = 0; i < length; i++) {
                buffer.putByte(at + size + i, buffer.getByte(at + reserved + i));
            }
        }
        position += shift;
        int rest = length;
        for (int i = 0; i < size; i++) {
            buffer.putByte(at + i, (byte) (i + 1 < size ? rest & 0x7F | 0x80 : rest));
            rest >>>= 7;
        }
    }
}
