package io.opportune.engine.gateway.binary;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.opportune.engine.gateway.ConnectionOutput;
import io.opportune.protocol.codec.HeartbeatDecoder;
import io.opportune.protocol.codec.RejectReason;
import org.agrona.DirectBuffer;

/**
 * The outgoing side of one connection, its time-outs, and its end. Owned by one event loop; knows nothing of what the
 * client's messages mean.
 */
final class SessionConnection {
    /** Promised silence may be exceeded this many times: networks and collectors pause. */
    private static final int SILENT_INTERVALS_ALLOWED = 3;
    private static final String SLOW_CONSUMER = "client does not read its answers";

    /** What may still happen on a connection. */
    enum State {
        /** Connected; nothing but a logon is welcome. */
        AWAITING_LOGON,
        /** Logged on. */
        ESTABLISHED,
        /** One side said goodbye: answers in flight still go out, new messages are refused. */
        ANSWERING,
        /** The last bytes are on their way; what comes in is ignored until the peer closes too. */
        CLOSING,
        /** Gone. */
        CLOSED
    }

    private final GatewaySession session;
    private final BinaryLoop loop;
    private final ChannelHandlerContext context;
    private final ConnectionOutput output;
    private State state = State.AWAITING_LOGON;
    private boolean flushWanted;
    private boolean readingStopped;

    /** All on the monotonic clock. */
    private final long openedNs;
    private long lastReadNs;
    private long lastSentNs;
    private long idleLimitNs;
    private long readingStoppedNs;
    private long deadlineNs;

    SessionConnection(final GatewaySession session, final BinaryLoop loop, final ChannelHandlerContext context) {
        this.session = session;
        this.loop = loop;
        this.context = context;
        this.output = new ConnectionOutput(context, loop.outputBuffers());
        this.openedNs = loop.nowNs();
        this.lastReadNs = openedNs;
        this.lastSentNs = openedNs;
    }

    State state() {
        return state;
    }

    boolean isEnding() {
        return state == State.CLOSING || state == State.CLOSED;
    }

    /** The client has sent something. */
    void onRead(final long nowNs) {
        lastReadNs = nowNs;
    }

    void onLoggedOn(final long promisedIntervalNs) {
        state = State.ESTABLISHED;
        idleLimitNs = Math.min(
            loop.settings().connections().idleTimeoutNs(), SILENT_INTERVALS_ALLOWED * promisedIntervalNs);
    }

    /** No new messages from here on; the session says when all answers are out. */
    void beginAnswering() {
        state = State.ANSWERING;
        deadlineNs = loop.nowNs() + loop.settings().connections().shutdownTimeoutNs();
    }

    /** Puts a frame behind those that go out at the end of this batch. */
    void send(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (isEnding()) {
            return;
        }
        output.append(buffer, offset, lengthBytes);
        if (!flushWanted) {
            flushWanted = true;
            loop.wantsFlush(session);
        }
    }

    void sendReject(
        final long correlationId, final int templateId, final RejectReason reason, final byte[] utf8) {
        loop.counters().rejects().incrementRelease();
        send(loop.messages().buffer(), 0, loop.messages().reject(correlationId, templateId, reason, utf8));
    }

    void sendHeartbeat(final long sendTimeNs, final long peerSendTimeNs, final long peerReceiveTimeNs) {
        send(loop.messages().buffer(), 0,
            loop.messages().heartbeat(sendTimeNs, peerSendTimeNs, peerReceiveTimeNs));
    }

    void logoffAndClose(final SessionRefusal refusal) {
        send(loop.messages().buffer(), 0, loop.messages().logoff(refusal.reason(), refusal.utf8()));
        beginClosing();
    }

    void rejectAndClose(final SessionRefusal refusal) {
        loop.errors().onPeerError(BinaryLoop.COMPONENT, refusal.text());
        sendReject(0, 0, refusal.reason(), refusal.utf8());
        beginClosing();
    }

    /** Called by the loop at the end of a batch. */
    void flush() {
        flushWanted = false;
        if (state != State.CLOSED) {
            lastSentNs = loop.nowNs();
            loop.onBytesWritten(output.flush());
        }
    }

    /**
     * Sends what waits, then closes our side only. Closing both while bytes of the peer are unread would make the
     * kernel reset the connection and throw away the very message that says why.
     */
    void beginClosing() {
        state = State.CLOSING;
        deadlineNs = loop.nowNs() + loop.settings().connections().slowConsumerTimeoutNs();
        context.channel().config().setAutoRead(true);
        loop.onBytesWritten(output.flush(this::onLastBytesFlushed));
    }

    private void onLastBytesFlushed(final ChannelFuture flushed) {
        if (!flushed.isSuccess() || channel().isInputShutdown()) {
            context.close();
        } else if (state == State.CLOSING) {
            deadlineNs = loop.nowNs() + loop.settings().connections().closeTimeoutNs();
            channel().shutdownOutput();
        }
    }

    private DuplexChannel channel() {
        return (DuplexChannel) context.channel();
    }

    void closeNow() {
        context.close();
    }

    /** The connection has gone, whoever closed it. */
    void onClosed() {
        state = State.CLOSED;
        output.release();
    }

    /** Netty's write buffer crossed a watermark: a client that does not read is not read either. */
    void onWritabilityChanged(final boolean writable) {
        if (!isEnding() && readingStopped == writable) {
            readingStopped = !writable;
            readingStoppedNs = loop.nowNs();
            lastReadNs = readingStoppedNs;
            context.channel().config().setAutoRead(writable);
        }
    }

    /** Called by the loop several times per shortest time-out. */
    void checkTimes(final long nowNs) {
        switch (state) {
            case AWAITING_LOGON -> {
                if (nowNs - openedNs >= loop.settings().logonTimeoutNs()) {
                    loop.counters().logonFailures().incrementRelease();
                    rejectAndClose(SessionRefusal.LOGON_TIMEOUT);
                }
            }
            case ESTABLISHED -> checkEstablished(nowNs, loop.settings());
            case ANSWERING, CLOSING -> {
                if (nowNs - deadlineNs >= 0) {
                    context.close();
                }
            }
            case CLOSED -> { }
        }
    }

    private void checkEstablished(final long nowNs, final BinaryGatewaySettings settings) {
        if (readingStopped) {
            if (nowNs - readingStoppedNs >= settings.connections().slowConsumerTimeoutNs()) {
                loop.counters().slowConsumerCloses().incrementRelease();
                loop.errors().onPeerError(BinaryLoop.COMPONENT, SLOW_CONSUMER);
                context.close();
            }
        } else if (nowNs - lastReadNs >= idleLimitNs) {
            loop.counters().idleCloses().incrementRelease();
            loop.errors().onPeerError(BinaryLoop.COMPONENT, SessionRefusal.IDLE_TIMEOUT.text());
            logoffAndClose(SessionRefusal.IDLE_TIMEOUT);
        } else if (nowNs - lastSentNs >= settings.heartbeatIntervalNs()) {
            sendHeartbeat(loop.epochNs(), HeartbeatDecoder.peerSendTimeNsNullValue(),
                HeartbeatDecoder.peerReceiveTimeNsNullValue());
        }
    }
}
