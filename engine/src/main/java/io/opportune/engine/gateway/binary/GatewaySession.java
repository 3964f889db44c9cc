package io.opportune.engine.gateway.binary;

import io.netty.channel.ChannelHandlerContext;
import io.opportune.engine.gateway.LoopConnection;
import io.opportune.engine.gateway.binary.SessionConnection.State;
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
final class GatewaySession implements ClientSession, FrameHandler, LoopConnection {
    /** A peer that sends nothing but garbage is cut off; one bad message among good ones is only refused. */
    static final int MAX_BAD_MESSAGES_IN_A_ROW = 32;

    /** Keeps two sides that answer each other's answers from doing so as fast as the network can. */
    private static final long MIN_HEARTBEAT_ANSWER_SPACING_NS = 10_000_000;

    private final long sessionKey;
    private final BinaryLoop loop;
    private final SessionConnection connection;
    private final FrameReader reader;

    private int clientIndex = ClientDirectory.NOT_FOUND;
    private GatewayClient client;
    private int inFlightLimit;
    private int inFlight;
    private int badMessagesInARow;
    private boolean logoffReceived;
    private int loopPosition;
    private long arrivalNs;
    private long heartbeatAnsweredNs;

    GatewaySession(final long sessionKey, final BinaryLoop loop, final ChannelHandlerContext context) {
        this.sessionKey = sessionKey;
        this.loop = loop;
        this.reader = new FrameReader(loop.settings().maxFrameLengthBytes(), this);
        this.connection = new SessionConnection(this, loop, context);
        this.arrivalNs = loop.nowNs();
        this.heartbeatAnsweredNs = arrivalNs - MIN_HEARTBEAT_ANSWER_SPACING_NS;
    }

    /** Takes the bytes of one read. */
    void onBytes(final DirectBuffer buffer, final int lengthBytes) {
        if (connection.isEnding()) {
            return;
        }
        arrivalNs = loop.onBytesRead(lengthBytes);
        connection.onRead(arrivalNs);
        reader.onBytes(buffer, 0, lengthBytes);
    }

