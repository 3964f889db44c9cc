package io.opportune.engine.gateway;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.opportune.engine.session.ClientSession;
import io.opportune.engine.session.MessageHandler;
import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.codec.ContextUpdateDecoder;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.HeartbeatDecoder;
import io.opportune.protocol.codec.IdentityLinkDecoder;
import io.opportune.protocol.codec.LogoffDecoder;
import io.opportune.protocol.codec.LogonDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.RejectDecoder;
import io.opportune.protocol.codec.RejectReason;
import io.opportune.protocol.codec.ResolveRequestDecoder;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * The rules of one connection from accept to close: who may send what when, how much may be in flight, and how it
 * ends. Owned by one event loop. Never decodes an application message and never blocks.
 */
final class GatewaySession implements ClientSession, FrameHandler {
    /** A peer that sends nothing but garbage is cut off; one bad message among good ones is only refused. */
    static final int MAX_BAD_MESSAGES_IN_A_ROW = 32;

    /** Promised silence may be exceeded this many times: networks and collectors pause. */
    private static final int SILENT_INTERVALS_ALLOWED = 3;
    /** Keeps two sides that answer each other's answers from doing so as fast as the network can. */
    private static final long MIN_HEARTBEAT_ANSWER_SPACING_NS = 10_000_000;

    private enum State {
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

    private final long sessionKey;
    private final GatewayLoop loop;
    private final ChannelHandlerContext context;
    private final SessionOutput output;
    private final FrameReader reader;
    private State state = State.AWAITING_LOGON;

    private int clientIndex = ClientDirectory.NOT_FOUND;
    private GatewayClient client;
    private int inFlightLimit;
    private int inFlight;
    private int badMessagesInARow;
    private boolean logoffReceived;
    private boolean flushWanted;
    private int loopPosition;

    /** All on the monotonic clock. */
    private final long openedNs;
    private long arrivalNs;
    private long idleLimitNs;
    private long lastSentNs;
    private long readingStoppedNs;
    private boolean readingStopped;
    private long deadlineNs;
    private long heartbeatAnsweredNs;

    GatewaySession(final long sessionKey, final GatewayLoop loop, final ChannelHandlerContext context) {
        this.sessionKey = sessionKey;
        this.loop = loop;
        this.context = context;
        this.output = new SessionOutput(context);
        this.reader = new FrameReader(loop.settings().maxFrameLengthBytes(), this);
        this.openedNs = loop.nowNs();
        this.arrivalNs = openedNs;
        this.lastSentNs = openedNs;
        this.heartbeatAnsweredNs = openedNs - MIN_HEARTBEAT_ANSWER_SPACING_NS;
    }

    /** Takes the bytes of one read. */
    void onBytes(final DirectBuffer buffer, final int lengthBytes) {
        if (state == State.CLOSING || state == State.CLOSED) {
            return;
        }
        arrivalNs = loop.nowNs();
        loop.onBytesRead(lengthBytes);
        reader.onBytes(buffer, 0, lengthBytes);
    }

