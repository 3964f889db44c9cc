package io.opportune.engine.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.opportune.engine.session.HttpContentCoding;

/**
 * One request in flight: where its answer goes, by when, and in what form. A slot of the event loop's
 * {@link ExchangeTable}, used over and over; owned by that event loop.
 */
final class HttpExchange {
    /** Where it stands in the table. */
    final int slot;
    /** Its key while a request is in flight; the next request in this slot has another. */
    long key;

    /** Null when free. */
    HttpConnection connection;
    /** The request after this one on an HTTP/1 connection. */
    HttpExchange next;
    /** Of HTTP/2; null on HTTP/1. */
    Http2FrameStream stream;
    /** True from the answer on, which may have to wait for the answers before it. */
    boolean answered;
    /** The answer's bytes while they wait. */
    ByteBuf waiting;
    boolean closesAfter;
    /** On HTTP/2: the request is not whole, and the rest is not wanted. */
    boolean cut;

    /** What the request said about its answer. */
    boolean acceptsGzip;
    boolean acceptsZstd;
    boolean wantsVersion;
    /** Bits of {@link HttpContentCoding} that the body might have had, for a 415. */
    int bodyCodings;
    boolean http10;

    /** Owned by the {@link DeadlineWheel}. */
    long deadlineTick;
    HttpExchange wheelPrevious;
    HttpExchange wheelNext;
    boolean onWheel;

    HttpExchange(final int slot) {
        this.slot = slot;
    }

    void begin(final HttpConnection owner, final HeadFields fields) {
        connection = owner;
        next = null;
        answered = false;
        closesAfter = false;
        cut = false;
        http10 = false;
        acceptsGzip = fields.acceptsGzip();
        acceptsZstd = fields.acceptsZstd();
        bodyCodings = HttpContentCoding.ALL;
        wantsVersion = fields.openRtbVersion() != 0;
    }

    /** Forgets what may keep others alive. */
    void end() {
        connection = null;
        next = null;
        stream = null;
        if (waiting != null) {
            waiting.release();
            waiting = null;
        }
    }
}
