package io.opportune.engine.gateway.binary;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.opportune.engine.gateway.ByteBufViews;
import io.opportune.engine.gateway.GatewayErrors;
import io.opportune.engine.gateway.OutputBuffers;
import io.opportune.engine.session.MessageHandler;
import io.opportune.engine.session.MessageHandlerSupplier;
import io.opportune.engine.session.SessionKey;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * All that one event loop owns: its sessions, the handler behind it, the way back, counters and scratch memory. Except
 * for the constructor and {@link #responseSink()} only that event loop touches it, so nothing here is locked.
 */
final class BinaryLoop {
    /** Names this part in the error log. */
    static final String COMPONENT = "gateway";

    private static final long INLINE_IDLE_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long MAX_CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int CHECKS_PER_TIMEOUT = 4;
    /** Some 300 us of decisions: nobody's answer waits longer for the messages of others that came with it. */
    private static final int LARGEST_BATCH = 32;

    private final int loopIndex;
    private final EventLoop eventLoop;
    private final BinaryGatewaySettings settings;
    private final BinaryGatewayCounters counters;
    private final GatewayErrors errors;
    private final NanoClock clock;
    private final EpochNanoClock epochClock;
    private final AtomicInteger openSessionsOfAllLoops;
    private final SessionMessages messages;
    private final LogonAdapter logon;
    private final LoopResponseSink responseSink;
    private final MessageHandler handler;
    private final CountDownLatch ended = new CountDownLatch(1);

    private final Long2ObjectHashMap<GatewaySession> sessionByKey = new Long2ObjectHashMap<>();
    private GatewaySession[] sessions = new GatewaySession[16];
    private int sessionCount;
    private long sessionCounter;
    private GatewaySession[] flushQueue = new GatewaySession[16];
    private int flushCount;

    private final OutputBuffers outputBuffers = new OutputBuffers();
    private final UnsafeBuffer readView = new UnsafeBuffer(0, 0);
    private int framesReadInBatch;
    private long bytesReadInBatch;
    private final Runnable onRoundEnd = this::onRoundEnd;
    private boolean batchEndPending;
    private boolean batchEnding;
    private Future<?> inlineIdle;
    private boolean shuttingDown;

    BinaryLoop(
        final int loopIndex,
        final EventLoop eventLoop,
        final BinaryGatewayEnvironment environment,
        final MessageHandlerSupplier handlers,
        final AtomicInteger openSessionsOfAllLoops) {
        this.loopIndex = loopIndex;
        this.eventLoop = eventLoop;
        this.settings = environment.settings();
        this.counters = environment.counters().apply(loopIndex);
        this.errors = environment.errors();
        this.clock = environment.clock();
        this.epochClock = environment.epochClock();
        this.openSessionsOfAllLoops = openSessionsOfAllLoops;
        this.messages = new SessionMessages(settings, environment.catalogueVersion());
        this.logon = new LogonAdapter(environment.clients(), settings.inFlightLimit());
        this.responseSink = settings.inline()
            ? new InlineResponseSink(this, eventLoop)
            : new RingResponseSink(this, eventLoop, settings.answerRingBytes());
        this.handler = handlers.get(loopIndex, responseSink);
    }

    /** Starts looking at time-outs. */
    void start() {
        final long shortestNs = Math.min(
            Math.min(settings.heartbeatIntervalNs(), settings.logonTimeoutNs()),
            Math.min(settings.slowConsumerTimeoutNs(), settings.idleTimeoutNs()));
        final long intervalNs = Math.clamp(
            shortestNs / CHECKS_PER_TIMEOUT, INLINE_IDLE_INTERVAL_NS, MAX_CHECK_INTERVAL_NS);
        eventLoop.scheduleAtFixedRate(this::checkTimes, intervalNs, intervalNs, TimeUnit.NANOSECONDS);
    }

    GatewaySession openSession(final ChannelHandlerContext context) {
        sessionCounter++;
        final GatewaySession session = new GatewaySession(SessionKey.of(loopIndex, sessionCounter), this, context);
        final int openCount = openSessionsOfAllLoops.incrementAndGet();
        add(session);
        if (shuttingDown || openCount > settings.maxSessions()) {
            counters.sessionsRefused().incrementRelease();
            session.connection().rejectAndClose(
                shuttingDown ? SessionRefusal.SHUTTING_DOWN : SessionRefusal.TOO_MANY_SESSIONS);
        } else {
            counters.sessionsAccepted().incrementRelease();
        }
        return session;
    }

    private void add(final GatewaySession session) {
        if (sessionCount == sessions.length) {
            sessions = Arrays.copyOf(sessions, 2 * sessionCount);
        }
        session.loopPosition(sessionCount);
        sessions[sessionCount++] = session;
        sessionByKey.put(session.sessionKey(), session);
        counters.sessionsOpen().setRelease(sessionCount);
        if (settings.inline() && inlineIdle == null) {
            inlineIdle = eventLoop.scheduleAtFixedRate(
                this::onIdle, INLINE_IDLE_INTERVAL_NS, INLINE_IDLE_INTERVAL_NS, TimeUnit.NANOSECONDS);
        }
    }

    /** The connection has gone: its key is never seen again. */
    void closed(final GatewaySession session) {
        session.connection().onClosed();
        final GatewaySession last = sessions[--sessionCount];
        sessions[session.loopPosition()] = last;
        last.loopPosition(session.loopPosition());
        sessions[sessionCount] = null;
        sessionByKey.remove(session.sessionKey());
        openSessionsOfAllLoops.decrementAndGet();
        counters.sessionsOpen().setRelease(sessionCount);
        if (sessionCount == 0) {
            if (inlineIdle != null) {
                inlineIdle.cancel(false);
                inlineIdle = null;
            }
            if (shuttingDown) {
                ended.countDown();
            }
        }
    }

    /** Shows the bytes of one read, until the next one. */
    DirectBuffer viewOf(final ByteBuf bytes) {
        ByteBufViews.wrap(readView, bytes, bytes.readerIndex(), bytes.readableBytes());
        return readView;
    }

    void onBytesRead(final long bytes) {
        bytesReadInBatch += bytes;
    }

    void onFrameRead() {
        framesReadInBatch++;
    }

    void onBytesWritten(final long bytes) {
        counters.bytesWritten().getAndAddRelease(bytes);
    }

    /**
     * All messages of one read have been handed over. They are handled once every connection that was ready has been
     * read (tasks follow the input of a round), or at once when enough have come together: handling a batch keeps the
     * code of deciding in the cache, and handling one message between two reads does not.
     */
    void onReadComplete() {
        if (framesReadInBatch >= LARGEST_BATCH) {
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

    private void onReadBatchEnd() {
        counters.framesRead().getAndAddRelease(framesReadInBatch);
        counters.bytesRead().getAndAddRelease(bytesReadInBatch);
        framesReadInBatch = 0;
        bytesReadInBatch = 0;
        batchEnding = true;
        try {
            handler.onReadBatchEnd();
        } catch (final RuntimeException e) {
            errors.onFailure(e);
        }
        drainAndFlush();
    }

    /** Somebody called {@link LoopResponseSink#wake()}. */
    void onWake() {
        onIdle();
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
        } catch (final RuntimeException e) {
            errors.onFailure(e);
        }
        flush();
        batchEnding = false;
    }

    /** Sends one answer into its session's batch, or drops it when the session has gone. */
    void deliver(final long sessionKey, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        final GatewaySession session = sessionByKey.get(sessionKey);
        if (session == null || !session.onAnswer(buffer, offset, lengthBytes)) {
            counters.answersDropped().incrementRelease();
        }
    }

    /**
     * The session has something to send at the end of this batch; where there is none, because another transport on
     * the same event loop had the engine at work, one is made.
     */
    void wantsFlush(final GatewaySession session) {
        if (!batchEnding) {
            wantsBatchEnd();
        }
        if (flushCount == flushQueue.length) {
            flushQueue = Arrays.copyOf(flushQueue, 2 * flushCount);
        }
        flushQueue[flushCount++] = session;
    }

    /** One write and flush for each session that has something to send. */
    void flush() {
        for (int i = 0; i < flushCount; i++) {
            final GatewaySession session = flushQueue[i];
            flushQueue[i] = null;
            session.connection().flush();
        }
        flushCount = 0;
    }

    private void checkTimes() {
        final long nowNs = clock.nanoTime();
        // Backwards, because a session that closes at once is replaced by the last one.
        for (int i = sessionCount - 1; i >= 0; i--) {
            sessions[i].connection().checkTimes(nowNs);
        }
        flush();
    }

    /** Every session is answered and logged off; {@link #ended()} tells when all have gone. */
    void beginShutdown() {
        shuttingDown = true;
        for (int i = sessionCount - 1; i >= 0; i--) {
            sessions[i].beginShutdown();
        }
        flush();
        if (sessionCount == 0) {
            ended.countDown();
        }
    }

    /** The patience with those that are left is over. */
    void closeAll() {
        for (int i = sessionCount - 1; i >= 0; i--) {
            sessions[i].connection().closeNow();
        }
        outputBuffers.close();
    }

    CountDownLatch ended() {
        return ended;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    LoopResponseSink responseSink() {
        return responseSink;
    }

    long nowNs() {
        return clock.nanoTime();
    }

    long epochNs() {
        return epochClock.nanoTime();
    }

    BinaryGatewaySettings settings() {
        return settings;
    }

    BinaryGatewayCounters counters() {
        return counters;
    }

    GatewayErrors errors() {
        return errors;
    }

    SessionMessages messages() {
        return messages;
    }

    OutputBuffers outputBuffers() {
        return outputBuffers;
    }

    LogonAdapter logon() {
        return logon;
    }

    MessageHandler handler() {
        return handler;
    }
}
