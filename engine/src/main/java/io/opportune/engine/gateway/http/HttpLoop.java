package io.opportune.engine.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.opportune.engine.gateway.ByteBufViews;
import io.opportune.engine.gateway.GatewayErrors;
import io.opportune.engine.gateway.OutputBuffers;
import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.session.HttpExchangeHandlerSupplier;
import io.opportune.engine.session.HttpRoutes;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * All that one event loop owns of HTTP: its connections, the requests in flight, the handler behind it, the way back,
 * counters and scratch memory. Except for the constructor and {@link #responseSink()} only that event loop touches it,
 * so nothing here is locked.
 */
final class HttpLoop {
    /** Names this part in the error log. */
    static final String COMPONENT = "http";

    private static final long MIN_CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long MAX_CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int CHECKS_PER_TIMEOUT = 4;
    /** As for the binary protocol: nobody's answer waits longer for the requests of others that came with it. */
    private static final int LARGEST_BATCH = 32;
    /** Asking the system which sockets are ready takes a few microseconds, unless it had to wait for one. */
    private static final long WAITED_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final String BAD_STATUS = "the handler answered with a status outside 200 to 599";
    private static final String BAD_LOCATION = "the handler redirects to what is no URL";
    private static final String ANSWER_TOO_LONG = "an answer is longer than the way back takes";

    private final EventLoop eventLoop;
    private final HttpGatewaySettings settings;
    private final HttpRoutes routes;
    private final HttpGatewayCounters counters;
    private final GatewayErrors errors;
    private final NanoClock clock;
    private final EpochNanoClock epochClock;
    private final AtomicInteger openConnectionsOfAllLoops;
    private final ResponseHeads heads;
    private final BodyCodec codec;
    private final LoopHttpSink responseSink;
    private final HttpExchangeHandler handler;
    private final CountDownLatch ended = new CountDownLatch(1);

    private final ExchangeTable exchanges;
    private final DeadlineWheel deadlines;
    private final Consumer<HttpExchange> onExpired = this::onExpired;
    private final RequestView view = new RequestView();

    private HttpConnection[] connections = new HttpConnection[16];
    private int connectionCount;
    private HttpConnection[] flushQueue = new HttpConnection[16];
    private int flushCount;
    private HttpConnection[] resumeQueue = new HttpConnection[16];
    private int resumeCount;

    private final OutputBuffers outputBuffers = new OutputBuffers();
    private final UnsafeBuffer readView = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer answerView = new UnsafeBuffer(0, 0);
    private int requestsInBatch;
    private long bytesReadInBatch;
    private final Runnable onRoundEnd = this::onRoundEnd;
    private final Runnable onIterationEnd = this::endRound;
    private boolean batchEndPending;
    private boolean roundBegun;
    private long roundBeganNs;
    private long roundEndedNs;
    private long arrivalNs;
    private boolean batchEnding;
    private Future<?> tick;
    private long timesCheckedNs;
    private final long checkIntervalNs;
    private boolean shuttingDown;

    HttpLoop(
        final int loopIndex,
        final EventLoop eventLoop,
        final HttpGatewayEnvironment environment,
        final HttpExchangeHandlerSupplier handlers,
        final AtomicInteger openConnectionsOfAllLoops) {
        this.eventLoop = eventLoop;
        this.settings = environment.settings();
        this.routes = environment.routes();
        this.counters = environment.counters().apply(loopIndex);
        this.errors = environment.errors();
        this.clock = environment.clock();
        this.epochClock = environment.epochClock();
        this.openConnectionsOfAllLoops = openConnectionsOfAllLoops;
        this.heads = new ResponseHeads(settings.openRtbVersion());
        this.codec = new BodyCodec(settings.maxBodyBytes());
        this.exchanges = new ExchangeTable(loopIndex);
        this.roundBeganNs = clock.nanoTime();
        this.roundEndedNs = roundBeganNs;
        this.deadlines = new DeadlineWheel(roundBeganNs);
        final long shortestNs = Math.min(Math.min(settings.requestTimeoutNs(), settings.closeTimeoutNs()),
            Math.min(settings.slowConsumerTimeoutNs(), settings.idleTimeoutNs()));
        this.checkIntervalNs =
            Math.clamp(shortestNs / CHECKS_PER_TIMEOUT, MIN_CHECK_INTERVAL_NS, MAX_CHECK_INTERVAL_NS);
        this.responseSink = settings.inline()
            ? new InlineHttpSink(this, eventLoop)
            : new RingHttpSink(this, eventLoop, settings.answerRingBytes());
        this.handler = handlers.get(loopIndex, responseSink);
        heads.date(TimeUnit.NANOSECONDS.toSeconds(epochClock.nanoTime()));
    }

    /** Counts a connection before anything is read from it; false when there are too many or the gateway closes. */
    boolean admitConnection(final Channel channel) {
        final int openCount = openConnectionsOfAllLoops.incrementAndGet();
        channel.closeFuture().addListener(closed -> openConnectionsOfAllLoops.decrementAndGet());
        if (shuttingDown || openCount > settings.maxConnections()) {
            counters.connectionsRefused().incrementRelease();
            errors.onPeerError(COMPONENT, Refusal.TOO_MANY_CONNECTIONS.text());
            return false;
        }
        counters.connectionsAccepted().incrementRelease();
        return true;
    }

    void add(final HttpConnection connection) {
        if (connectionCount == connections.length) {
            connections = Arrays.copyOf(connections, 2 * connectionCount);
        }
        connection.loopPosition(connectionCount);
        connections[connectionCount++] = connection;
        counters.connectionsOpen().setRelease(connectionCount);
        if (tick == null) {
            heads.date(TimeUnit.NANOSECONDS.toSeconds(epochClock.nanoTime()));
            tick = eventLoop.scheduleAtFixedRate(
                this::onTick, DeadlineWheel.TICK_NS, DeadlineWheel.TICK_NS, TimeUnit.NANOSECONDS);
        }
    }

    /** The connection has gone, or speaks another version from now on. */
    void remove(final HttpConnection connection) {
        final HttpConnection last = connections[--connectionCount];
        connections[connection.loopPosition()] = last;
        last.loopPosition(connection.loopPosition());
        connections[connectionCount] = null;
        counters.connectionsOpen().setRelease(connectionCount);
        if (connectionCount == 0) {
            tick.cancel(false);
            tick = null;
            if (shuttingDown) {
                ended.countDown();
            }
        }
    }

    /** Shows the bytes of one read, until the next one. */
    UnsafeBuffer viewOf(final ByteBuf bytes) {
        ByteBufViews.wrap(readView, bytes, bytes.readerIndex(), bytes.readableBytes());
        return readView;
    }

    /** Shows the whole of a buffer with answers, until the next one. */
    UnsafeBuffer answerViewOf(final ByteBuf bytes) {
        ByteBufViews.wrap(answerView, bytes, 0, bytes.capacity());
        return answerView;
    }

    /**
     * Some bytes have been read. When they came nobody knows, but it was after the round before began, since that found
     * nothing of them; unless the loop had to wait for them: then they have just come. Under load bytes wait for those
     * of others that are read before them, which may take longer than a request has time.
     *
     * @return when they came at the earliest.
     */
    long onBytesRead(final long bytes) {
        bytesReadInBatch += bytes;
        if (!roundBegun) {
            final long nowNs = clock.nanoTime();
            arrivalNs = nowNs - roundEndedNs > WAITED_NS ? nowNs : roundBeganNs;
            roundBeganNs = nowNs;
            roundBegun = true;
            if (eventLoop instanceof SingleThreadEventLoop iterating) {
                iterating.executeAfterEventLoopIteration(onIterationEnd);
            } else {
                eventLoop.execute(onIterationEnd);
            }
        }
        return arrivalNs;
    }

    void onBytesWritten(final long bytes) {
        counters.bytesWritten().getAndAddRelease(bytes);
    }

    /** The one request that is filled, handed to {@link #dispatch} and forgotten. */
    RequestView view() {
        return view;
    }

    /** Looks at route, method and what kind of body comes; null when the request may go on. */
    Refusal admit(final RequestView request) {
        final int position = routes.find(request.head(), request.pathOffset(), request.pathLength());
        if (position == HttpRoutes.NOT_FOUND) {
            return Refusal.UNKNOWN_PATH;
        }
        if ((routes.methods(position) & request.methodBits()) == 0) {
            return Refusal.WRONG_METHOD;
        }
        final HeadFields fields = request.fields();
        if (request.methodBits() == HttpRoutes.POST) {
            if (fields.contentKind() == HttpContentKind.UNKNOWN) {
                return Refusal.CONTENT_TYPE;
            }
            if (fields.contentCoding() == HeadFields.CODING_UNKNOWN) {
                return Refusal.CONTENT_ENCODING;
            }
        }
        if (fields.hasUnknownExpectation()) {
            return Refusal.EXPECTATION;
        }
        final int parameterStart = routes.parameterStart(position);
        request.route(
            routes.id(position), request.pathOffset() + parameterStart, request.pathLength() - parameterStart);
        return null;
    }

    /** Takes a whole request in the view: refuses it, or hands it over and sees to it that it gets an answer. */
    void dispatch(final HttpExchange exchange, final long arrivalNs) {
        Refusal refusal = admit(view);
        if (refusal == null && view.methodBits() == HttpRoutes.POST
            && view.fields().contentCoding() != HeadFields.CODING_IDENTITY) {
            refusal = decompress();
        }
        if (refusal != null) {
            refuse(exchange, refusal);
            return;
        }
        requestsInBatch++;
        final long key = exchange.key;
        view.exchange(key, arrivalNs, arrivalNs + settings.answerTimeoutNs());
        int status;
        try {
            status = handler.onRequest(view);
        } catch (final RuntimeException | LinkageError | AssertionError e) {
            errors.onFailure(e);
            counters.handlerFailures().incrementRelease();
            status = 204;
        }
        if (exchanges.find(key) != exchange) {
            return; // answered within the call
        }
        if (status == HttpExchangeHandler.ANSWER_FOLLOWS) {
            deadlines.add(exchange, view.deadlineNs());
        } else {
            answer(exchange, status, HttpContentKind.NONE, null, 0, 0);
        }
    }

    private Refusal decompress() {
        final int length =
            codec.decode(view.fields().contentCoding(), view.body(), view.bodyOffset(), view.bodyLength());
        if (length >= 0) {
            view.wrapBody(codec.output(), 0, length);
            return null;
        }
        return length == BodyCodec.TOO_LONG ? Refusal.INFLATED_TOO_LONG : Refusal.BAD_COMPRESSION;
    }

    /** Answers with an error; the connection is closed behind it where the refusal says so. */
    void refuse(final HttpExchange exchange, final Refusal refusal) {
        counters.refused(refusal.status());
        errors.onPeerError(COMPONENT, refusal.text());
        deadlines.remove(exchange);
        exchange.answered = true;
        exchange.closesAfter |= refusal.closes();
        exchange.connection.onAnswer(exchange, refusal.status(), variantOf(refusal), 0, null, 0, 0);
    }

    private int variantOf(final Refusal refusal) {
        if (refusal != Refusal.WRONG_METHOD) {
            return HttpContentKind.NONE;
        }
        return routes.methods(routes.find(view.head(), view.pathOffset(), view.pathLength()));
    }

    /** Gives one answer to a request in flight, or drops it when it has been answered or its connection has gone. */
    void deliver(
        final long exchangeKey,
        final int status,
        final int contentKind,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes) {
        final HttpExchange exchange = exchanges.find(exchangeKey);
        if (exchange == null) {
            counters.answersDropped().incrementRelease();
        } else {
            answer(exchange, status, contentKind, buffer, offset, lengthBytes);
        }
    }

    /** The answer does not fit the way back. */
    void deliverTooLong(final long exchangeKey) {
        errors.onPeerError(COMPONENT, ANSWER_TOO_LONG);
        counters.answersTooLong().incrementRelease();
        deliver(exchangeKey, 204, HttpContentKind.NONE, null, 0, 0);
    }

    private void answer(
        final HttpExchange exchange,
        final int status,
        final int contentKind,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes) {
        deadlines.remove(exchange);
        exchange.answered = true;
        if (!ResponseHeads.isStatus(status) || contentKind == HttpContentKind.LOCATION
            && !isLocation(buffer, offset, lengthBytes)) {
            errors.onPeerError(COMPONENT, ResponseHeads.isStatus(status) ? BAD_LOCATION : BAD_STATUS);
            answerWithoutBody(exchange, 204);
        } else if (lengthBytes == 0 || ResponseHeads.isBodiless(status)) {
            answerWithoutBody(exchange, status);
        } else {
            answerWithBody(exchange, status, contentKind, buffer, offset, lengthBytes);
        }
    }

    private void answerWithoutBody(final HttpExchange exchange, final int status) {
        counters.answersWithoutBody().incrementRelease();
        final int form = exchange.wantsVersion ? ResponseHeads.VERSION : 0;
        exchange.connection.onAnswer(exchange, status, HttpContentKind.NONE, form, null, 0, 0);
    }

    private void answerWithBody(
        final HttpExchange exchange,
        final int status,
        final int contentKind,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes) {
        counters.answersWithBody().incrementRelease();
        final int form = exchange.wantsVersion ? ResponseHeads.VERSION : 0;
        if (lengthBytes >= settings.compressionThresholdBytes() && contentKind != HttpContentKind.LOCATION
            && contentKind != HttpContentKind.GIF && (exchange.acceptsZstd || exchange.acceptsGzip)) {
            final int length = codec.encode(exchange.acceptsZstd, buffer, offset, lengthBytes);
            if (length > 0) {
                counters.answersCompressed().incrementRelease();
                exchange.connection.onAnswer(exchange, status, contentKind,
                    form | (exchange.acceptsZstd ? ResponseHeads.ZSTD : ResponseHeads.GZIP),
                    codec.output(), 0, length);
                return;
            }
        }
        exchange.connection.onAnswer(exchange, status, contentKind, form, buffer, offset, lengthBytes);
    }

    /** Whatever stands in a field's value must not end it. */
    private static boolean isLocation(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        for (int i = 0; i < lengthBytes; i++) {
            final byte c = buffer.getByte(offset + i);
            if (c <= ' ' || c == 0x7F) {
                return false;
            }
        }
        return lengthBytes > 0;
    }

    private void onExpired(final HttpExchange exchange) {
        counters.answersExpired().incrementRelease();
        exchange.answered = true;
        exchange.connection.onAnswer(exchange, 204, HttpContentKind.NONE,
            exchange.wantsVersion ? ResponseHeads.VERSION : 0, null, 0, 0);
    }

    HttpExchange takeExchange() {
        return exchanges.take();
    }

    /** The exchange's answer is on its way, or nobody is there any more to get it. */
    void endExchange(final HttpExchange exchange) {
        deadlines.remove(exchange);
        exchanges.giveBack(exchange);
    }

    /**
     * All requests of one read have been handed over. They are worked on once every connection that was ready has been
     * read, or at once when enough have come together.
     */
    void onReadComplete() {
        if (requestsInBatch >= LARGEST_BATCH) {
            onReadBatchEnd();
        } else {
            wantsBatchEnd();
        }
    }

    private void wantsBatchEnd() {
        if (!batchEndPending) {
            batchEndPending = true;
            eventLoop.execute(onRoundEnd);
        }
    }

    private void onRoundEnd() {
        batchEndPending = false;
        onReadBatchEnd();
    }

    /** What is read from now on was not there when the system was asked for the bytes of this round. */
    private void endRound() {
        roundBegun = false;
        roundEndedNs = clock.nanoTime();
    }

    private void onReadBatchEnd() {
        counters.requests().getAndAddRelease(requestsInBatch);
        counters.bytesRead().getAndAddRelease(bytesReadInBatch);
        requestsInBatch = 0;
        bytesReadInBatch = 0;
        batchEnding = true;
        try {
            handler.onReadBatchEnd();
        } catch (final RuntimeException e) {
            errors.onFailure(e);
        }
        drainAndFlush();
    }

    /** Somebody called {@link LoopHttpSink#wake()}. */
    void onWake() {
        onIdle();
    }

    private void onTick() {
        final long nowNs = clock.nanoTime();
        if (nowNs - timesCheckedNs >= checkIntervalNs) {
            timesCheckedNs = nowNs;
            checkTimes(nowNs);
        }
        onIdle();
        if (!roundBegun) {
            // In this iteration the system had nothing to read.
            roundBeganNs = nowNs;
            roundEndedNs = clock.nanoTime();
        }
    }

    private void onIdle() {
        batchEnding = true;
        try {
            handler.onIdle();
        } catch (final RuntimeException e) {
            errors.onFailure(e);
        }
        drainAndFlush();
    }

    private void drainAndFlush() {
        try {
            responseSink.drain();
            deadlines.turn(clock.nanoTime(), onExpired);
            resume();
        } catch (final RuntimeException e) {
            errors.onFailure(e);
        }
        flush();
        batchEnding = false;
        if (requestsInBatch > 0) {
            wantsBatchEnd(); // of connections that were resumed
        }
    }

    /** The connection has something to send at the end of this batch; where there is none, one is made. */
    void wantsFlush(final HttpConnection connection) {
        if (!batchEnding) {
            wantsBatchEnd();
        }
        if (flushCount == flushQueue.length) {
            flushQueue = Arrays.copyOf(flushQueue, 2 * flushCount);
        }
        flushQueue[flushCount++] = connection;
    }

    /** The connection had to stop reading requests and can go on at the end of this batch. */
    void wantsResume(final HttpConnection connection) {
        if (!batchEnding) {
            wantsBatchEnd();
        }
        if (resumeCount == resumeQueue.length) {
            resumeQueue = Arrays.copyOf(resumeQueue, 2 * resumeCount);
        }
        resumeQueue[resumeCount++] = connection;
    }

    private void resume() {
        // Those that are resumed may be answered at once and want to go on again: they wait for the next batch.
        final int count = resumeCount;
        for (int i = 0; i < count; i++) {
            resumeQueue[i].resume();
        }
        System.arraycopy(resumeQueue, count, resumeQueue, 0, resumeCount - count);
        Arrays.fill(resumeQueue, resumeCount - count, resumeCount, null);
        resumeCount -= count;
        if (resumeCount > 0) {
            wantsBatchEnd();
        }
    }

    private void flush() {
        for (int i = 0; i < flushCount; i++) {
            final HttpConnection connection = flushQueue[i];
            flushQueue[i] = null;
            connection.flush();
        }
        flushCount = 0;
    }

    private void checkTimes(final long nowNs) {
        heads.date(TimeUnit.NANOSECONDS.toSeconds(epochClock.nanoTime()));
        // Backwards, because a connection that closes at once is replaced by the last one.
        for (int i = connectionCount - 1; i >= 0; i--) {
            connections[i].checkTimes(nowNs);
        }
    }

    /** Every request in flight is answered and its connection closed; {@link #ended()} tells when all have gone. */
    void beginShutdown() {
        shuttingDown = true;
        for (int i = connectionCount - 1; i >= 0; i--) {
            connections[i].beginShutdown();
        }
        if (connectionCount == 0) {
            ended.countDown();
        }
    }

    /** The patience with those that are left is over. */
    void closeAll() {
        for (int i = connectionCount - 1; i >= 0; i--) {
            connections[i].closeNow();
        }
        outputBuffers.close();
        codec.close();
    }

    boolean isShuttingDown() {
        return shuttingDown;
    }

    CountDownLatch ended() {
        return ended;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    LoopHttpSink responseSink() {
        return responseSink;
    }

    long nowNs() {
        return clock.nanoTime();
    }

    HttpGatewaySettings settings() {
        return settings;
    }

    HttpGatewayCounters counters() {
        return counters;
    }

    GatewayErrors errors() {
        return errors;
    }

    ResponseHeads heads() {
        return heads;
    }

    OutputBuffers outputBuffers() {
        return outputBuffers;
    }
}
