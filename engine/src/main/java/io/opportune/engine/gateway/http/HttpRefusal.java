package io.opportune.engine.gateway.http;

/**
 * Why a request or a connection is refused: the status that the client gets, and one constant text by which refusals
 * are told apart and counted. {@link #closes} says whether where the next request begins is still known.
 */
enum HttpRefusal {
    /** RFC 9112 section 2.2: we do not take a lone line feed for a line's end, because others disagree. */
    BARE_LINE_FEED(400, true, "a line ends without a carriage return"),
    BARE_CARRIAGE_RETURN(400, true, "carriage return without a line feed"),
    CONTROL_CHARACTER(400, true, "control character in the head"),
    REQUEST_LINE(400, true, "malformed request line"),
    REQUEST_TARGET(400, true, "malformed request target"),
    FOLDED_FIELD(400, true, "header field folded over lines"),
    FIELD_NAME(400, true, "malformed header field name"),
    CONTENT_LENGTH(400, true, "malformed Content-Length"),
    SEVERAL_CONTENT_LENGTHS(400, true, "several Content-Length fields"),
    LENGTH_AND_ENCODING(400, true, "both Content-Length and Transfer-Encoding"),
    ENCODING_BEFORE_1_1(400, true, "Transfer-Encoding in HTTP/1.0"),
    SEVERAL_ENCODINGS(400, true, "several Transfer-Encoding fields"),
    HOST(400, true, "no Host field, or several"),
    CHUNK(400, true, "malformed chunk"),
    CUT(400, true, "the client ended in the middle of a request"),
    PSEUDO_HEADERS(400, false, "malformed HTTP/2 request"),
    BAD_COMPRESSION(400, false, "the body is not what Content-Encoding says"),
    UNKNOWN_PATH(404, false, "unknown path"),
    WRONG_METHOD(405, false, "method not allowed on this path"),
    REQUEST_TIMEOUT(408, true, "the rest of a request did not come in time"),
    BODY_TOO_LONG(413, true, "body over the limit"),
    INFLATED_TOO_LONG(413, false, "decompressed body over the limit"),
    TARGET_TOO_LONG(414, true, "request line over the limit of the head"),
    CONTENT_TYPE(415, false, "content type not taken"),
    CONTENT_ENCODING(415, false, "content encoding not taken"),
    EXPECTATION(417, false, "unknown expectation"),
    HEAD_TOO_LONG(431, true, "head over its limit"),
    TRANSFER_ENCODING(501, true, "transfer encoding other than chunked"),
    TOO_MUCH_WAITING(503, true, "too many bytes wait already, of requests or of answers"),
    TOO_MANY_CONNECTIONS(503, true, "too many connections"),
    HTTP_VERSION(505, true, "HTTP version other than 1 and 2");

    private final int status;
    private final boolean closes;
    private final String text;

    HttpRefusal(final int status, final boolean closes, final String text) {
        this.status = status;
        this.closes = closes;
        this.text = text;
    }

    int status() {
        return status;
    }

    boolean closes() {
        return closes;
    }

    String text() {
        return text;
    }
}