    @Override
    public boolean onFrame(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        loop.onMessageRead();
        final int verdict = MessageBounds.check(buffer, offset, lengthBytes);
        if (verdict != MessageBounds.OK) {
            return refuseBadMessage(SessionRefusal.ofVerdict(verdict), buffer, offset, lengthBytes);
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
                return connection.state() == State.ANSWERING;
            }
            case RejectDecoder.TEMPLATE_ID -> {
                return onReject();
            }
            default -> {
                return refuseBadMessage(SessionRefusal.SERVER_MESSAGE, buffer, offset, lengthBytes);
            }
        }
    }

    private boolean onApplicationMessage(
        final int templateId, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (connection.state() != State.ESTABLISHED) {
            return refuseOutsideSession(buffer, offset, lengthBytes);
        }
        badMessagesInARow = 0;
        if (inFlight >= inFlightLimit) {
            loop.errors().onPeerError(BinaryLoop.COMPONENT, SessionRefusal.TOO_MANY_IN_FLIGHT.text());
            refuse(SessionRefusal.TOO_MANY_IN_FLIGHT, buffer, offset, lengthBytes);
            return true;
        }
        inFlight++; // before the call, because an inline engine may answer within it
        final MessageHandler handler = loop.handler();
        final RejectReason reason = handler.onMessage(this, templateId, buffer, offset, lengthBytes, arrivalNs);
        if (reason != null) {
            inFlight--;
            loop.errors().onPeerError("admission", handler.lastRefusal());
            final byte[] text = handler.lastRefusalInFull().getBytes(StandardCharsets.UTF_8);
            connection.sendReject(MessageBounds.correlationId(buffer, offset, lengthBytes), templateId, reason, text);
            closeIfAllAnswered();
        }
        return true;
    }

    private boolean onLogon(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (connection.state() != State.AWAITING_LOGON) {
            return refuseBadMessage(
                connection.state() == State.ESTABLISHED
                    ? SessionRefusal.ALREADY_LOGGED_ON : SessionRefusal.AFTER_LOGOFF,
                buffer, offset, lengthBytes);
        }
        final LogonAdapter logon = loop.logon();
        final SessionRefusal refusal = logon.check(buffer, offset);
        if (refusal != null) {
            loop.counters().logonFailures().incrementRelease();
            loop.errors().onPeerError(BinaryLoop.COMPONENT, refusal.text());
            refuse(refusal, buffer, offset, lengthBytes);
            connection.beginClosing();
            return false;
        }
        clientIndex = logon.clientIndex();
        client = logon.client();
        inFlightLimit = logon.inFlightLimit();
        connection.onLoggedOn(logon.heartbeatIntervalNs());
        loop.counters().logons().incrementRelease();
        connection.send(loop.messages().buffer(), 0,
            loop.messages().logonAck(inFlightLimit, logon.clientSendTimeNs(), loop.epochNs()));
        return true;
    }

    private boolean onHeartbeat(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (connection.state() == State.AWAITING_LOGON) {
            return refuseOutsideSession(buffer, offset, lengthBytes);
        }
        if (arrivalNs - heartbeatAnsweredNs >= MIN_HEARTBEAT_ANSWER_SPACING_NS) {
            heartbeatAnsweredNs = arrivalNs;
            final long sentNs = buffer.getLong(
                offset + MessageHeaderDecoder.ENCODED_LENGTH + HeartbeatDecoder.sendTimeNsEncodingOffset(),
                ByteOrder.LITTLE_ENDIAN);
            final long epochNs = loop.epochNs();
            connection.sendHeartbeat(epochNs, sentNs, epochNs);
        }
        return true;
    }

    /** A refusal is never refused, so that two sides cannot go on about it for ever. */
    private boolean onReject() {
        loop.counters().malformedFrames().incrementRelease();
        loop.errors().onPeerError(BinaryLoop.COMPONENT, SessionRefusal.SERVER_MESSAGE.text());
        return goOnAfterBadMessage();
    }

    /** The peer will send nothing more, by a logoff or by closing its side of the connection. */
    void onPeerFinished() {
        switch (connection.state()) {
            case AWAITING_LOGON -> connection.beginClosing();
            case ESTABLISHED, ANSWERING -> {
                logoffReceived = true;
                beginAnswering();
            }
            case CLOSING -> connection.closeNow();
            case CLOSED -> { }
        }
    }

    @Override
    public void onBrokenFraming(final SessionRefusal refusal) {
        loop.counters().malformedFrames().incrementRelease();
        connection.rejectAndClose(refusal);
    }

    private boolean refuseOutsideSession(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (connection.state() == State.ANSWERING && !logoffReceived) {
            refuse(SessionRefusal.SHUTTING_DOWN, buffer, offset, lengthBytes);
            return true;
        }
        return refuseBadMessage(
            connection.state() == State.AWAITING_LOGON ? SessionRefusal.NOT_LOGGED_ON : SessionRefusal.AFTER_LOGOFF,
            buffer, offset, lengthBytes);
    }

    private boolean refuseBadMessage(
        final SessionRefusal refusal, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        loop.counters().malformedFrames().incrementRelease();
        loop.errors().onPeerError(BinaryLoop.COMPONENT, refusal.text());
        refuse(refusal, buffer, offset, lengthBytes);
        return goOnAfterBadMessage();
    }

    private boolean goOnAfterBadMessage() {
        badMessagesInARow++;
        if (connection.state() == State.AWAITING_LOGON) {
            connection.beginClosing();
        } else if (badMessagesInARow >= MAX_BAD_MESSAGES_IN_A_ROW) {
            loop.errors().onPeerError(BinaryLoop.COMPONENT, SessionRefusal.TOO_MUCH_GARBAGE.text());
            connection.logoffAndClose(SessionRefusal.TOO_MUCH_GARBAGE);
        }
        return connection.state() != State.CLOSING;
    }

    private void refuse(
        final SessionRefusal refusal, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        final int templateId = buffer.getShort(offset + 2, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        connection.sendReject(
            MessageBounds.correlationId(buffer, offset, lengthBytes), templateId, refusal.reason(), refusal.utf8());
    }

    /** Sends the answer to one message in flight; false when it is too late for that. */
    boolean onAnswer(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        inFlight--;
        if (connection.isEnding()) {
            return false;
        }
        connection.send(buffer, offset, lengthBytes);
        closeIfAllAnswered();
        return true;
    }

    /** The server goes down: what is in flight is answered, then comes a logoff. */
    @Override
    public void beginShutdown() {
        switch (connection.state()) {
            case AWAITING_LOGON -> connection.logoffAndClose(SessionRefusal.SHUTTING_DOWN);
            case ESTABLISHED -> beginAnswering();
            case ANSWERING, CLOSING, CLOSED -> { }
        }
    }

    private void beginAnswering() {
        if (connection.state() == State.ESTABLISHED) {
            connection.beginAnswering();
        }
        closeIfAllAnswered();
    }

    private void closeIfAllAnswered() {
        if (connection.state() == State.ANSWERING && inFlight == 0) {
            if (logoffReceived) {
                connection.beginClosing();
            } else {
                connection.logoffAndClose(SessionRefusal.SHUTTING_DOWN);
            }
        }
    }

    @Override
    public void onFailure(final Throwable failure) {
        loop.errors().onFailure(failure);
        connection.closeNow();
    }

    /** How the session is sent to, timed and ended. */
    SessionConnection connection() {
        return connection;
    }

    @Override
    public void flush() {
        connection.flush();
    }

    @Override
    public void checkTimes(final long nowNs) {
        connection.checkTimes(nowNs);
    }

    @Override
    public void closeNow() {
        connection.closeNow();
    }

    @Override
    public int loopPosition() {
        return loopPosition;
    }

    @Override
    public void loopPosition(final int position) {
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
