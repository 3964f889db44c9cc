package io.opportune.engine.bidding;

import io.opportune.engine.compact.CompactReader;
import io.opportune.engine.compact.CompactWriter;
import io.opportune.engine.markup.NativeAssets;
import io.opportune.engine.notice.Base64Url;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What of an impression the markup depends on, as a text in the URL of a win notice whose answer is the markup: the
 * protocol, the media files and the assets that it takes. It is not signed: whoever holds the token of a bid may at
 * most ask for the same creative in another form, and what makes no sense gets none. Reused; one thread; allocates
 * nothing.
 *
 * <pre>
 *  form, 1 (1 byte) | protocol | media files, bits | companions, bits | of a native ad: its assets
 * </pre>
 */
final class MarkupForm {
    /** {@link #encode}: the impression asks for more assets than a URL can say. */
    static final int TOO_LONG = -1;
    /** Most bytes of the text. */
    static final int MAX_TEXT_BYTES = 1_024;

    private static final int FORM = 1;
    private static final int MAX_BYTES = MAX_TEXT_BYTES * 3 / 4;

    private final byte[] bytes = new byte[MAX_BYTES];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final CompactWriter out = new CompactWriter();
    private final CompactReader in = new CompactReader();
    private final NativeAssets assets = new NativeAssets();
    private int protocol;
    private int files;
    private int companions;

    /** Writes the text; {@code asked} is null unless the ad is native. Its length in bytes, or {@link #TOO_LONG}. */
    int encode(
        final int protocolCode, final int fileBits, final int companionBits, final NativeAssets asked,
        final MutableDirectBuffer into) {
        out.wrap(buffer, 0, MAX_BYTES);
        out.putByte(FORM);
        out.putInt(protocolCode);
        out.putInt(fileBits);
        out.putInt(companionBits);
        if (asked != null) {
            asked.writeTo(out);
        }
        final boolean fits = !out.overflowed();
        final int length = out.end();
        return fits ? Base64Url.encode(bytes, length, into, 0) : TOO_LONG;
    }

    /** Reads the text; false when it is none. */
    boolean decode(final DirectBuffer text, final int lengthBytes, final boolean isNative) {
        final int length = Base64Url.decode(text, 0, lengthBytes, bytes);
        if (length == Base64Url.INVALID) {
            return false;
        }
        in.wrap(buffer, 0, length);
        final int form = in.getByte();
        protocol = in.getInt();
        files = in.getInt();
        companions = in.getInt();
        if (isNative) {
            assets.readFrom(in);
        }
        final boolean good = form == FORM && in.isGood() && in.remaining() == 0;
        in.end();
        return good;
    }

    int protocol() {
        return protocol;
    }

    int files() {
        return files;
    }

    int companions() {
        return companions;
    }

    NativeAssets assets() {
        return assets;
    }
}
