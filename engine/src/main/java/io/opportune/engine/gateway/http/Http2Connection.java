package io.opportune.engine.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2PriorityFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2UnknownFrame;
import io.netty.util.ReferenceCountUtil;
import io.opportune.engine.session.HttpContentKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * One HTTP/2 connection (RFC 9113) behind Netty's frame codec: puts requests together and answers each stream when its
 * answer comes, in any order. Owned by one event loop. Allocates per request what the codec does.
 */
final class Http2Connection extends HttpConnection {
    /** More streams reset than this within a second, by either side, is no client that ran out of time. */
    static final int MAX_RESETS_PER_SECOND = 200;
    /** Most answers to pings and settings that wait for a client that does not read. */
    static final int MAX_QUEUED_CONTROL_FRAMES = 1_000;
    /** Most pieces, other than the last, of one head that are shorter than 8 KiB. */
    static final int MAX_SMALL_CONTINUATIONS = 16;
    /** Most DATA frames in sequence that are empty and do not end their stream. */
    static final int MAX_EMPTY_DATA_FRAMES = 2;
    /** Most frames that carry no request, such as SETTINGS and PING, within {@link #IDLE_TALK_WINDOW_NS}. */
    static final int MAX_IDLE_TALK = 1_000;

    /** How long a client that answers no ping may still begin requests when the gateway closes. */
    private static final long GOODBYE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long GOODBYE_PING = 0x6f70_706f_7274_756eL;
    private static final long IDLE_TALK_WINDOW_NS = TimeUnit.SECONDS.toNanos(30);
    private static final String FLOOD = "HTTP/2 flood of frames that carry no request";
    private static final String VERSION_FIELD = "x-openrtb-version";

    private final Int2ObjectHashMap<Http2Request> reading = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<HttpExchange> answering = new Int2ObjectHashMap<>();
    /** Bytes of answers that the client's windows, or its socket, have not let through. */
    private long waitingBytes;
    private boolean overfull;
    private long overfullNs;
    private int idleTalk;
    private long idleTalkNs;
    private boolean closing;
    private boolean goodbyeSaid;
    private long closeDeadlineNs;
    private long goodbyeDeadlineNs;

    private Http2Connection(final HttpLoop loop) {
        super(loop);
    }

