package io.opportune.protocol.openrtb.macro;

import io.opportune.protocol.openrtb.response.ByteSink;
import org.agrona.DirectBuffer;

/**
 * Replaces macros as an exchange does (OpenRTB 2.6, section 4.4): wherever one is found, without regard for what is
 * around it; by nothing when there is no value; Base64 where {@code :B64} asks for it. An encoding that is not known
 * here is left in place, because any other text in its stead would be read as a value. Reused; one thread; allocates
 * nothing.
 */
public final class MacroResolver {
    private static final byte[] BASE64 = new byte[64];

    static {
        for (int i = 0; i < 26; i++) {
            BASE64[i] = (byte) ('A' + i);
            BASE64[26 + i] = (byte) ('a' + i);
        }
        for (int i = 0; i < 10; i++) {
            BASE64[52 + i] = (byte) ('0' + i);
        }
        BASE64[62] = '+';
        BASE64[63] = '/';
    }

    private final MacroScanner scanner = new MacroScanner();

    /**
     * Appends a text with its macros replaced.
     *
     * @param sink   to append to.
     * @param values of the macros.
     * @param source of the text.
     * @param offset of its first byte.
     * @param length in bytes.
     */
    public void resolve(
        final ByteSink sink, final MacroValues values, final DirectBuffer source, final int offset, final int length) {
        int from = offset;
        scanner.wrap(source, offset, length);
        while (scanner.next()) {
            if (scanner.encoding() == MacroScanner.ENCODING_OTHER) {
                continue;
            }
            sink.putBytes(source, from, scanner.start() - from);
            final AuctionMacro macro = scanner.macro();
            if (scanner.encoding() == MacroScanner.ENCODING_BASE64) {
                putBase64(sink, values.buffer(), values.offset(macro), values.length(macro));
            } else {
                sink.putBytes(values.buffer(), values.offset(macro), values.length(macro));
            }
            from = scanner.end();
        }
        sink.putBytes(source, from, offset + length - from);
    }

    /**
     * Appends bytes as Base64 with padding (RFC 4648, section 4).
     *
     * @param sink   to append to.
     * @param source of the bytes.
     * @param offset of the first.
     * @param length how many.
     */
    public static void putBase64(final ByteSink sink, final DirectBuffer source, final int offset, final int length) {
        for (int i = 0; i < length; i += 3) {
            final int left = length - i;
            final int bits = (source.getByte(offset + i) & 0xFF) << 16
                | (left > 1 ? (source.getByte(offset + i + 1) & 0xFF) << 8 : 0)
                | (left > 2 ? source.getByte(offset + i + 2) & 0xFF : 0);
            sink.putByte(BASE64[bits >>> 18]);
            sink.putByte(BASE64[bits >>> 12 & 0x3F]);
            sink.putByte(left > 1 ? BASE64[bits >>> 6 & 0x3F] : '=');
            sink.putByte(left > 2 ? BASE64[bits & 0x3F] : '=');
        }
    }
}
