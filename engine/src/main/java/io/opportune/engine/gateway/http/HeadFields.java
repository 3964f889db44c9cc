package io.opportune.engine.gateway.http;

import io.opportune.engine.session.HttpContentCoding;
import io.opportune.engine.session.HttpContentKind;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * What the header fields of one request say, as far as this transport cares; used over and over, for HTTP/1 and HTTP/2
 * alike. Fields that it does not know are passed over. Slices are relative to where the message begins. Owned by one
 * connection; allocates nothing.
 */
final class HeadFields {
    /** Content codings of a request's body, of which the last two can be undone. */
    static final int CODING_IDENTITY = HttpContentCoding.IDENTITY;
    static final int CODING_GZIP = HttpContentCoding.GZIP;
    static final int CODING_ZSTD = HttpContentCoding.ZSTD;
    static final int CODING_UNKNOWN = 3;

    private static final int NO_LENGTH = -1;
    private static final int MAX_LENGTH_DIGITS = 18;

    private static final byte[] HOST = ascii("host");
    private static final byte[] EXPECT = ascii("expect");
    private static final byte[] SEC_GPC = ascii("sec-gpc");
    private static final byte[] CONNECTION = ascii("connection");
    private static final byte[] CONTENT_TYPE = ascii("content-type");
    private static final byte[] AUTHORIZATION = ascii("authorization");
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] ACCEPT_ENCODING = ascii("accept-encoding");
    private static final byte[] CONTENT_ENCODING = ascii("content-encoding");
    /** As OpenRTB 2.6 section 2.4 spells it in its example. */
    private static final byte[] CONTENT_ENCONDING = ascii("content-enconding");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] OPENRTB_VERSION = ascii("x-openrtb-version");

    private static final byte[] JSON = ascii("application/json");
    private static final byte[] TEXT_JSON = ascii("text/json");
    private static final byte[] JSON_SUFFIX = ascii("+json");
    private static final byte[] X_PROTOBUF = ascii("application/x-protobuf");
    private static final byte[] PROTOBUF = ascii("application/protobuf");
    private static final byte[] OCTET_STREAM = ascii("application/octet-stream");
    private static final byte[] CONTINUE = ascii("100-continue");
    private static final byte[] CHUNKED = ascii("chunked");
    private static final byte[] CLOSE = ascii("close");
    private static final byte[] KEEP_ALIVE = ascii("keep-alive");
    private static final byte[] GZIP = ascii("gzip");
    private static final byte[] X_GZIP = ascii("x-gzip");
    private static final byte[] ZSTD = ascii("zstd");
    private static final byte[] IDENTITY = ascii("identity");

    private int hostCount;
    private long contentLength;
    private boolean transferEncoding;
    private boolean chunked;
    private boolean close;
    private boolean keepAlive;
    private boolean expectsContinue;
    private boolean unknownExpectation;
    private boolean globalPrivacyControl;
    private boolean acceptsGzip;
    private boolean acceptsZstd;
    private int contentCoding;
    private int contentKind;
    private int openRtbVersion;
    private int authorizationOffset;
    private int authorizationLength;

    HeadFields() {
        reset();
    }

    /** Forgets the last request. */
    void reset() {
        hostCount = 0;
        contentLength = NO_LENGTH;
        transferEncoding = false;
        chunked = false;
        close = false;
        keepAlive = false;
        expectsContinue = false;
        unknownExpectation = false;
        globalPrivacyControl = false;
        acceptsGzip = false;
        acceptsZstd = false;
        contentCoding = CODING_IDENTITY;
        contentKind = HttpContentKind.JSON;
        openRtbVersion = 0;
        authorizationOffset = 0;
        authorizationLength = 0;
    }

    /**
     * Takes one field whose name is a token and whose value is trimmed.
     *
     * @return null, or why the whole request is refused.
     */
    HttpRefusal onField(
        final DirectBuffer buffer,
        final int base,
        final int name,
        final int nameLength,
        final int value,
        final int valueLength) {
        switch (nameLength) {
            case 4 -> {
                if (equal(buffer, name, HOST)) {
                    hostCount++;
                }
            }
            case 6 -> {
                if (equal(buffer, name, EXPECT)) {
                    expectsContinue = equal(buffer, value, valueLength, CONTINUE);
                    unknownExpectation = !expectsContinue;
                }
            }
            case 7 -> {
                if (equal(buffer, name, SEC_GPC)) {
                    globalPrivacyControl = valueLength == 1 && buffer.getByte(value) == '1';
                }
            }
            case 10 -> {
                if (equal(buffer, name, CONNECTION)) {
                    onConnection(buffer, value, value + valueLength);
                }
            }
            case 12 -> {
                if (equal(buffer, name, CONTENT_TYPE)) {
                    contentKind = kindOf(buffer, value, valueLength);
                }
            }
            case 13 -> {
                if (equal(buffer, name, AUTHORIZATION)) {
                    authorizationOffset = value - base;
                    authorizationLength = valueLength;
                }
            }
            case 14 -> {
                if (equal(buffer, name, CONTENT_LENGTH)) {
                    return onContentLength(buffer, value, valueLength);
                }
            }
            case 15 -> {
                if (equal(buffer, name, ACCEPT_ENCODING)) {
                    onAcceptEncoding(buffer, value, value + valueLength);
                }
            }
            case 16 -> {
                if (equal(buffer, name, CONTENT_ENCODING)) {
                    onContentEncoding(buffer, value, valueLength);
                }
            }
            case 17 -> {
                return onFieldOf17(buffer, name, value, valueLength);
            }
            default -> { }
        }
        return null;
    }

    private HttpRefusal onFieldOf17(final DirectBuffer buffer, final int name, final int value, final int valueLength) {
        if (equal(buffer, name, TRANSFER_ENCODING)) {
            if (transferEncoding) {
                return HttpRefusal.SEVERAL_ENCODINGS;
            }
            transferEncoding = true;
            chunked = equal(buffer, value, valueLength, CHUNKED);
        } else if (equal(buffer, name, OPENRTB_VERSION)) {
            openRtbVersion = versionOf(buffer, value, valueLength);
        } else if (equal(buffer, name, CONTENT_ENCONDING)) {
            onContentEncoding(buffer, value, valueLength);
        }
        return null;
    }

    private HttpRefusal onContentLength(final DirectBuffer buffer, final int value, final int valueLength) {
        if (contentLength != NO_LENGTH) {
            return HttpRefusal.SEVERAL_CONTENT_LENGTHS;
        }
        if (valueLength == 0 || valueLength > MAX_LENGTH_DIGITS) {
            return HttpRefusal.CONTENT_LENGTH;
        }
        long length = 0;
        for (int i = 0; i < valueLength; i++) {
            final int digit = buffer.getByte(value + i) - '0';
            if (digit < 0 || digit > 9) {
                return HttpRefusal.CONTENT_LENGTH;
            }
            length = 10 * length + digit;
        }
        contentLength = length;
        return null;
    }

    private void onConnection(final DirectBuffer buffer, final int start, final int end) {
        int from = start;
        while (from < end) {
            final int comma = indexOf(buffer, from, end, ',');
            final int first = skipBlanks(buffer, from, comma);
            final int length = lastNonBlank(buffer, first, comma) - first;
            close |= equal(buffer, first, length, CLOSE);
            keepAlive |= equal(buffer, first, length, KEEP_ALIVE);
            from = comma + 1;
        }
    }

    private void onContentEncoding(final DirectBuffer buffer, final int value, final int valueLength) {
        final int coding;
        if (equal(buffer, value, valueLength, GZIP) || equal(buffer, value, valueLength, X_GZIP)) {
            coding = CODING_GZIP;
        } else if (equal(buffer, value, valueLength, ZSTD)) {
            coding = CODING_ZSTD;
        } else if (valueLength == 0 || equal(buffer, value, valueLength, IDENTITY)) {
            coding = CODING_IDENTITY;
        } else {
            coding = CODING_UNKNOWN;
        }
        // Two codings one over the other are nothing that an exchange sends.
        contentCoding = contentCoding == CODING_IDENTITY || coding == contentCoding ? coding : CODING_UNKNOWN;
    }

    /** RFC 9110 section 12.5.3: a list of codings, each perhaps with a weight; a weight of 0 forbids. */
    private void onAcceptEncoding(final DirectBuffer buffer, final int start, final int end) {
        int from = start;
        while (from < end) {
            final int comma = indexOf(buffer, from, end, ',');
            final int semicolon = indexOf(buffer, from, comma, ';');
            final int first = skipBlanks(buffer, from, semicolon);
            final int length = lastNonBlank(buffer, first, semicolon) - first;
            if (equal(buffer, first, length, GZIP)) {
                acceptsGzip = !isZeroWeight(buffer, semicolon, comma);
            } else if (equal(buffer, first, length, ZSTD)) {
                acceptsZstd = !isZeroWeight(buffer, semicolon, comma);
            }
            from = comma + 1;
        }
    }

    /** Whether {@code ;q=0}, {@code ;q=0.0} or the like stands there. */
    private static boolean isZeroWeight(final DirectBuffer buffer, final int start, final int end) {
        final int equals = indexOf(buffer, start, end, '=');
        if (equals == end) {
            return false;
        }
        for (int i = equals + 1; i < end; i++) {
            final byte c = buffer.getByte(i);
            if (c >= '1' && c <= '9') {
                return false;
            }
        }
        return true;
    }

    private static int kindOf(final DirectBuffer buffer, final int value, final int valueLength) {
        final int semicolon = indexOf(buffer, value, value + valueLength, ';');
        final int length = lastNonBlank(buffer, value, semicolon) - value;
        if (length == 0 || equal(buffer, value, length, JSON) || equal(buffer, value, length, TEXT_JSON)) {
            return HttpContentKind.JSON;
        }
        if (equal(buffer, value, length, X_PROTOBUF) || equal(buffer, value, length, PROTOBUF)) {
            return HttpContentKind.PROTOBUF;
        }
        if (equal(buffer, value, length, OCTET_STREAM)) {
            return HttpContentKind.OCTET_STREAM;
        }
        final int suffix = JSON_SUFFIX.length;
        return length > suffix && equal(buffer, value + length - suffix, suffix, JSON_SUFFIX)
            ? HttpContentKind.JSON : HttpContentKind.UNKNOWN;
    }

    /** {@code major.minor}, with whatever follows, such as {@code -202606}, passed over. */
    private static int versionOf(final DirectBuffer buffer, final int value, final int valueLength) {
        final int end = value + valueLength;
        final int dot = indexOf(buffer, value, end, '.');
        int position = dot + 1;
        int minor = 0;
        while (position < end && position < dot + 3 && isDigit(buffer.getByte(position))) {
            minor = 10 * minor + buffer.getByte(position) - '0';
            position++;
        }
        if (dot != value + 1 || !isDigit(buffer.getByte(value)) || position == dot + 1
            || position < end && isDigit(buffer.getByte(position))) {
            return -1;
        }
        return (buffer.getByte(value) - '0') << 8 | minor;
    }

    private static boolean isDigit(final byte c) {
        return c >= '0' && c <= '9';
    }

    /** Position of the character, or the end. */
    private static int indexOf(final DirectBuffer buffer, final int start, final int end, final char wanted) {
        for (int i = start; i < end; i++) {
            if (buffer.getByte(i) == wanted) {
                return i;
            }
        }
        return end;
    }

    static int skipBlanks(final DirectBuffer buffer, final int start, final int end) {
        int i = start;
        while (i < end && isBlank(buffer.getByte(i))) {
            i++;
        }
        return i;
    }

    static int lastNonBlank(final DirectBuffer buffer, final int start, final int end) {
        int i = end;
        while (i > start && isBlank(buffer.getByte(i - 1))) {
            i--;
        }
        return i;
    }

    private static boolean isBlank(final byte c) {
        return c == ' ' || c == '\t';
    }

    private static boolean equal(
        final DirectBuffer buffer, final int offset, final int length, final byte[] lowerCase) {
        return length == lowerCase.length && equal(buffer, offset, lowerCase);
    }

    /** Ignores the case of letters; the wanted text holds lower-case letters, digits and -+/ only. */
    private static boolean equal(final DirectBuffer buffer, final int offset, final byte[] lowerCase) {
        for (int i = 0; i < lowerCase.length; i++) {
            final int c = buffer.getByte(offset + i);
            if (c != lowerCase[i] && (c < 'A' || c > 'Z' || (c | 0x20) != lowerCase[i])) {
                return false;
            }
        }
        return true;
    }

    static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    int hostCount() {
        return hostCount;
    }

    boolean hasContentLength() {
        return contentLength != NO_LENGTH;
    }

    /** Bytes of the body as they come, 0 when nothing was said. */
    long contentLength() {
        return Math.max(0, contentLength);
    }

    boolean hasTransferEncoding() {
        return transferEncoding;
    }

    /** Whether the transfer encoding is exactly {@code chunked}. */
    boolean isChunked() {
        return chunked;
    }

    boolean close() {
        return close;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    boolean expectsContinue() {
        return expectsContinue;
    }

    boolean hasUnknownExpectation() {
        return unknownExpectation;
    }

    boolean globalPrivacyControl() {
        return globalPrivacyControl;
    }

    boolean acceptsGzip() {
        return acceptsGzip;
    }

    boolean acceptsZstd() {
        return acceptsZstd;
    }

    int contentCoding() {
        return contentCoding;
    }

    int contentKind() {
        return contentKind;
    }

    int openRtbVersion() {
        return openRtbVersion;
    }

    int authorizationOffset() {
        return authorizationOffset;
    }

    int authorizationLength() {
        return authorizationLength;
    }
}
