package io.opportune.protocol.openrtb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds out where a JSON value ends and whether it is one (RFC 8259), eight bytes at a time in texts. All bytes stand
 * in an array with zeros behind the end, which are valid nowhere, so that no step asks whether the end is reached.
 * Bytes of a text that are no UTF-8 pass: they mean something to whoever wrote them, and the texts around them are
 * clear.
 */
final class JsonScanner {
    /** A position that says that the value is malformed; what was wrong is kept. */
    static final int FAILED = -1;
    /** The position in what {@link #text} gives; another bit says that the text has escapes. */
    static final int POSITION = (1 << 30) - 1;
    private static final int ESCAPED = 1 << 30;

    private static final VarHandle WORD =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final int REPLACEMENT = 0xFFFD;

    private final int maxDepth;
    private int errorOffset;
    private Expected expected;
    /** Of {@link #skipAnyDepth}: bit n set: what is open at depth n is an object, else an array. */
    private long[] objects = new long[16];

    JsonScanner(final int maxDepth) {
        this.maxDepth = maxDepth;
    }

    int maxDepth() {
        return maxDepth;
    }

    int errorOffset() {
        return errorOffset;
    }

    /** What would have been right, or null when nothing was wrong. */
    Expected expected() {
        return expected;
    }

    void forgetFailure() {
        expected = null;
        errorOffset = -1;
    }

    int fail(final int offset, final Expected right) {
        errorOffset = offset;
        expected = right;
        return FAILED;
    }

    /** The first position from {@code p} on without white space. */
    static int space(final byte[] b, final int p) {
        int q = p;
        while (b[q] <= ' ' && (b[q] == ' ' || b[q] == '\n' || b[q] == '\r' || b[q] == '\t')) {
            q++;
        }
        return q;
    }

    /** The quote that ends the text whose first byte is at {@code start}, and whether there are escapes. */
    int text(final byte[] b, final int start) {
        int p = start;
        while (true) {
            final long word = (long) WORD.get(b, p);
            final long special = special(word);
            if (special == 0) {
                p += Long.BYTES;
                continue;
            }
            p += Long.numberOfTrailingZeros(special) >>> 3;
            if (b[p] == '"') {
                return p;
            }
            return b[p] == '\\' ? escapedText(b, p) : fail(p, Expected.TEXT_BYTE);
        }
    }

    /** The lowest bit set stands in the first byte that is a quote, a backslash or a control character. */
    private static long special(final long word) {
        final long quotes = word ^ QUOTES;
        final long backslashes = word ^ BACKSLASHES;
        return (quotes - ONES & ~quotes | backslashes - ONES & ~backslashes | word - SPACES & ~word) & TOPS;
    }

    private int escapedText(final byte[] b, final int start) {
        int p = start;
        while (true) {
            final byte c = b[p];
            if (c == '"') {
                return p | ESCAPED;
            } else if (c == '\\') {
                p = escape(b, p + 1);
                if (p < 0) {
                    return FAILED;
                }
            } else if (c >= 0 && c < ' ') {
                return fail(p, Expected.TEXT_BYTE);
            } else {
                p++;
            }
        }
    }

    private int escape(final byte[] b, final int p) {
        switch (b[p]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
                return p + 1;
            case 'u':
                for (int i = 1; i <= 4; i++) {
                    if (hexDigit(b[p + i]) < 0) {
                        return fail(p + i, Expected.ESCAPE);
                    }
                }
                return p + 5;
            default:
                return fail(p, Expected.ESCAPE);
        }
    }

    private static int hexDigit(final byte c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        final int lower = c | 0x20;
        return c > 0 && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** Takes the escapes out of a text that {@link #text} has found to be right; gives the end of what was written. */
    static int unescape(final byte[] b, final int start, final int end, final int target) {
        int to = target;
        int p = start;
        while (p < end) {
            final byte c = b[p++];
            if (c != '\\') {
                b[to++] = c;
                continue;
            }
            final byte escaped = b[p++];
            if (escaped != 'u') {
                b[to++] = control(escaped);
                continue;
            }
            int codePoint = fourDigits(b, p);
            p += 4;
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                final int low = p + 6 <= end && b[p] == '\\' && b[p + 1] == 'u' ? fourDigits(b, p + 2) : 0;
                if (codePoint <= Character.MAX_HIGH_SURROGATE && low >= Character.MIN_LOW_SURROGATE
                    && low <= Character.MAX_LOW_SURROGATE) {
                    codePoint = Character.toCodePoint((char) codePoint, (char) low);
                    p += 6;
                } else {
                    // Half a pair means nothing.
                    codePoint = REPLACEMENT;
                }
            }
            to = utf8(b, to, codePoint);
        }
        return to;
    }

    private static byte control(final byte escaped) {
        return switch (escaped) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> escaped;
        };
    }

    private static int fourDigits(final byte[] b, final int p) {
        return hexDigit(b[p]) << 12 | hexDigit(b[p + 1]) << 8 | hexDigit(b[p + 2]) << 4 | hexDigit(b[p + 3]);
    }

