package io.opportune.engine.session;

/**
 * What a body is, in requests and answers: the few media types that this server reads or writes, as small numbers. A
 * request without a content type is {@link #JSON} (OpenRTB 2.6 section 2.3).
 */
public final class HttpContentKind {
    /** No body, or none that matters. */
    public static final int NONE = 0;
    /** {@code application/json}, {@code text/json}, or any {@code +json}. */
    public static final int JSON = 1;
    /** {@code application/x-protobuf} or {@code application/protobuf}. */
    public static final int PROTOBUF = 2;
    /** {@code application/octet-stream}. */
    public static final int OCTET_STREAM = 3;
    /** {@code text/plain}; answers only. */
    public static final int TEXT = 4;
    /** {@code text/html}; answers only. */
    public static final int HTML = 5;
    /** {@code image/gif}; answers only. */
    public static final int GIF = 6;
    /** The body is an absolute URL and is sent as the {@code Location} field; answers only, with a 3xx status. */
    public static final int LOCATION = 7;
    /** Given for a request's content type that is none of these. */
    public static final int UNKNOWN = 8;
    /** {@code application/xml}; answers only. */
    public static final int XML = 9;
    /** How many kinds there are. */
    public static final int COUNT = 10;

    private HttpContentKind() {
    }
}