    @Override
    public boolean onFrame(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        loop.onFrameRead();
        final int verdict = MessageBounds.check(buffer, offset, lengthBytes);
        if (verdict != MessageBounds.OK) {
            return refuseBadMessage(Refusal.ofVerdict(verdict), buffer, offset, lengthBytes);
        }
        final int templateId = buffer.getShort(offset + 2, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        switch (templateId) {
            case DecisionRequestDecoder.TEMPLATE_ID, EventReportDecoder.TEMPLATE_ID, ContextUpdateDecoder.TEMPLATE_ID,
                 IdentityLinkDecoder.TEMPLATE_ID, ResolveRequestDecoder.TEMPLATE_ID -> {
                return onApplicationMessage(templateId, buffer, offset, lengthBytes);
            }
            case HeartbeatDecoder.TEMPLATE_ID -> {
                return onHeartbeat(buffer, offset, lengthBytes);
            }
            case LogonDecoder.TEMPLATE_ID -> {
                return onLogon(buffer, offset, lengthBytes);
            }
            case LogoffDecoder.TEMPLATE_ID -> {
                onPeerFinished();
                return state == State.ANSWERING;
            }
            case RejectDecoder.TEMPLATE_ID -> {
                return onReject();
            }
            default -> {
                return refuseBadMessage(Refusal.SERVER_MESSAGE, buffer, offset, lengthBytes);
            }
        }
    }

    private boolean onApplicationMessage(
        final int templateId, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (state != State.ESTABLISHED) {
            return refuseOutsideSession(buffer, offset, lengthBytes);
        }
        badMessagesInARow = 0;
        if (inFlight >= inFlightLimit) {
            loop.errors().onPeerError(GatewayLoop.COMPONENT, Refusal.TOO_MANY_IN_FLIGHT.text());
            refuse(Refusal.TOO_MANY_IN_FLIGHT, buffer, offset, lengthBytes);
            return true;
        }
        inFlight++; // before the call, because an inline engine may answer within it
        final MessageHandler handler = loop.handler();
        final RejectReason reason = handler.onMessage(this, templateId, buffer, offset, lengthBytes, arrivalNs);
        if (reason != null) {
            inFlight--;
            final byte[] text = handler.lastRefusal().getBytes(StandardCharsets.UTF_8);
            sendReject(MessageBounds.correlationId(buffer, offset, lengthBytes), templateId, reason, text);
            closeIfAllAnswered();
        }
        return true;
    }

    private boolean onLogon(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (state != State.AWAITING_LOGON) {
            return refuseBadMessage(
                state == State.ESTABLISHED ? Refusal.ALREADY_LOGGED_ON : Refusal.AFTER_LOGOFF,
                buffer, offset, lengthBytes);
        }
        final LogonAdapter logon = loop.logon();
        final Refusal refusal = logon.check(buffer, offset);
        if (refusal != null) {
            loop.counters().logonFailures().incrementRelease();
            loop.errors().onPeerError(GatewayLoop.COMPONENT, refusal.text());
            refuse(refusal, buffer, offset, lengthBytes);
            beginClosing();
            return false;
        }
        clientIndex = logon.clientIndex();
        client = logon.client();
        inFlightLimit = logon.inFlightLimit();
        idleLimitNs = Math.min(
            loop.settings().idleTimeoutNs(), SILENT_INTERVALS_ALLOWED * logon.heartbeatIntervalNs());
        state = State.ESTABLISHED;
        loop.counters().logons().incrementRelease();
        send(loop.messages().buffer(), 0,
            loop.messages().logonAck(inFlightLimit, logon.clientSendTimeNs(), loop.epochNs()));
        if (loop.isShuttingDown()) {
            beginShutdown();
        }
        return true;
    }

    private boolean onHeartbeat(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (state == State.AWAITING_LOGON) {
            return refuseOutsideSession(buffer, offset, lengthBytes);
        }
        if (arrivalNs - heartbeatAnsweredNs >= MIN_HEARTBEAT_ANSWER_SPACING_NS) {
            heartbeatAnsweredNs = arrivalNs;
            final long sentNs = buffer.getLong(
                offset + MessageHeaderDecoder.ENCODED_LENGTH + HeartbeatDecoder.sendTimeNsEncodingOffset(),
                ByteOrder.LITTLE_ENDIAN);
            final long epochNs = loop.epochNs();
            send(loop.messages().buffer(), 0, loop.messages().heartbeat(epochNs, sentNs, epochNs));
        }
        return true;
    }

    /** A refusal is never refused, so that two sides cannot go on about it for ever. */
    private boolean onReject() {
        loop.counters().malformedFrames().incrementRelease();
        loop.errors().onPeerError(GatewayLoop.COMPONENT, Refusal.SERVER_MESSAGE.text());
        return goOnAfterBadMessage();
    }

    /** The peer will send nothing more, by a logoff or by closing its side of the connection. */
    void onPeerFinished() {
        switch (state) {
            case AWAITING_LOGON -> beginClosing();
            case ESTABLISHED, ANSWERING -> {
                logoffReceived = true;
                beginAnswering();
            }
            case CLOSING -> context.close();
            case CLOSED -> { }
        }
    }

    @Override
    public void onBrokenFraming(final Refusal refusal) {
        loop.counters().malformedFrames().incrementRelease();
        loop.errors().onPeerError(GatewayLoop.COMPONENT, refusal.text());
        sendReject(0, 0, refusal.reason(), refusal.utf8());
        beginClosing();
    }

    private boolean refuseOutsideSession(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (state == State.ANSWERING && !logoffReceived) {
            refuse(Refusal.SHUTTING_DOWN, buffer, offset, lengthBytes);
            return true;
        }
        return refuseBadMessage(
            state == State.AWAITING_LOGON ? Refusal.NOT_LOGGED_ON : Refusal.AFTER_LOGOFF, buffer, offset, lengthBytes);
    }

    private boolean refuseBadMessage(
        final Refusal refusal, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        loop.counters().malformedFrames().incrementRelease();
        loop.errors().onPeerError(GatewayLoop.COMPONENT, refusal.text());
        refuse(refusal, buffer, offset, lengthBytes);
        return goOnAfterBadMessage();
    }

    private boolean goOnAfterBadMessage() {
        badMessagesInARow++;
        if (state == State.AWAITING_LOGON) {
            beginClosing();
        } else if (badMessagesInARow >= MAX_BAD_MESSAGES_IN_A_ROW) {
            loop.errors().onPeerError(GatewayLoop.COMPONENT, Refusal.TOO_MUCH_GARBAGE.text());
            logoffAndClose(Refusal.TOO_MUCH_GARBAGE);
        }
        return state != State.CLOSING;
    }

    private void refuse(
        final Refusal refusal, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        final int templateId = buffer.getShort(offset + 2, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        sendReject(
            MessageBounds.correlationId(buffer, offset, lengthBytes), templateId, refusal.reason(), refusal.utf8());
    }

    private void sendReject(
        final long correlationId, final int templateId, final RejectReason reason, final byte[] utf8) {
        loop.counters().rejects().incrementRelease();
        send(loop.messages().buffer(), 0, loop.messages().reject(correlationId, templateId, reason, utf8));
    }

    /** Sends the answer to one message in flight; false when it is too late for that. */
    boolean onAnswer(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        inFlight--;
        if (state == State.CLOSING || state == State.CLOSED) {
            return false;
        }
        send(buffer, offset, lengthBytes);
        closeIfAllAnswered();
        return true;
    }

    private void send(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (state == State.CLOSING || state == State.CLOSED) {
            return;
        }
        output.append(buffer, offset, lengthBytes);
        if (!flushWanted) {
            flushWanted = true;
            loop.wantsFlush(this);
        }
    }

    /** Called by the loop at the end of a batch. */
    void flush() {
        flushWanted = false;
        if (state != State.CLOSED) {
            lastSentNs = loop.nowNs();
            loop.onBytesWritten(output.flush());
        }
    }

    /** The server goes down: what is in flight is answered, then comes a logoff. */
    void beginShutdown() {
        switch (state) {
            case AWAITING_LOGON -> logoffAndClose(Refusal.SHUTTING_DOWN);
            case ESTABLISHED -> beginAnswering();
            case ANSWERING, CLOSING, CLOSED -> { }
        }
    }

    private void beginAnswering() {
        if (state == State.ESTABLISHED) {
            state = State.ANSWERING;
            deadlineNs = loop.nowNs() + loop.settings().shutdownTimeoutNs();
        }
        closeIfAllAnswered();
    }

    private void closeIfAllAnswered() {
        if (state == State.ANSWERING && inFlight == 0) {
            if (logoffReceived) {
                beginClosing();
            } else {
                logoffAndClose(Refusal.SHUTTING_DOWN);
            }
        }
    }

    private void logoffAndClose(final Refusal refusal) {
        send(loop.messages().buffer(), 0, loop.messages().logoff(refusal.reason(), refusal.utf8()));
        beginClosing();
    }

    /**
     * Sends what waits, then closes our side only. Closing both while bytes of the peer are unread would make the
     * kernel reset the connection and throw away the very message that says why.
     */
    private void beginClosing() {
        state = State.CLOSING;
        deadlineNs = loop.nowNs() + loop.settings().slowConsumerTimeoutNs();
        context.channel().config().setAutoRead(true);
        loop.onBytesWritten(output.flush(this::onLastBytesFlushed));
    }

    private void onLastBytesFlushed(final ChannelFuture flushed) {
        if (!flushed.isSuccess() || ((DuplexChannel) context.channel()).isInputShutdown()) {
            context.close();
        } else if (state == State.CLOSING) {
            deadlineNs = loop.nowNs() + loop.settings().closeTimeoutNs();
            ((DuplexChannel) context.channel()).shutdownOutput();
        }
    }

    /** The connection has gone, whoever closed it. */
    void onClosed() {
        state = State.CLOSED;
        output.release();
    }

    /** Something of ours failed while this session's bytes were handled; its state cannot be trusted. */
    void onFailure(final Throwable failure) {
        loop.errors().onFailure(failure);
        context.close();
    }

    /** Netty's write buffer crossed a watermark: a client that does not read is not read either. */
    void onWritabilityChanged(final boolean writable) {
        if (state != State.CLOSING && readingStopped == writable) {
            readingStopped = !writable;
            readingStoppedNs = loop.nowNs();
            arrivalNs = readingStoppedNs;
            context.channel().config().setAutoRead(writable);
        }
    }

    /** Called by the loop several times per shortest time-out. */
    void checkTimes(final long nowNs) {
        final GatewaySettings settings = loop.settings();
        switch (state) {
            case AWAITING_LOGON -> {
                if (nowNs - openedNs >= settings.logonTimeoutNs()) {
                    loop.counters().logonFailures().incrementRelease();
                    loop.errors().onPeerError(GatewayLoop.COMPONENT, Refusal.LOGON_TIMEOUT.text());
                    sendReject(0, 0, Refusal.LOGON_TIMEOUT.reason(), Refusal.LOGON_TIMEOUT.utf8());
                    beginClosing();
                }
            }
            case ESTABLISHED -> checkEstablished(nowNs, settings);
            case ANSWERING, CLOSING -> {
                if (nowNs - deadlineNs >= 0) {
                    context.close();
                }
            }
            case CLOSED -> { }
        }
    }

    private void checkEstablished(final long nowNs, final GatewaySettings settings) {
        if (readingStopped) {
            if (nowNs - readingStoppedNs >= settings.slowConsumerTimeoutNs()) {
                loop.counters().slowConsumerCloses().incrementRelease();
                loop.errors().onPeerError(GatewayLoop.COMPONENT, "client does not read its answers");
                context.close();
            }
        } else if (nowNs - arrivalNs >= idleLimitNs) {
            loop.counters().idleCloses().incrementRelease();
            loop.errors().onPeerError(GatewayLoop.COMPONENT, Refusal.IDLE_TIMEOUT.text());
            logoffAndClose(Refusal.IDLE_TIMEOUT);
        } else if (nowNs - lastSentNs >= settings.heartbeatIntervalNs()) {
            send(loop.messages().buffer(), 0, loop.messages().heartbeat(
                loop.epochNs(), HeartbeatDecoder.peerSendTimeNsNullValue(),
                HeartbeatDecoder.peerReceiveTimeNsNullValue()));
        }
    }

    /** Refuses the connection as soon as it is open. */
    void refuseConnection(final Refusal refusal) {
        loop.errors().onPeerError(GatewayLoop.COMPONENT, refusal.text());
        sendReject(0, 0, refusal.reason(), refusal.utf8());
        beginClosing();
    }

    void closeNow() {
        context.close();
    }

    /** Where the loop keeps this session. */
    int loopPosition() {
        return loopPosition;
    }

    void loopPosition(final int position) {
        loopPosition = position;
    }

    @Override
    public long sessionKey() {
        return sessionKey;
    }

    @Override
    public int clientIndex() {
        return clientIndex;
    }

    @Override
    public boolean maySetEventTime() {
        return client.maySetEventTime();
    }

    @Override
    public long eventTimeBehindNs() {
        return client.eventTimeBehindNs();
    }

    @Override
    public long eventTimeAheadNs() {
        return client.eventTimeAheadNs();
    }
}
