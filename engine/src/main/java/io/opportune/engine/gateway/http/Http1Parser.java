package io.opportune.engine.gateway.http;

import io.opportune.engine.session.HttpRoutes;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * Finds one HTTP/1 request (RFC 9112) in bytes that may be cut anywhere: called again with more bytes it goes on where
 * it stopped, even when the bytes have moved. Strict about framing, because whatever two parsers read differently lets
 * one client speak in another's name. Chunks are put together in place, so that a body is always contiguous. Knows no
 * sockets; allocates nothing; never throws whatever the bytes are.
 */
final class Http1Parser {
    /** A request is not whole yet. */
    static final int NEED_MORE = 0;
    /** A request is whole. */
    static final int COMPLETE = 1;
    /** The bytes are refused; {@link #refusal()} says why, and where the next request begins is unknown. */
    static final int REFUSED = 2;
    private static final int GO_ON = 3;

    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long BLANKS = 0x20 * LOW_BITS;
    private static final long DELETES = 0x7F * LOW_BITS;
    private static final int POST = (int) word("POST\0\0\0\0");
    private static final long HTTP_1_1 = word("HTTP/1.1");
    private static final long HTTP_1_0 = word("HTTP/1.0");
    private static final long HTTP_X_Y_MASK = 0x00FF00FFFFFFFFFFL;
    private static final long HTTP_X_Y = HTTP_1_1 & HTTP_X_Y_MASK;
    private static final int VERSION_LENGTH = 8;
    /** Any real chunk size with some extension; RFC 9112 section 7.1.1 wants a limit. */
    private static final int MAX_CHUNK_LINE_LENGTH = 256;
    private static final int MAX_CHUNK_SIZE_DIGITS = 8;
    private static final byte[] HTTP_SCHEME = HeadFields.ascii("http://");
    private static final byte[] HTTPS_SCHEME = HeadFields.ascii("https://");
    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (int c = 'a'; c <= 'z'; c++) {
            TOKEN[c] = true;
            TOKEN[c - 0x20] = true;
        }
        for (int c = '0'; c <= '9'; c++) {
            TOKEN[c] = true;
        }
        for (final byte c : HeadFields.ascii("!#$%&'*+-.^_`|~")) {
            TOKEN[c] = true;
        }
    }

    private enum Phase {
        REQUEST_LINE, FIELDS, FIXED_BODY, CHUNK_LINE, CHUNK_DATA, CHUNK_END, TRAILERS
    }

    private final int maxHeadBytes;
    private final int maxFields;
    private final int maxBodyBytes;
    private final HeadFields fields = new HeadFields();

    private Phase phase = Phase.REQUEST_LINE;
    /** All relative to where the message begins. */
    private int position;
    private int lineStart;
    private int methodBits;
    private int pathStart;
    private int pathEnd;
    private int queryEnd;
    private int bodyStart;
    private int bodyEnd;
    private int trailersStart;
    private int fieldCount;
    private int chunkRest;
    private boolean http10;
    private HttpRefusal refusal;

    Http1Parser(final int maxHeadBytes, final int maxFields, final int maxBodyBytes) {
        this.maxHeadBytes = maxHeadBytes;
        this.maxFields = maxFields;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Gets ready for the next request. */
    void reset() {
        phase = Phase.REQUEST_LINE;
        position = 0;
        lineStart = 0;
        fieldCount = 0;
        pathStart = 0;
        pathEnd = 0;
        queryEnd = 0;
        bodyStart = 0;
        bodyEnd = 0;
        http10 = false;
        refusal = null;
        fields.reset();
    }

    /**
     * Goes on with the message that begins at {@code start}.
     *
     * @param buffer holding at least the bytes it held last time, at the same place relative to the start; chunks are
     *               moved within it.
     * @param start  of the message.
     * @param end    of the bytes.
     * @return one of the three constants.
     */
    int parse(final MutableDirectBuffer buffer, final int start, final int end) {
        while (true) {
            final int result = switch (phase) {
                case REQUEST_LINE, FIELDS, TRAILERS -> onLine(buffer, start, end);
                case FIXED_BODY -> onFixedBody(start, end);
                case CHUNK_LINE -> onChunkLine(buffer, start, end);
                case CHUNK_DATA -> onChunkData(buffer, start, end);
                case CHUNK_END -> onChunkEnd(buffer, start, end);
            };
            if (result != GO_ON) {
                return result;
            }
        }
    }

    private int refuse(final HttpRefusal why) {
        refusal = why;
        return REFUSED;
    }

    private int onLine(final MutableDirectBuffer buffer, final int start, final int end) {
        int i = start + position;
        while (true) {
            i = nextControl(buffer, i, end);
            if (i == end) {
                position = i - start;
                return isHeadTooLong(position) ? refuse(tooLong()) : NEED_MORE;
            }
            final byte c = buffer.getByte(i);
            if (c == '\r') {
                break;
            }
            if (c != '\t') {
                return refuse(c == '\n' ? HttpRefusal.BARE_LINE_FEED : HttpRefusal.CONTROL_CHARACTER);
            }
            i++;
        }
        position = i - start;
        if (isHeadTooLong(position)) {
            return refuse(tooLong());
        }
        if (i + 1 == end) {
            return NEED_MORE;
        }
        if (buffer.getByte(i + 1) != '\n') {
            return refuse(HttpRefusal.BARE_CARRIAGE_RETURN);
        }
        final int from = start + lineStart;
        position += 2;
        lineStart = position;
        return switch (phase) {
            case REQUEST_LINE -> onRequestLine(buffer, start, from, i);
            case FIELDS -> from == i ? onHeadEnd() : onFieldLine(buffer, start, from, i, true);
            default -> from == i ? COMPLETE : onFieldLine(buffer, start, from, i, false);
        };
    }

    private boolean isHeadTooLong(final int length) {
        return (phase == Phase.TRAILERS ? length - trailersStart : length) > maxHeadBytes;
    }

    private HttpRefusal tooLong() {
        return phase == Phase.REQUEST_LINE ? HttpRefusal.TARGET_TOO_LONG : HttpRefusal.HEAD_TOO_LONG;
    }

    /** The first byte below a blank, or a delete; eight bytes at a time, the lowest hit of which is exact. */
    private static int nextControl(final MutableDirectBuffer buffer, final int from, final int end) {
        int i = from;
        while (i + Long.BYTES <= end) {
            final long word = buffer.getLong(i, ByteOrder.LITTLE_ENDIAN);
            final long noDelete = word ^ DELETES;
            final long hits = ((word - BLANKS) & ~word | (noDelete - LOW_BITS) & ~noDelete) & HIGH_BITS;
            if (hits != 0) {
                return i + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
            i += Long.BYTES;
        }
        while (i < end) {
            final byte c = buffer.getByte(i);
            if (c >= 0 && c < ' ' || c == 0x7F) {
                return i;
            }
            i++;
        }
        return end;
    }

    private int onRequestLine(final MutableDirectBuffer buffer, final int start, final int from, final int to) {
        if (from == to) {
            // RFC 9112 section 2.2: an empty line before the request line is passed over.
            return GO_ON;
        }
        int i = from;
        while (i < to && isToken(buffer.getByte(i))) {
            i++;
        }
        if (i == from || i == to || buffer.getByte(i) != ' ') {
            return refuse(HttpRefusal.REQUEST_LINE);
        }
        onMethod(buffer, from, i - from);
        final int target = i + 1;
        final int version = to - VERSION_LENGTH;
        if (version - 1 <= target || buffer.getByte(version - 1) != ' ') {
            return refuse(HttpRefusal.REQUEST_LINE);
        }
        final long word = buffer.getLong(version, ByteOrder.LITTLE_ENDIAN);
        http10 = word == HTTP_1_0;
        if (word != HTTP_1_1 && !http10) {
            return refuseVersion(buffer, version, word);
        }
        phase = Phase.FIELDS;
        return onTarget(buffer, start, target, version - 1);
    }

    private int refuseVersion(final MutableDirectBuffer buffer, final int version, final long word) {
        final boolean wellFormed = (word & HTTP_X_Y_MASK) == HTTP_X_Y
            && isDigit(buffer.getByte(version + 5)) && isDigit(buffer.getByte(version + 7));
        return refuse(wellFormed ? HttpRefusal.HTTP_VERSION : HttpRefusal.REQUEST_LINE);
    }

    private void onMethod(final MutableDirectBuffer buffer, final int offset, final int length) {
        methodBits = 0;
        if (length == 4) {
            methodBits = buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN) == POST ? HttpRoutes.POST : 0;
        } else if (length == 3 && buffer.getByte(offset) == 'G' && buffer.getByte(offset + 1) == 'E'
            && buffer.getByte(offset + 2) == 'T') {
            methodBits = HttpRoutes.GET;
        }
    }

    private int onTarget(final MutableDirectBuffer buffer, final int start, final int from, final int to) {
        int path = from;
        if (buffer.getByte(from) != '/') {
            path = afterAuthority(buffer, from, to);
        }
        int question = -1;
        for (int i = from; i < to; i++) {
            final byte c = buffer.getByte(i);
            if (c == '?' && question < 0 && i >= path) {
                question = i;
            } else if (c == ' ' || c == '\t' || c == '#') {
                return refuse(HttpRefusal.REQUEST_TARGET);
            }
        }
        pathStart = path - start;
        pathEnd = (question < 0 ? to : question) - start;
        queryEnd = to - start;
        return GO_ON;
    }

    /** RFC 9112 section 3.2.2: a server must take the absolute form. Whatever else it is, it is the path of nothing. */
    private static int afterAuthority(final MutableDirectBuffer buffer, final int from, final int to) {
        final int authority;
        if (startsWith(buffer, from, to, HTTP_SCHEME)) {
            authority = from + HTTP_SCHEME.length;
        } else if (startsWith(buffer, from, to, HTTPS_SCHEME)) {
            authority = from + HTTPS_SCHEME.length;
        } else {
            return from;
        }
        int i = authority;
        while (i < to && buffer.getByte(i) != '/' && buffer.getByte(i) != '?' && buffer.getByte(i) != ' ') {
            i++;
        }
        return i;
    }

    private static boolean startsWith(
        final MutableDirectBuffer buffer, final int from, final int to, final byte[] lowerCase) {
        if (to - from < lowerCase.length) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            final int c = buffer.getByte(from + i);
            if (c != lowerCase[i] && (c < 'A' || c > 'Z' || (c | 0x20) != lowerCase[i])) {
                return false;
            }
        }
        return true;
    }

    private int onFieldLine(
        final MutableDirectBuffer buffer, final int start, final int from, final int to, final boolean inHead) {
        if (++fieldCount > maxFields) {
            return refuse(HttpRefusal.HEAD_TOO_LONG);
        }
        int i = from;
        while (i < to && isToken(buffer.getByte(i))) {
            i++;
        }
        if (i == from || i == to || buffer.getByte(i) != ':') {
            final byte first = buffer.getByte(from);
            return refuse(first == ' ' || first == '\t' ? HttpRefusal.FOLDED_FIELD : HttpRefusal.FIELD_NAME);
        }
        if (inHead) {
            final int value = HeadFields.skipBlanks(buffer, i + 1, to);
            final int valueEnd = HeadFields.lastNonBlank(buffer, value, to);
            final HttpRefusal why = fields.onField(buffer, start, from, i - from, value, valueEnd - value);
            if (why != null) {
                return refuse(why);
            }
        }
        return GO_ON;
    }

    /** RFC 9112 section 6.3, with every doubtful case refused. */
    private int onHeadEnd() {
        bodyStart = position;
        bodyEnd = position;
        if (http10 ? fields.hostCount() > 1 : fields.hostCount() != 1) {
            return refuse(HttpRefusal.HOST);
        }
        if (fields.hasTransferEncoding()) {
            if (fields.hasContentLength()) {
                return refuse(HttpRefusal.LENGTH_AND_ENCODING);
            }
            if (http10) {
                return refuse(HttpRefusal.ENCODING_BEFORE_1_1);
            }
            if (!fields.isChunked()) {
                return refuse(HttpRefusal.TRANSFER_ENCODING);
            }
            phase = Phase.CHUNK_LINE;
            return GO_ON;
        }
        if (fields.contentLength() > maxBodyBytes) {
            return refuse(HttpRefusal.BODY_TOO_LONG);
        }
        phase = Phase.FIXED_BODY;
        return GO_ON;
    }

    private int onFixedBody(final int start, final int end) {
        final int needed = bodyStart + (int) fields.contentLength();
        if (end - start < needed) {
            return NEED_MORE;
        }
        bodyEnd = needed;
        position = needed;
        return COMPLETE;
    }

    /** The line is looked at from its beginning each time, because it is short. */
    private int onChunkLine(final MutableDirectBuffer buffer, final int start, final int end) {
        final int from = start + position;
        final int to = nextControl(buffer, from, Math.min(end, from + MAX_CHUNK_LINE_LENGTH));
        if (to == end || to + 1 == end && buffer.getByte(to) == '\r') {
            return to - from < MAX_CHUNK_LINE_LENGTH ? NEED_MORE : refuse(HttpRefusal.CHUNK);
        }
        if (to - from == MAX_CHUNK_LINE_LENGTH || buffer.getByte(to) != '\r' || buffer.getByte(to + 1) != '\n') {
            return refuse(HttpRefusal.CHUNK);
        }
        long size = 0;
        int i = from;
        while (i < to && hexDigit(buffer.getByte(i)) >= 0) {
            size = size << 4 | hexDigit(buffer.getByte(i));
            i++;
        }
        if (i == from || i - from > MAX_CHUNK_SIZE_DIGITS || i < to && buffer.getByte(i) != ';') {
            return refuse(HttpRefusal.CHUNK);
        }
        while (i < to) {
            if (buffer.getByte(i++) < 0) {
                return refuse(HttpRefusal.CHUNK); // an extension is ASCII
            }
        }
        if (bodyEnd - bodyStart + size > maxBodyBytes) {
            return refuse(HttpRefusal.BODY_TOO_LONG);
        }
        position = to + 2 - start;
        chunkRest = (int) size;
        if (size == 0) {
            phase = Phase.TRAILERS;
            lineStart = position;
            trailersStart = position;
        } else {
            phase = Phase.CHUNK_DATA;
        }
        return GO_ON;
    }

    private int onChunkData(final MutableDirectBuffer buffer, final int start, final int end) {
        final int length = Math.min(chunkRest, end - start - position);
        if (length > 0 && position != bodyEnd) {
            buffer.putBytes(start + bodyEnd, buffer, start + position, length);
        }
        position += length;
        bodyEnd += length;
        chunkRest -= length;
        if (chunkRest > 0) {
            return NEED_MORE;
        }
        phase = Phase.CHUNK_END;
        return GO_ON;
    }

    private int onChunkEnd(final MutableDirectBuffer buffer, final int start, final int end) {
        final int at = start + position;
        if (at < end && buffer.getByte(at) != '\r' || at + 1 < end && buffer.getByte(at + 1) != '\n') {
            return refuse(HttpRefusal.CHUNK);
        }
        if (end - at < 2) {
            return NEED_MORE;
        }
        position += 2;
        phase = Phase.CHUNK_LINE;
        return GO_ON;
    }

    private static int hexDigit(final byte c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        final int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    private static boolean isToken(final byte c) {
        return c >= 0 && TOKEN[c];
    }

    private static boolean isDigit(final byte c) {
        return c >= '0' && c <= '9';
    }

    private static long word(final String eightCharacters) {
        long word = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            word |= (long) eightCharacters.charAt(i) << (Byte.SIZE * i);
        }
        return word;
    }

    /**
     * Bytes between the body put together so far and what has not been looked at: chunk framing that nobody needs. The
     * caller may close the gap when it copies the bytes, and says so by {@link #gapClosed()}.
     */
    int gapStart() {
        return bodyEnd;
    }

    /** Length of the gap; 0 outside chunked bodies. */
    int gapLength() {
        return switch (phase) {
            case CHUNK_LINE, CHUNK_DATA, CHUNK_END -> position - bodyEnd;
            case TRAILERS -> lineStart - bodyEnd;
            case REQUEST_LINE, FIELDS, FIXED_BODY -> 0;
        };
    }

    /** What stood behind the gap has been moved down to where it began. */
    void gapClosed() {
        final int length = gapLength();
        position -= length;
        lineStart -= length;
        trailersStart -= length;
    }

    /** Length of the whole message where that is known already, otherwise 0. */
    int wholeLength() {
        return phase == Phase.FIXED_BODY ? bodyStart + (int) fields.contentLength() : 0;
    }

    /** Whether a request has begun in so many bytes: an empty line does not begin one. */
    boolean hasBegun(final int lengthBytes) {
        return phase != Phase.REQUEST_LINE || lineStart < lengthBytes;
    }

    /** Whether all that has come behind empty lines is a carriage return: the beginning of another empty line. */
    boolean isHalfEmptyLine(final MutableDirectBuffer buffer, final int start, final int lengthBytes) {
        return phase == Phase.REQUEST_LINE && lineStart == lengthBytes - 1 && buffer.getByte(start + lineStart) == '\r';
    }

    boolean isHeadComplete() {
        return phase != Phase.REQUEST_LINE && phase != Phase.FIELDS;
    }

    /** Bytes of the whole message, once complete. */
    int consumedLength() {
        return position;
    }

    HttpRefusal refusal() {
        return refusal;
    }

    HeadFields fields() {
        return fields;
    }

    /** {@link HttpRoutes#GET}, {@link HttpRoutes#POST} or 0 for any other. */
    int methodBits() {
        return methodBits;
    }

    boolean isHttp10() {
        return http10;
    }

    int pathStart() {
        return pathStart;
    }

    int pathEnd() {
        return pathEnd;
    }

    /** The query without its question mark; as long as 0 bytes. */
    int queryStart() {
        return Math.min(pathEnd + 1, queryEnd);
    }

    int queryEnd() {
        return queryEnd;
    }

    int bodyStart() {
        return bodyStart;
    }

    int bodyLength() {
        return bodyEnd - bodyStart;
    }

    /** Whether the connection may go on after this request, as far as the client is concerned. */
    boolean isKeptAlive() {
        return !fields.close() && (!http10 || fields.keepAlive());
    }
}