    /** Puts the codec and a connection at the end of a pipeline. */
    static void addTo(final ChannelPipeline pipeline, final HttpLoop loop) {
        final HttpGatewaySettings settings = loop.settings();
        pipeline.addLast(
            Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                    .maxConcurrentStreams(settings.connections().inFlightLimit())
                    .maxHeaderListSize(settings.maxHeadBytes()))
                .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS_PER_SECOND, 1)
                .encoderEnforceMaxRstFramesPerWindow(MAX_RESETS_PER_SECOND, 1)
                .decoderEnforceMaxSmallContinuationFrames(MAX_SMALL_CONTINUATIONS)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA_FRAMES)
                .encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES)
                .gracefulShutdownTimeoutMillis(settings.connections().closeTimeoutNs() / 1_000_000)
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
            } else if (message instanceof Http2PingFrame ping && ping.ack()) {
                onPingAnswer(ping);
            } else if (message instanceof Http2SettingsFrame || message instanceof Http2PingFrame
                || message instanceof Http2PriorityFrame || message instanceof Http2UnknownFrame) {
                onIdleTalk();
            }
        } catch (final RuntimeException | LinkageError | AssertionError e) {
            onFailure(e);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    /** Bounds what costs us work, and often an answer, and asks for nothing. */
    private void onIdleTalk() {
        final long nowNs = lastActivityNs();
        if (nowNs - idleTalkNs >= IDLE_TALK_WINDOW_NS) {
            idleTalkNs = nowNs;
            idleTalk = 0;
        }
        if (++idleTalk == MAX_IDLE_TALK + 1) {
            loop().errors().onPeerError(HttpLoop.COMPONENT, FLOOD);
            context().writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.ENHANCE_YOUR_CALM));
            closeNow();
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
            refuseCut(request, HttpRefusal.BODY_TOO_LONG);
        } else if (!request.append(context().alloc(), loop().pendingMemory(), frame.content())) {
            refuseCut(request, HttpRefusal.TOO_MUCH_WAITING);
        } else if (frame.isEndStream()) {
            onRequestEnd(request);
        }
    }

    private void refuseCut(final Http2Request request, final HttpRefusal refusal) {
        request.refusal = refusal;
        request.cut = true;
        onRequestEnd(request);
    }

    private void onRequestEnd(final Http2Request request) {
        reading.remove(request.stream.id());
        onWholeRequest(request);
    }

    private void onWholeRequest(final Http2Request request) {
        try {
            final HttpExchange exchange = loop().requests().takeExchange();
            exchange.begin(this, request.fields);
            exchange.stream = request.stream;
            exchange.cut = request.cut;
            if (overfull && request.refusal == null) {
                // Not to read would not do: what opens the windows has to be read.
                request.refusal = HttpRefusal.TOO_MUCH_WAITING;
            }
            answering.put(request.stream.id(), exchange);
            request.fill(loop());
            if (request.refusal == null) {
                loop().requests().dispatch(exchange, request.arrivalNs);
            } else {
                loop().requests().refuse(exchange, request.refusal);
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
            loop().requests().endExchange(exchange);
        }
        closeIfAllAnswered();
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
        loop().requests().endExchange(exchange);
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
            onDataWaits(bodyLength);
            context().write(new DefaultHttp2DataFrame(body, true).stream(stream))
                .addListener(written -> onDataWritten(bodyLength));
        }
        if (requestCut) {
            // RFC 9113 section 8.1: whole answer, then the request to stop sending.
            context().write(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR).stream(stream));
        }
        wantsFlush();
        closeIfAllAnswered();
    }

    private void onDataWaits(final int bytes) {
        waitingBytes += bytes;
        if (!overfull && waitingBytes > loop().settings().connections().writeBufferHighBytes()) {
            overfull = true;
            overfullNs = loop().nowNs();
        }
    }

    /** Sent, or given up because its stream or the connection has ended. */
    private void onDataWritten(final int bytes) {
        waitingBytes -= bytes;
        if (waitingBytes < loop().settings().connections().writeBufferLowBytes()) {
            overfull = false;
        }
    }

    private Http2Headers headers(final int status, final int variant, final int form, final int bodyLength) {
        final Http2Headers headers = new DefaultHttp2Headers(false)
            .status(Integer.toString(status))
            .set(HttpHeaderNames.DATE, loop().heads().dateText());
        if (status == HttpRefusal.WRONG_METHOD.status()) {
            headers.set(HttpHeaderNames.ALLOW, ResponseHeads.allow(variant));
        } else if (bodyLength > 0 && ResponseHeads.contentType(variant) != null) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, ResponseHeads.contentType(variant));
        }
        if (status == HttpRefusal.CONTENT_ENCODING.status()) {
            headers.set(HttpHeaderNames.ACCEPT_ENCODING, ResponseHeads.codings(variant));
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
        if (overfull && nowNs - overfullNs >= loop().settings().connections().slowConsumerTimeoutNs()) {
            closeSlowConsumer();
        } else if (closing) {
            if (nowNs - closeDeadlineNs >= 0) {
                context().close();
            } else if (nowNs - goodbyeDeadlineNs >= 0) {
                sayGoodbye();
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
                refuseCut(request, HttpRefusal.REQUEST_TIMEOUT);
            }
        }
    }

    @Override
    public void beginShutdown() {
        closing = true;
        closeDeadlineNs = loop().nowNs() + loop().settings().connections().shutdownTimeoutNs();
        goodbyeDeadlineNs = loop().nowNs() + GOODBYE_NS;
        // At once, or a client with much to ask goes on asking; what it has sent before it reads this is taken, too.
        context().write(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE));
        context().write(new DefaultHttp2PingFrame(GOODBYE_PING));
        wantsFlush();
    }

    /** Nothing more is on its way behind the answer to the last ping. */
    private void onPingAnswer(final Http2PingFrame ping) {
        if (closing && ping.content() == GOODBYE_PING) {
            sayGoodbye();
        } else {
            onIdleTalk();
        }
    }

    /** Says which request was the last one that is answered; later ones may be sent elsewhere. */
    private void sayGoodbye() {
        if (!goodbyeSaid) {
            goodbyeSaid = true;
            context().write(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
            wantsFlush();
            closeIfAllAnswered();
        }
    }

    private void closeIfAllAnswered() {
        if (goodbyeSaid && answering.isEmpty() && reading.isEmpty()) {
            // The codec sends what waits, says goodbye and closes when the streams have ended.
            context().flush();
            context().close();
        }
    }

    @Override
    public void closeNow() {
        // Behind the codec, which would wait for its streams to end.
        context().pipeline().context(Http2FrameCodec.class).close();
    }

    @Override
    void onInputEnd() {
        for (final HttpExchange exchange : answering.values()) {
            loop().requests().onClientLeft(exchange);
        }
        context().close();
    }

    @Override
    void onClosed() {
        for (final Http2Request request : reading.values()) {
            request.release();
        }
        reading.clear();
        for (final HttpExchange exchange : answering.values()) {
            loop().requests().endExchange(exchange);
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
        } else if (cause instanceof Http2Exception) {
            // The codec tells the client why and closes; to close first would say that all is well.
            loop().errors().onPeerError(HttpLoop.COMPONENT, HTTP2_BROKEN);
        } else {
            super.exceptionCaught(caught, cause);
        }
    }
}