    private static int utf8(final byte[] b, final int target, final int codePoint) {
        int to = target;
        if (codePoint < 0x80) {
            b[to++] = (byte) codePoint;
            return to;
        }
        if (codePoint < 0x800) {
            b[to++] = (byte) (0xC0 | codePoint >> 6);
        } else {
            if (codePoint < 0x10000) {
                b[to++] = (byte) (0xE0 | codePoint >> 12);
            } else {
                b[to++] = (byte) (0xF0 | codePoint >> 18);
                b[to++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
            }
            b[to++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
        }
        b[to++] = (byte) (0x80 | codePoint & 0x3F);
        return to;
    }

    /** The end of any value; {@code depth} is that of what it stands in. */
    int skip(final byte[] b, final int p, final int depth) {
        switch (b[p]) {
            case '"':
                final int end = text(b, p + 1);
                return end < 0 ? FAILED : (end & POSITION) + 1;
            case '{':
                return skipObject(b, p, depth + 1);
            case '[':
                return skipArray(b, p, depth + 1);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
                final int numberEnd = numberEnd(b, p);
                return numberEnd < 0 ? fail(~numberEnd, Expected.DIGIT) : numberEnd;
            case 't', 'f', 'n':
                final int literalEnd = literalEnd(b, p);
                return literalEnd < 0 ? fail(~literalEnd, Expected.LITERAL) : literalEnd;
            default:
                return fail(p, Expected.VALUE);
        }
    }

    private int skipObject(final byte[] b, final int start, final int depth) {
        if (depth > maxDepth) {
            return fail(start, Expected.DEPTH);
        }
        int p = space(b, start + 1);
        if (b[p] == '}') {
            return p + 1;
        }
        Expected key = Expected.KEY;
        while (true) {
            if (b[p] != '"') {
                return fail(p, key);
            }
            final int end = text(b, p + 1);
            if (end < 0) {
                return FAILED;
            }
            p = space(b, (end & POSITION) + 1);
            if (b[p] != ':') {
                return fail(p, Expected.COLON);
            }
            p = skip(b, space(b, p + 1), depth);
            if (p < 0) {
                return FAILED;
            }
            p = space(b, p);
            if (b[p] == '}') {
                return p + 1;
            } else if (b[p] != ',') {
                return fail(p, Expected.COMMA_OR_BRACE);
            }
            p = space(b, p + 1);
            key = Expected.NEXT_KEY;
        }
    }

    private int skipArray(final byte[] b, final int start, final int depth) {
        if (depth > maxDepth) {
            return fail(start, Expected.DEPTH);
        }
        int p = space(b, start + 1);
        if (b[p] == ']') {
            return p + 1;
        }
        while (true) {
            p = skip(b, p, depth);
            if (p < 0) {
                return FAILED;
            }
            p = space(b, p);
            if (b[p] == ']') {
                return p + 1;
            } else if (b[p] != ',') {
                return fail(p, Expected.COMMA_OR_BRACKET);
            }
            p = space(b, p + 1);
        }
    }

    /** As {@link #skip}, for a value nested to any depth; slower, and its stack grows with the depth. */
    int skipAnyDepth(final byte[] b, final int start) {
        int depth = 0;
        int p = start;
        while (true) {
            if (b[p] == '{' || b[p] == '[') {
                final boolean object = b[p] == '{';
                push(depth++, object);
                p = space(b, p + 1);
                if (b[p] != close(object)) {
                    p = object ? valueOfKey(b, p, Expected.KEY) : p;
                    if (p < 0) {
                        return FAILED;
                    }
                    continue;
                }
                depth--;
                p++;
            } else {
                p = skip(b, p, 0);
            }
            boolean more = false;
            while (p >= 0 && depth > 0 && !more) {
                final boolean object = isObject(depth - 1);
                p = space(b, p);
                if (b[p] == ',') {
                    more = true;
                    p = space(b, p + 1);
                    p = object ? valueOfKey(b, p, Expected.NEXT_KEY) : p;
                } else if (b[p] == close(object)) {
                    depth--;
                    p++;
                } else {
                    p = fail(p, object ? Expected.COMMA_OR_BRACE : Expected.COMMA_OR_BRACKET);
                }
            }
            if (p < 0 || !more) {
                return p;
            }
        }
    }

    private static byte close(final boolean object) {
        return (byte) (object ? '}' : ']');
    }

    /** Where the value of the key at {@code p} begins. */
    private int valueOfKey(final byte[] b, final int p, final Expected key) {
        if (b[p] != '"') {
            return fail(p, key);
        }
        final int end = text(b, p + 1);
        if (end < 0) {
            return FAILED;
        }
        final int colon = space(b, (end & POSITION) + 1);
        return b[colon] == ':' ? space(b, colon + 1) : fail(colon, Expected.COLON);
    }

    private void push(final int depth, final boolean object) {
        final int word = depth >>> 6;
        if (word == objects.length) {
            objects = Arrays.copyOf(objects, 2 * word);
        }
        objects[word] = object ? objects[word] | 1L << depth : objects[word] & ~(1L << depth);
    }

    private boolean isObject(final int depth) {
        return (objects[depth >>> 6] >>> depth & 1) != 0;
    }

    /** The end of true, false or null; the complement of where something else stands. */
    static int literalEnd(final byte[] b, final int start) {
        final byte[] literal = b[start] == 't' ? TRUE : b[start] == 'f' ? FALSE : NULL;
        for (int i = 0; i < literal.length; i++) {
            if (b[start + i] != literal[i]) {
                return ~(start + i);
            }
        }
        return start + literal.length;
    }

    /** The end of a number; the complement of where a digit is missing. */
    private static int numberEnd(final byte[] b, final int start) {
        int p = b[start] == '-' ? start + 1 : start;
        if (b[p] == '0') {
            p++;
        } else {
            p = digitsEnd(b, p);
            if (p < 0) {
                return p;
            }
        }
        if (b[p] == '.') {
            p = digitsEnd(b, p + 1);
            if (p < 0) {
                return p;
            }
        }
        if ((b[p] | 0x20) == 'e') {
            p++;
            p = digitsEnd(b, b[p] == '+' || b[p] == '-' ? p + 1 : p);
        }
        return p;
    }

    private static int digitsEnd(final byte[] b, final int start) {
        int p = start;
        while (b[p] >= '0' && b[p] <= '9') {
            p++;
        }
        return p == start ? ~start : p;
    }
}
