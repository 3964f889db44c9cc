package io.opportune.engine.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import io.opportune.engine.session.HttpContentKind;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * One HTTP/2 connection (RFC 9113) behind Netty's frame codec: puts requests together and answers each stream when its
 * answer comes, in any order. Owned by one event loop. Allocates per request what the codec does.
 */
final class Http2Connection extends HttpConnection {
    private static final String VERSION_FIELD = "x-openrtb-version";

    private final Int2ObjectHashMap<Http2Request> reading = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<HttpExchange> answering = new Int2ObjectHashMap<>();
    private boolean closing;
    private long closeDeadlineNs;

    private Http2Connection(final HttpLoop loop) {
        super(loop);
    }

    /** Puts the codec and a connection at the end of a pipeline. */
    static void addTo(final ChannelPipeline pipeline, final HttpLoop loop) {
        final HttpGatewaySettings settings = loop.settings();
        pipeline.addLast(
            Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                    .maxConcurrentStreams(settings.inFlightLimit())
                    .maxHeaderListSize(settings.maxHeadBytes()))
                .gracefulShutdownTimeoutMillis(settings.closeTimeoutNs() / 1_000_000)
                .build(),
            new Http2Connection(loop));
    }

    @Override
    void onOpen() {
        loop().counters().http2Connections().incrementRelease();
    }

    @Override
    public void channelRead(final ChannelHandlerContext read, final Object message) {
        try {
            onActivity(loop().onBytesRead(0));
            if (message instanceof Http2HeadersFrame headers) {
                onHeaders(headers);
            } else if (message instanceof Http2DataFrame data) {
                onData(data);
            } else if (message instanceof Http2ResetFrame reset) {
                forget(reset.stream());
            }
        } catch (final RuntimeException | LinkageError | AssertionError e) {
            onFailure(e);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onHeaders(final Http2HeadersFrame frame) {
        final Http2Request begun = reading.get(frame.stream().id());
        if (begun != null) {
            // Trailers: nothing that they say matters.
            onRequestEnd(begun);
            return;
        }
        final Http2Request request =
            new Http2Request(frame.stream(), frame.headers(), lastActivityNs(), loop().settings().maxFields());
        if (frame.isEndStream()) {
            onWholeRequest(request);
        } else {
            reading.put(frame.stream().id(), request);
            if (request.fields.expectsContinue() && request.refusal == null) {
                context().write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("100"))
                    .stream(frame.stream()));
                wantsFlush();
            }
        }
    }

    private void onData(final Http2DataFrame frame) {
        final int length = frame.content().readableBytes();
        loop().onBytesRead(length);
        // The peer may send as much again: what is kept here is bounded by the limits of body and streams.
        context().write(new DefaultHttp2WindowUpdateFrame(frame.initialFlowControlledBytes()).stream(frame.stream()));
        final Http2Request request = reading.get(frame.stream().id());
        if (request == null) {
            return;
        }
        if (request.bodyLength() + length > loop().settings().maxBodyBytes()) {
            request.refusal = Refusal.BODY_TOO_LONG;
            reading.remove(frame.stream().id());
            onWholeRequest(request);
        } else {
            request.append(context(), frame.content());
            if (frame.isEndStream()) {
                onRequestEnd(request);
            }
        }
    }

    private void onRequestEnd(final Http2Request request) {
        reading.remove(request.stream.id());
        onWholeRequest(request);
    }

    private void onWholeRequest(final Http2Request request) {
        try {
            final HttpExchange exchange = loop().takeExchange();
            exchange.begin(this, request.fields);
            exchange.stream = request.stream;
            exchange.cut = request.refusal == Refusal.BODY_TOO_LONG || request.refusal == Refusal.REQUEST_TIMEOUT;
            answering.put(request.stream.id(), exchange);
            request.fill(loop());
            if (request.refusal == null) {
                loop().dispatch(exchange, request.arrivalNs);
            } else {
                loop().refuse(exchange, request.refusal);
            }
        } finally {
            request.release();
        }
    }

    /** The peer wants to hear no more of a stream. */
    private void forget(final Http2FrameStream stream) {
        final Http2Request request = reading.remove(stream.id());
        if (request != null) {
            request.release();
        }
        final HttpExchange exchange = answering.remove(stream.id());
        if (exchange != null) {
            loop().endExchange(exchange);
        }
    }

    @Override
    void onAnswer(
        final HttpExchange exchange,
        final int status,
        final int variant,
        final int form,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes) {
        final Http2FrameStream stream = exchange.stream;
        answering.remove(stream.id());
        final boolean requestCut = exchange.cut;
        loop().endExchange(exchange);
        final boolean redirect = variant == HttpContentKind.LOCATION && lengthBytes > 0;
        final int bodyLength = redirect ? 0 : lengthBytes;
        final Http2Headers headers = headers(status, variant, form, bodyLength);
        if (redirect) {
            headers.set(HttpHeaderNames.LOCATION, buffer.getStringWithoutLengthAscii(offset, lengthBytes));
        }
        context().write(new DefaultHttp2HeadersFrame(headers, bodyLength == 0).stream(stream));
        if (bodyLength > 0) {
            final ByteBuf body = context().alloc().directBuffer(bodyLength);
            loop().answerViewOf(body).putBytes(0, buffer, offset, bodyLength);
            body.writerIndex(bodyLength);
            context().write(new DefaultHttp2DataFrame(body, true).stream(stream));
        }
        if (requestCut) {
            // RFC 9113 section 8.1: whole answer, then the request to stop sending.
            context().write(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR).stream(stream));
        }
        wantsFlush();
        closeIfAllAnswered();
    }

    private Http2Headers headers(final int status, final int variant, final int form, final int bodyLength) {
        final Http2Headers headers = new DefaultHttp2Headers(false)
            .status(Integer.toString(status))
            .set(HttpHeaderNames.DATE, loop().heads().dateText());
        if (status == Refusal.WRONG_METHOD.status()) {
            headers.set(HttpHeaderNames.ALLOW, ResponseHeads.allow(variant));
        } else if (bodyLength > 0 && ResponseHeads.contentType(variant) != null) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, ResponseHeads.contentType(variant));
        }
        if (status == Refusal.CONTENT_ENCODING.status()) {
            headers.set(HttpHeaderNames.ACCEPT_ENCODING, "gzip, zstd");
        }
        if (!ResponseHeads.isBodiless(status)) {
            headers.setInt(HttpHeaderNames.CONTENT_LENGTH, bodyLength);
        }
        if ((form & ResponseHeads.VERSION) != 0) {
            headers.set(VERSION_FIELD, loop().settings().openRtbVersion());
        }
        if ((form & (ResponseHeads.GZIP | ResponseHeads.ZSTD)) != 0) {
            headers.set(HttpHeaderNames.CONTENT_ENCODING, (form & ResponseHeads.ZSTD) != 0 ? "zstd" : "gzip");
            headers.set(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
        }
        return headers;
    }

    @Override
    void onFlush() {
        onActivity(loop().nowNs());
        context().flush();
    }

    @Override
    void resume() {
        // Flow control and the limit of streams keep requests waiting at the client.
    }

    @Override
    void onWritabilityChanged() {
        context().channel().config().setAutoRead(!isUnwritable());
    }

    @Override
    void onTimes(final long nowNs) {
        if (closing) {
            if (nowNs - closeDeadlineNs >= 0) {
                context().close();
            }
        } else if (!reading.isEmpty()) {
            refuseLateRequests(nowNs);
        } else if (answering.isEmpty() && isIdleTooLong(nowNs)) {
            loop().counters().idleCloses().incrementRelease();
            context().close();
        }
    }

    private void refuseLateRequests(final long nowNs) {
        List<Http2Request> late = null;
        for (final Http2Request request : reading.values()) {
            if (nowNs - request.arrivalNs >= loop().settings().requestTimeoutNs()) {
                late = late == null ? new ArrayList<>() : late;
                late.add(request);
            }
        }
        if (late != null) {
            for (final Http2Request request : late) {
                request.refusal = Refusal.REQUEST_TIMEOUT;
                onRequestEnd(request);
            }
        }
    }

    @Override
    void beginShutdown() {
        closing = true;
        closeDeadlineNs = loop().nowNs() + loop().settings().shutdownTimeoutNs();
        closeIfAllAnswered();
    }

    private void closeIfAllAnswered() {
        if (closing && answering.isEmpty()) {
            // The codec sends what waits, says goodbye and closes when the streams have ended.
            context().flush();
            context().close();
        }
    }

    @Override
    void onInputEnd() {
        context().close();
    }

    @Override
    void onClosed() {
        for (final Http2Request request : reading.values()) {
            request.release();
        }
        reading.clear();
        for (final HttpExchange exchange : answering.values()) {
            loop().endExchange(exchange);
        }
        answering.clear();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext caught, final Throwable cause) {
        if (cause instanceof Http2FrameStreamException broken) {
            // One stream is broken, the others are not.
            loop().errors().onPeerError(HttpLoop.COMPONENT, "HTTP/2 stream broken by the peer");
            forget(broken.stream());
            caught.writeAndFlush(new DefaultHttp2ResetFrame(broken.error()).stream(broken.stream()));
        } else {
            super.exceptionCaught(caught, cause);
        }
    }
}
