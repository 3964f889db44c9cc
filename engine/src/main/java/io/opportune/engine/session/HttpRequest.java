package io.opportune.engine.session;

import org.agrona.DirectBuffer;

/**
 * One whole HTTP request as a handler sees it, whatever version of HTTP brought it. One instance per event loop is
 * used over and over: everything here, buffers included, is valid only during the call that hands it over.
 */
public interface HttpRequest {
    /**
     * Names this request for its answer's way back. Made like a {@link SessionKey}; a key comes back only after more
     * than four thousand million later requests in the same place, hours after any answer to it.
     *
     * @return a positive number.
     */
    long exchangeKey();

    /**
     * Which route the request took.
     *
     * @return id given to {@link HttpRoutes.Builder}.
     */
    int routeId();

    /**
     * Holds the slices of the request's head named below.
     *
     * @return ASCII or UTF-8 bytes, as they came: percent escapes are not decoded.
     */
    DirectBuffer head();

    /**
     * Where the path parameter begins.
     *
     * @return offset in {@link #head()}.
     */
    int parameterOffset();

    /**
     * Length of the path parameter.
     *
     * @return bytes; 0 when the route has none.
     */
    int parameterLength();

    /**
     * Where the query begins, behind its question mark.
     *
     * @return offset in {@link #head()}.
     */
    int queryOffset();

    /**
     * Length of the query.
     *
     * @return bytes; 0 when there is none.
     */
    int queryLength();

    /**
     * Where the value of the {@code Authorization} field begins.
     *
     * @return offset in {@link #head()}.
     */
    int authorizationOffset();

    /**
     * Length of the value of the {@code Authorization} field.
     *
     * @return bytes; 0 when there is none.
     */
    int authorizationLength();

    /**
     * What the body is.
     *
     * @return one of {@link HttpContentKind}; never {@code UNKNOWN} on a route that takes bodies.
     */
    int contentKind();

    /**
     * The {@code x-openrtb-version} field (OpenRTB 2.6 section 2.5), major times 256 plus minor: 0x206 for 2.6.
     *
     * @return 0 when there is none, -1 when it cannot be read.
     */
    int openRtbVersion();

    /**
     * Whether {@code Sec-GPC: 1} (Global Privacy Control) was sent.
     *
     * @return true when the person objects to sale and sharing.
     */
    boolean globalPrivacyControl();

    /**
     * Whether the answer may be compressed with gzip; the transport does it by itself.
     *
     * @return true when {@code Accept-Encoding} names it with a quality above 0.
     */
    boolean acceptsGzip();

    /**
     * Whether the answer may be compressed with Zstandard (RFC 8878); the transport does it by itself.
     *
     * @return true when {@code Accept-Encoding} names it with a quality above 0.
     */
    boolean acceptsZstd();

    /**
     * How the body was compressed when it came.
     *
     * @return one of {@link HttpContentCoding}.
     */
    int contentCoding();

    /**
     * Says what codings are agreed on with this client, where not all are; before the call ends. The answer is
     * compressed with no others, also not where {@code Accept-Encoding} names them, and a 415 names those of bodies.
     *
     * @param ofBodies  bits of {@link HttpContentCoding} that bodies of requests may have.
     * @param ofAnswers bits of {@link HttpContentCoding} that answers may have.
     */
    void codings(int ofBodies, int ofAnswers);

    /**
     * Holds the body, decompressed and without chunk framing.
     *
     * @return buffer, perhaps the same as {@link #head()}.
     */
    DirectBuffer body();

    /**
     * Where the body begins.
     *
     * @return offset in {@link #body()}.
     */
    int bodyOffset();

    /**
     * Length of the body.
     *
     * @return bytes, 0 to the configured limit.
     */
    int bodyLength();

    /**
     * When the first bytes of this request came, at the earliest: before they were read, if others were read first.
     *
     * @return monotonic clock, nanoseconds.
     */
    long arrivalNs();

    /**
     * Sets when the transport answers 204 by itself if no answer has come; before the call ends. Without it the
     * transport's own time-out counts.
     *
     * @param deadlineNs monotonic clock, nanoseconds; the 204 goes out up to a millisecond earlier, never later
     *                   unless the event loop is busy.
     */
    void deadlineNs(long deadlineNs);
}
