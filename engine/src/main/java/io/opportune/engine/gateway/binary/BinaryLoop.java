package io.opportune.engine.gateway.binary;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.opportune.engine.gateway.TransportLoop;
import io.opportune.engine.session.MessageHandler;
import io.opportune.engine.session.MessageHandlerSupplier;
import io.opportune.engine.session.ResponseSink;
import io.opportune.engine.session.SessionKey;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;

/** All that one event loop owns of the binary protocol: its sessions, the handler behind it, counters and messages. */
final class BinaryLoop extends TransportLoop {
    /** Names this part in the error log. */
    static final String COMPONENT = "gateway";

    private static final long MIN_CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long MAX_CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final int loopIndex;
    private final BinaryGatewaySettings settings;
    private final BinaryGatewayCounters counters;
    private final AtomicInteger openSessionsOfAllLoops;
    private final SessionMessages messages;
    private final LogonAdapter logon;
    private final ResponseSink responseSink;
    private final MessageHandler handler;
    private final Long2ObjectHashMap<GatewaySession> sessionByKey = new Long2ObjectHashMap<>();
    private long sessionCounter;

    BinaryLoop(
        final int loopIndex,
        final EventLoop eventLoop,
        final BinaryGatewayEnvironment environment,
        final BinaryGatewayCounters counters,
        final MessageHandlerSupplier handlers,
        final AtomicInteger openSessionsOfAllLoops) {
        super(eventLoop, environment.errors(), environment.clock(), environment.epochClock(),
            counters.sessionsOpen(), environment.settings().connections().inline());
        this.loopIndex = loopIndex;
        this.settings = environment.settings();
        this.counters = counters;
        this.openSessionsOfAllLoops = openSessionsOfAllLoops;
        this.messages = new SessionMessages(settings, environment.catalogueVersion());
        this.logon = new LogonAdapter(environment.clients(), settings.connections().inFlightLimit());
        final var sink = settings.connections().inline()
            ? new InlineResponseSink(this)
            : new RingResponseSink(this, settings.connections().answerRingBytes());
        this.responseSink = sink;
        this.handler = handlers.get(loopIndex, sink);
        attach(sink, handler);
    }

    /** Starts looking at time-outs. */
    void start() {
        final long intervalNs = checkIntervalNs(MIN_CHECK_INTERVAL_NS, MAX_CHECK_INTERVAL_NS,
            settings.heartbeatIntervalNs(), settings.logonTimeoutNs(),
            settings.connections().slowConsumerTimeoutNs(), settings.connections().idleTimeoutNs());
        eventLoop().scheduleAtFixedRate(this::checkTimes, intervalNs, intervalNs, TimeUnit.NANOSECONDS);
    }

    private void checkTimes() {
        checkTimes(nowNs());
        flush();
    }

    GatewaySession openSession(final ChannelHandlerContext context) {
        sessionCounter++;
        final GatewaySession session = new GatewaySession(SessionKey.of(loopIndex, sessionCounter), this, context);
        final int openCount = openSessionsOfAllLoops.incrementAndGet();
        add(session);
        sessionByKey.put(session.sessionKey(), session);
        if (isShuttingDown() || openCount > settings.connections().maxConnections()) {
            counters.sessionsRefused().incrementRelease();
            session.connection().rejectAndClose(
                isShuttingDown() ? SessionRefusal.SHUTTING_DOWN : SessionRefusal.TOO_MANY_SESSIONS);
        } else {
            counters.sessionsAccepted().incrementRelease();
        }
        return session;
    }

    /** The connection has gone: its key is never seen again. */
    void closed(final GatewaySession session) {
        session.connection().onClosed();
        sessionByKey.remove(session.sessionKey());
        openSessionsOfAllLoops.decrementAndGet();
        remove(session);
    }

    @Override
    protected void onBatchRead(final int messageCount, final long byteCount) {
        counters.framesRead().getAndAddRelease(messageCount);
        counters.bytesRead().getAndAddRelease(byteCount);
    }

    void onBytesWritten(final long bytes) {
        counters.bytesWritten().getAndAddRelease(bytes);
    }

    /**
     * Sends one answer into its session's batch, or drops it when the session has gone. Whatever fails on the way costs
     * the session, and nobody else's answer.
     */
    void deliver(final long sessionKey, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        final GatewaySession session = sessionByKey.get(sessionKey);
        boolean sent = false;
        if (session != null) {
            try {
                sent = session.onAnswer(buffer, offset, lengthBytes);
            } catch (final Throwable e) {
                session.onFailure(e);
            }
        }
        if (!sent) {
            counters.answersDropped().incrementRelease();
        }
    }

    ResponseSink responseSink() {
        return responseSink;
    }

    BinaryGatewaySettings settings() {
        return settings;
    }

    BinaryGatewayCounters counters() {
        return counters;
    }

    SessionMessages messages() {
        return messages;
    }

    LogonAdapter logon() {
        return logon;
    }

    MessageHandler handler() {
        return handler;
    }
}
