package io.opportune.engine.gateway.http;

import io.opportune.engine.session.HttpContentCoding;
import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpRoutes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The heads of HTTP/1 answers: each form is put together once, then copied. Owned by one event loop; allocates only the
 * first time that a form is wanted.
 *
 * <pre>
 *  HTTP/1.1 200 OK
 *  Date: Sun, 06 Nov 1994 08:49:37 GMT      put in when copied
 *  Content-Type: application/json
 *  x-openrtb-version: 2.6                   when the request had one
 *  Content-Encoding: gzip
 *  Connection: close
 *  Content-Length: 123                      not with 204 and 304
 * </pre>
 */
final class ResponseHeads {
    /** Bits of a form. */
    static final int VERSION = 1;
    static final int GZIP = 2;
    static final int ZSTD = 4;
    static final int CLOSE = 8;
    static final int KEEP_ALIVE = 16;
    private static final int FORMS = 32;

    /** Longest head but for a redirect's location. */
    static final int MAX_LENGTH = 512;

    private static final int MIN_STATUS = 200;
    private static final int MAX_STATUS = 599;
    private static final String DATE = "Date: ";
    private static final String DATE_PLACE = "-----------------------------";
    private static final String[] CONTENT_TYPES = {
        null, "application/json", "application/x-protobuf", "application/octet-stream",
        "text/plain; charset=utf-8", "text/html; charset=utf-8", "image/gif", null, null,
        "application/xml"};

    private final String openRtbVersion;
    /** By status, content kind and form. */
    private final byte[][][] templates = new byte[MAX_STATUS - MIN_STATUS + 1][][];
    private final int[] datePlaces = new int[MAX_STATUS - MIN_STATUS + 1];
    private final UnsafeBuffer date = new UnsafeBuffer(new byte[HttpDate.LENGTH]);
    private long dateSecond = -1;

    ResponseHeads(final String openRtbVersion) {
        this.openRtbVersion = openRtbVersion;
    }

    /** Sets the date of all answers from now on. */
    void date(final long epochSeconds) {
        if (epochSeconds != dateSecond) {
            dateSecond = epochSeconds;
            HttpDate.put(date, 0, epochSeconds);
        }
    }

    /** The date of answers, for HTTP/2. */
    String dateText() {
        return date.getStringWithoutLengthAscii(0, HttpDate.LENGTH);
    }

    /** The media type of a kind of content, or null where it has none. */
    static String contentType(final int contentKind) {
        return CONTENT_TYPES[contentKind];
    }

    /** Whether such an answer has no body whatever was given, RFC 9110 section 6.4.1. */
    static boolean isBodiless(final int status) {
        return status == 204 || status == 304;
    }

    /** Whether an answer may have this status. */
    static boolean isStatus(final int status) {
        return status >= MIN_STATUS && status <= MAX_STATUS;
    }

    /**
     * Writes a head up to where the length of the body belongs, if it has one; without the empty line.
     *
     * @param variant the content kind of a 2xx or 3xx, the allowed methods of a 405, the codings of a 415; otherwise 0.
     * @return position behind it.
     */
    int put(final MutableDirectBuffer buffer, final int offset, final int status, final int variant, final int form) {
        final int row = status - MIN_STATUS;
        if (templates[row] == null) {
            templates[row] = new byte[HttpContentKind.COUNT * FORMS][];
        }
        byte[] template = templates[row][variant * FORMS + form];
        if (template == null) {
            template = template(status, variant, form);
            templates[row][variant * FORMS + form] = template;
        }
        buffer.putBytes(offset, template);
        buffer.putBytes(offset + datePlaces[row], date, 0, HttpDate.LENGTH);
        return offset + template.length;
    }

    private byte[] template(final int status, final int variant, final int form) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream(MAX_LENGTH);
        line(out, "HTTP/1.1 " + status + " " + reasonPhrase(status));
        datePlaces[status - MIN_STATUS] = out.size() + DATE.length();
        line(out, DATE + DATE_PLACE);
        if (status == HttpRefusal.WRONG_METHOD.status()) {
            line(out, "Allow: " + allow(variant));
        } else if (status != HttpRefusal.CONTENT_ENCODING.status() && contentType(variant) != null
            && !isBodiless(status)) {
            line(out, "Content-Type: " + contentType(variant));
        }
        if (status == HttpRefusal.CONTENT_ENCODING.status()) {
            line(out, "Accept-Encoding: " + codings(variant));
        }
        if ((form & VERSION) != 0) {
            line(out, "x-openrtb-version: " + openRtbVersion);
        }
        if ((form & (GZIP | ZSTD)) != 0) {
            line(out, "Content-Encoding: " + ((form & ZSTD) != 0 ? "zstd" : "gzip"));
            line(out, "Vary: Accept-Encoding");
        }
        if ((form & CLOSE) != 0) {
            line(out, "Connection: close");
        } else if ((form & KEEP_ALIVE) != 0) {
            line(out, "Connection: keep-alive");
        }
        if (!isBodiless(status)) {
            out.writeBytes("Content-Length: ".getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }

    private static void line(final ByteArrayOutputStream out, final String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        out.write('\r');
        out.write('\n');
    }

    /** The methods of a route, for an {@code Allow} field. */
    static String allow(final int methodBits) {
        return switch (methodBits) {
            case HttpRoutes.GET -> "GET";
            case HttpRoutes.POST -> "POST";
            default -> "GET, POST";
        };
    }

    /** What bodies may have been compressed with, for an {@code Accept-Encoding} field. */
    static String codings(final int bits) {
        return switch (bits) {
            case HttpContentCoding.IDENTITY -> "identity";
            case HttpContentCoding.GZIP -> "gzip";
            case HttpContentCoding.ZSTD -> "zstd";
            default -> "gzip, zstd";
        };
    }

    /** RFC 9110 section 15; empty for others, which is allowed. */
    private static String reasonPhrase(final int status) {
        return switch (status) {
            case 200 -> "OK";
            case 202 -> "Accepted";
            case 204 -> "No Content";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 303 -> "See Other";
            case 304 -> "Not Modified";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 410 -> "Gone";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 417 -> "Expectation Failed";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            case 505 -> "HTTP Version Not Supported";
            default -> "";
        };
    }
}
