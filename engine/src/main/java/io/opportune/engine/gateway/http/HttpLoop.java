package io.opportune.engine.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.opportune.engine.gateway.ByteBufViews;
import io.opportune.engine.gateway.TransportLoop;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.session.HttpExchangeHandlerSupplier;
import io.opportune.engine.session.HttpResponseSink;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * All that one event loop owns of HTTP: its connections, the requests in flight, the handler behind them, counters and
 * scratch memory.
 */
final class HttpLoop extends TransportLoop {
    /** Names this part in the error log. */
    static final String COMPONENT = "http";

    private static final long MIN_CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long MAX_CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);
    /** Asking the system which sockets are ready takes a few microseconds, unless it had to wait for one. */
    private static final long WAITED_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final HttpGatewaySettings settings;
    private final HttpGatewayCounters counters;
    private final AtomicInteger openConnectionsOfAllLoops;
    private final ResponseHeads heads;
    private final Http1AnswerWriter answers;
    private final HttpResponseSink responseSink;
    private final HttpRequests requests;
    private final PendingMemory pendingMemory;

    private HttpConnection[] resumeQueue = new HttpConnection[16];
    private int resumeCount;

    private final UnsafeBuffer answerView = new UnsafeBuffer(0, 0);
    private long timesCheckedNs;
    private final long checkIntervalNs;
    private final Runnable onIterationEnd = this::endRound;
    private boolean roundBegun;
    private long roundBeganNs;
    private long roundEndedNs;
    private long arrivalNs;

    HttpLoop(
        final int loopIndex,
        final EventLoop eventLoop,
        final HttpGatewayEnvironment environment,
        final HttpGatewayCounters counters,
        final HttpExchangeHandlerSupplier handlers,
        final AtomicInteger openConnectionsOfAllLoops) {
        super(eventLoop, environment.errors(), environment.clock(), environment.epochClock(),
            counters.connectionsOpen(), true);
        this.settings = environment.settings();
        this.counters = counters;
        this.openConnectionsOfAllLoops = openConnectionsOfAllLoops;
        this.heads = new ResponseHeads(settings.openRtbVersion());
        this.answers = new Http1AnswerWriter(heads);
        this.pendingMemory = new PendingMemory(settings);
        this.checkIntervalNs = checkIntervalNs(MIN_CHECK_INTERVAL_NS, MAX_CHECK_INTERVAL_NS,
            settings.requestTimeoutNs(), settings.connections().closeTimeoutNs(),
            settings.connections().slowConsumerTimeoutNs(), settings.connections().idleTimeoutNs());
        final var sink = settings.connections().inline()
            ? new InlineHttpSink(this)
            : new RingHttpSink(this, settings.connections().answerRingBytes());
        this.responseSink = sink;
        final HttpExchangeHandler handler = handlers.get(loopIndex, sink);
        this.requests = new HttpRequests(loopIndex, this, environment.routes(), handler);
        attach(sink, handler);
        tellDate();
        roundBeganNs = nowNs();
        roundEndedNs = roundBeganNs;
    }

    private void tellDate() {
        heads.date(TimeUnit.NANOSECONDS.toSeconds(epochNs()));
    }

    /** Counts a connection before anything is read from it; false when there are too many or the gateway closes. */
    boolean admitConnection(final Channel channel) {
        final int openCount = openConnectionsOfAllLoops.incrementAndGet();
        channel.closeFuture().addListener(closed -> openConnectionsOfAllLoops.decrementAndGet());
        if (isShuttingDown() || openCount > settings.connections().maxConnections()) {
            counters.connectionsRefused().incrementRelease();
            errors().onPeerError(COMPONENT, HttpRefusal.TOO_MANY_CONNECTIONS.text());
            return false;
        }
        counters.connectionsAccepted().incrementRelease();
        return true;
    }

    void opened(final HttpConnection connection) {
        if (connectionCount() == 0) {
            tellDate();
        }
        add(connection);
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
    @Override
    protected long arrivalNs() {
        if (!roundBegun) {
            final long nowNs = nowNs();
            arrivalNs = nowNs - roundEndedNs > WAITED_NS ? nowNs : roundBeganNs;
            roundBeganNs = nowNs;
            roundBegun = true;
            afterIteration(onIterationEnd);
        }
        return arrivalNs;
    }

    /** What is read from now on was not there when the system was asked for the bytes of this round. */
    private void endRound() {
        roundBegun = false;
        roundEndedNs = nowNs();
    }

    @Override
    protected void onBatchRead(final int messageCount, final long byteCount) {
        counters.requests().getAndAddRelease(messageCount);
        counters.bytesRead().getAndAddRelease(byteCount);
    }

    void onBytesWritten(final long bytes) {
        counters.bytesWritten().getAndAddRelease(bytes);
    }

    @Override
    protected void onTick() {
        final long nowNs = nowNs();
        if (nowNs - timesCheckedNs >= checkIntervalNs) {
            timesCheckedNs = nowNs;
            tellDate();
            checkTimes(nowNs);
        }
        super.onTick();
        if (!roundBegun) {
            // In this iteration the system had nothing to read.
            roundBeganNs = nowNs;
            roundEndedNs = nowNs();
        }
    }

    @Override
    protected void onDrained() {
        requests.expire(nowNs());
        resume();
    }

    /** The connection had to stop reading requests and can go on at the end of this batch. */
    void wantsResume(final HttpConnection connection) {
        wantsBatchEndUnlessEnding();
        if (resumeCount == resumeQueue.length) {
            resumeQueue = Arrays.copyOf(resumeQueue, 2 * resumeCount);
        }
        resumeQueue[resumeCount++] = connection;
    }

    private void resume() {
        // Those that are resumed may be answered at once and want to go on again: they wait for the next batch.
        final int count = resumeCount;
        for (int i = 0; i < count; i++) {
            final HttpConnection connection = resumeQueue[i];
            try {
                connection.resume();
            } catch (final Throwable e) {
                connection.onFailure(e);
            }
        }
        System.arraycopy(resumeQueue, count, resumeQueue, 0, resumeCount - count);
        Arrays.fill(resumeQueue, resumeCount - count, resumeCount, null);
        resumeCount -= count;
        if (resumeCount > 0) {
            wantsBatchEnd();
        }
    }

    @Override
    protected void closeAll() {
        super.closeAll();
        requests.close();
    }

    /** Lets the handler hand on what it holds; tells whether nothing is left. Runs on the event loop. */
    Callable<Boolean> settling(final boolean last) {
        return () -> {
            onIdle();
            return requests.isHandlerSettled(last);
        };
    }

    /** What is in flight. */
    HttpRequests requests() {
        return requests;
    }

    /** What requests that are not whole may take. */
    PendingMemory pendingMemory() {
        return pendingMemory;
    }

    HttpResponseSink responseSink() {
        return responseSink;
    }

    HttpGatewaySettings settings() {
        return settings;
    }

    HttpGatewayCounters counters() {
        return counters;
    }

    ResponseHeads heads() {
        return heads;
    }

    Http1AnswerWriter answers() {
        return answers;
    }
}
