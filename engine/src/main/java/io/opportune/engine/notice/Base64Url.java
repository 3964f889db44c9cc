package io.opportune.engine.notice;

import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Base64 with the URL-safe alphabet and without padding (RFC 4648, section 5) between arrays and buffers. Only the
 * canonical form is read: a token or price that is written in two ways would be two. Stateless, allocates nothing.
 */
public final class Base64Url {
    /** What {@link #decode} returns for anything that is not in canonical form. */
    public static final int INVALID = -1;

    private static final byte[] ALPHABET = new byte[64];
    private static final byte[] VALUES = new byte[256];

    static {
        final String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < ALPHABET.length; i++) {
            ALPHABET[i] = (byte) letters.charAt(i);
            VALUES[letters.charAt(i)] = (byte) i;
        }
    }

    private Base64Url() {
    }

    static int encodedLength(final int lengthBytes) {
        return (lengthBytes * 4 + 2) / 3;
    }

    /**
     * Writes bytes as text.
     *
     * @param bytes       to write.
     * @param lengthBytes how many of them.
     * @param into        gets the text.
     * @param offset      of its first byte.
     * @return length of the text in bytes, 4 for each 3.
     */
    public static int encode(
        final byte[] bytes, final int lengthBytes, final MutableDirectBuffer into, final int offset) {
        int at = offset;
        int i = 0;
        for (; i + 3 <= lengthBytes; i += 3) {
            final int group = (bytes[i] & 0xff) << 16 | (bytes[i + 1] & 0xff) << 8 | bytes[i + 2] & 0xff;
            into.putInt(at, ALPHABET[group >>> 18] | ALPHABET[group >>> 12 & 63] << 8
                | ALPHABET[group >>> 6 & 63] << 16 | ALPHABET[group & 63] << 24, ByteOrder.LITTLE_ENDIAN);
            at += Integer.BYTES;
        }
        final int left = lengthBytes - i;
        if (left > 0) {
            final int group = (bytes[i] & 0xff) << 16 | (left == 2 ? (bytes[i + 1] & 0xff) << 8 : 0);
            into.putByte(at++, ALPHABET[group >>> 18]);
            into.putByte(at++, ALPHABET[group >>> 12 & 63]);
            if (left == 2) {
                into.putByte(at++, ALPHABET[group >>> 6 & 63]);
            }
        }
        return at - offset;
    }

    /**
     * Reads a text.
     *
     * @param text        holding it.
     * @param offset      of its first byte.
     * @param lengthBytes of it.
     * @param into        gets the bytes.
     * @return how many; {@link #INVALID} when it is not in canonical form or longer than the array.
     */
    public static int decode(final DirectBuffer text, final int offset, final int lengthBytes, final byte[] into) {
        final int decoded = lengthBytes * 3 / 4;
        final int left = lengthBytes & 3;
        if (left == 1 || decoded > into.length) {
            return INVALID;
        }
        int wrong = 0;
        int at = 0;
        int group = 0;
        for (int i = 0; i < lengthBytes; i++) {
            final int value = VALUES[text.getByte(offset + i) & 0xff];
            wrong |= value;
            group = group << 6 | value & 63;
            if ((i & 3) == 3) {
                into[at++] = (byte) (group >>> 16);
                into[at++] = (byte) (group >>> 8);
                into[at++] = (byte) group;
                group = 0;
            }
        }
        if (left == 2) {
            wrong |= (group & 15) == 0 ? 0 : -1;
            into[at++] = (byte) (group >>> 4);
        } else if (left == 3) {
            wrong |= (group & 3) == 0 ? 0 : -1;
            into[at++] = (byte) (group >>> 10);
            into[at++] = (byte) (group >>> 2);
        }
        return wrong < 0 ? INVALID : at;
    }
}
