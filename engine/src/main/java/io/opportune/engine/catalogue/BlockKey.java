package io.opportune.engine.catalogue;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * 64-bit keys of the texts in block lists and allow lists, so that a list is compared without its texts. A key is made
 * of the normal form of a text: letters A-Z become small, and what is said at each method. Both sides use it: the
 * catalogue when it is compiled, and whoever reads a bid request. Different texts have the same key with a chance of
 * 2^-64 each pair; it would only cost a bid. Allocates nothing when called with buffers; any thread.
 */
public final class BlockKey {
    /** The key of nothing; no text has it. */
    public static final long NONE = 0;

    private static final long BASIS = 0xCBF29CE484222325L;
    private static final long PRIME = 0x100000001B3L;
    private static final int WWW = 4;

    private BlockKey() {
    }

    /**
     * The key of any text: an app's store id, a category, a language tag.
     *
     * @param source of the text.
     * @param offset of its first byte.
     * @param length in bytes.
     * @return never {@link #NONE}.
     */
    public static long of(final DirectBuffer source, final int offset, final int length) {
        long hash = BASIS;
        for (int i = offset; i < offset + length; i++) {
            hash = (hash ^ lower(source.getByte(i))) * PRIME;
        }
        return finish(hash);
    }

    /**
     * The key of a domain: without {@code www.} and a dot at its end.
     *
     * @param source of the text.
     * @param offset of its first byte.
     * @param length in bytes.
     * @return never {@link #NONE}.
     */
    public static long ofDomain(final DirectBuffer source, final int offset, final int length) {
        int from = offset;
        int end = offset + length;
        if (length > WWW && lower(source.getByte(from)) == 'w' && lower(source.getByte(from + 1)) == 'w'
            && lower(source.getByte(from + 2)) == 'w' && source.getByte(from + 3) == '.') {
            from += WWW;
        }
        if (end > from && source.getByte(end - 1) == '.') {
            end--;
        }
        return of(source, from, end - from);
    }

    /**
     * The key of a MIME type: without parameters, and {@code image/jpg}, which many exchanges write, is
     * {@code image/jpeg}.
     *
     * @param source of the text.
     * @param offset of its first byte.
     * @param length in bytes.
     * @return never {@link #NONE}.
     */
    public static long ofMime(final DirectBuffer source, final int offset, final int length) {
        int end = offset;
        while (end < offset + length && source.getByte(end) != ';') {
            end++;
        }
        while (end > offset && source.getByte(end - 1) == ' ') {
            end--;
        }
        final long key = of(source, offset, end - offset);
        return key == Known.JPG ? Known.JPEG : key;
    }

    /**
     * The key of a text.
     *
     * @param text any.
     * @return as {@link #of(DirectBuffer, int, int)}.
     */
    public static long of(final String text) {
        final byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return of(new UnsafeBuffer(utf8), 0, utf8.length);
    }

    /**
     * The key of a domain.
     *
     * @param domain any.
     * @return as {@link #ofDomain(DirectBuffer, int, int)}.
     */
    public static long ofDomain(final String domain) {
        final byte[] utf8 = domain.getBytes(StandardCharsets.UTF_8);
        return ofDomain(new UnsafeBuffer(utf8), 0, utf8.length);
    }

    /**
     * The key of a MIME type.
     *
     * @param mime any.
     * @return as {@link #ofMime(DirectBuffer, int, int)}.
     */
    public static long ofMime(final String mime) {
        final byte[] utf8 = mime.getBytes(StandardCharsets.UTF_8);
        return ofMime(new UnsafeBuffer(utf8), 0, utf8.length);
    }

    private static int lower(final byte c) {
        return c >= 'A' && c <= 'Z' ? c + 32 : c & 0xFF;
    }

    /** FNV-1a leaves short texts close together; this spreads them over the table of a set. */
    private static long finish(final long hash) {
        long mixed = hash ^ hash >>> 33;
        mixed *= 0xFF51AFD7ED558CCDL;
        mixed ^= mixed >>> 33;
        return mixed == NONE ? 1 : mixed;
    }

    /** Keys that are compared with; in a class of its own because they are made with the methods above. */
    private static final class Known {
        private static final long JPG = BlockKey.of("image/jpg");
        private static final long JPEG = BlockKey.of("image/jpeg");
    }
}
