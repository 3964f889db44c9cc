package io.opportune.protocol.openrtb.macro;

import org.agrona.DirectBuffer;

/**
 * Finds substitution macros in bytes, one after the other: {@link #wrap}, then {@link #next} until it is false. What
 * looks like a macro but is none of the specification's is passed over. Reused; one thread.
 */
public final class MacroScanner {
    /** What an encoding that is not known here counts as. */
    public static final int ENCODING_OTHER = 2;
    /** No encoding. */
    public static final int ENCODING_NONE = 0;
    /** {@code :B64}, Base64 (RFC 4648, section 4). */
    public static final int ENCODING_BASE64 = 1;

    private static final int LONGEST_ENCODING = 16;

    private DirectBuffer buffer;
    private int end;
    private int at;
    private int start;
    private AuctionMacro macro;
    private int encoding;

    /**
     * Begins.
     *
     * @param source of the text.
     * @param offset of its first byte.
     * @param length in bytes.
     * @return this.
     */
    public MacroScanner wrap(final DirectBuffer source, final int offset, final int length) {
        buffer = source;
        at = offset;
        end = offset + length;
        macro = null;
        return this;
    }

    /**
     * Goes to the next macro.
     *
     * @return false when there is none.
     */
    public boolean next() {
        while (at + 3 < end) {
            if (buffer.getByte(at) == '$' && buffer.getByte(at + 1) == '{') {
                final int after = match(at + 2);
                if (after > 0) {
                    start = at;
                    at = after;
                    return true;
                }
            }
            at++;
        }
        at = end;
        return false;
    }

    private int match(final int from) {
        for (int i = 0; i < AuctionMacro.count(); i++) {
            final AuctionMacro candidate = AuctionMacro.of(i);
            final byte[] token = candidate.token();
            final int tokenEnd = from + token.length;
            if (tokenEnd >= end || !isAt(from, token)) {
                continue;
            }
            final int closing = buffer.getByte(tokenEnd) == '}' ? tokenEnd : encodingEnd(tokenEnd);
            if (closing >= 0) {
                macro = candidate;
                return closing + 1;
            }
        }
        return -1;
    }

    private boolean isAt(final int from, final byte[] token) {
        for (int i = 0; i < token.length; i++) {
            if (buffer.getByte(from + i) != token[i]) {
                return false;
            }
        }
        encoding = ENCODING_NONE;
        return true;
    }

    /** Where the brace after an encoding stands, or -1. */
    private int encodingEnd(final int colon) {
        if (buffer.getByte(colon) != ':') {
            return -1;
        }
        for (int i = colon + 1; i < end && i <= colon + LONGEST_ENCODING + 1; i++) {
            final byte c = buffer.getByte(i);
            if (c == '}') {
                if (i == colon + 1) {
                    return -1;
                }
                encoding = i == colon + 4 && (buffer.getByte(colon + 1) == 'B' || buffer.getByte(colon + 1) == 'b')
                    && buffer.getByte(colon + 2) == '6' && buffer.getByte(colon + 3) == '4'
                    ? ENCODING_BASE64 : ENCODING_OTHER;
                return i;
            }
            if (!(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-')) {
                return -1;
            }
        }
        return -1;
    }

    /**
     * The macro found.
     *
     * @return never null after {@link #next} was true.
     */
    public AuctionMacro macro() {
        return macro;
    }

    /**
     * How its value is encoded.
     *
     * @return one of the constants.
     */
    public int encoding() {
        return encoding;
    }

    /**
     * Where it begins.
     *
     * @return index of its dollar sign.
     */
    public int start() {
        return start;
    }

    /**
     * Where it ends.
     *
     * @return index after its brace.
     */
    public int end() {
        return at;
    }
}
