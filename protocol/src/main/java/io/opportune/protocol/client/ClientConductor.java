package io.opportune.protocol.client;

import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.HeartbeatDecoder;
import io.opportune.protocol.codec.HeartbeatEncoder;
import io.opportune.protocol.codec.LogoffDecoder;
import io.opportune.protocol.codec.LogonAckDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.RejectDecoder;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/**
 * The client's side of the session: connects, logs on, keeps it alive, gives it up when it is stuck or breaks the
 * protocol, and connects again. Owned by the event loop, knows no transport and no clock of its own, so that tests
 * drive it through years in a second.
 *
 * <pre>
 *   CONNECTING -> LOGGING_ON -> READY -> DRAINING (after the server's logoff)
 *        ^            |           |         |
 *        +-- BACKING_OFF <--------+---------+        any -> CLOSED
 * </pre>
 */
final class ClientConductor {
    /** Promised silences may pass so often before the server counts as gone. */
    private static final int SILENCES = 3;
    /** How long answers are awaited after the server's logoff. */
    private static final long DRAIN_TIMEOUT_NS = 1_000_000_000L;

    enum State {
        CONNECTING, LOGGING_ON, READY, DRAINING, BACKING_OFF, CLOSED
    }

    private final TillClientSettings settings;
    private final ClientTransport transport;
    private final RequestPool pool;
    private final RequestBook book;
    private final AnswerAdapter answers;
    private final SessionProxy session;
    private final ClientStatistics statistics;
    private final Consumer<ServerInfo> onLogon;
    private final Backoff backoff;
    private final ClockOffset clockOffset = new ClockOffset();
    private final FrameAssembler assembler;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final LogonAckDecoder logonAck = new LogonAckDecoder();
    private final HeartbeatDecoder heartbeat = new HeartbeatDecoder();
    private final RejectDecoder reject = new RejectDecoder();
    private final LogoffDecoder logoff = new LogoffDecoder();

    private State state = State.BACKING_OFF;
    private long connectionId;
    private long stateDeadlineNs;
    private long readySinceNs;
    private long heartbeatDueNs;
    private long lastReadNs;
    private long silenceNs;
    private long peerSendTimeNs;
    private long peerReceiveTimeNs;
    private boolean closing;
    private long closeDeadlineNs = Long.MAX_VALUE;
    private volatile boolean ready;
    private volatile ServerInfo server;
    private volatile String lastProblem = "";

    ClientConductor(
        final TillClientSettings settings,
        final RequestPool pool,
        final ClientTransport transport,
        final ClientStatistics statistics,
        final Completions completions,
        final Consumer<ServerInfo> onLogon) {
        this.settings = settings;
        this.pool = pool;
        this.transport = transport;
        this.statistics = statistics;
        this.onLogon = onLogon;
        book = new RequestBook(settings, pool, transport, statistics, completions);
        answers = new AnswerAdapter(book, statistics, completions, clockOffset, settings);
        session = new SessionProxy(transport, settings);
        backoff = new Backoff(settings.backoffMinNs(), settings.backoffMaxNs(), settings.random());
        assembler = new FrameAssembler(settings.maxFrameLengthBytes());
    }

    void start(final long nowNs) {
        connect(nowNs);
    }

    void onConnected(final long id, final long nowNs) {
        if (id != connectionId || state != State.CONNECTING) {
            return;
        }
        state = State.LOGGING_ON;
        stateDeadlineNs = nowNs + settings.logonTimeoutNs();
        session.logon();
    }

    /** The connection ended or never came to be. */
    void onDisconnected(final long id, final String why, final long nowNs) {
        if (id == connectionId) {
            disconnect(why, nowNs);
        }
    }

    /** Bytes of this connection were committed to the assembler. */
    void onRead(final long id, final long nowNs) {
        if (id != connectionId) {
            return;
        }
        lastReadNs = nowNs;
        int lengthBytes = assembler.frameLengthBytes();
        while (lengthBytes > 0 && id == connectionId) {
            final int offset = assembler.frameOffset() + Sofh.HEADER_LENGTH_BYTES;
            assembler.skip(lengthBytes);
            onMessage(assembler.buffer(), offset, lengthBytes - Sofh.HEADER_LENGTH_BYTES, nowNs);
            if (id == connectionId) {
                lengthBytes = assembler.frameLengthBytes();
            }
        }
        if (id == connectionId && lengthBytes == FrameAssembler.BROKEN) {
            protocolError("a frame with a length or an encoding that is not acceptable", nowNs);
        }
        afterWork(nowNs);
    }

    void submit(final PendingRequest request, final long nowNs) {
        if (state == State.CLOSED) {
            book.fail(request, FailureKind.CLOSED);
        } else {
            book.submit(request, nowNs);
        }
    }

    /** Writes what was submitted, in one go. */
    void onSubmitted(final long nowNs) {
        afterWork(nowNs);
    }

    void poll(final long nowNs) {
        switch (state) {
            case BACKING_OFF -> {
                if (nowNs >= stateDeadlineNs) {
                    connect(nowNs);
                }
            }
            case CONNECTING, LOGGING_ON -> {
                if (nowNs >= stateDeadlineNs) {
                    disconnect(state == State.CONNECTING ? "connect time-out" : "logon time-out", nowNs);
                }
            }
            case READY -> keepAlive(nowNs);
            case DRAINING -> {
                if (nowNs >= stateDeadlineNs) {
                    disconnect("the server logged off", nowNs);
                }
            }
            case CLOSED -> {
                return;
            }
        }
        while (!book.expire(nowNs)) {
            disconnect("no answer within the answer time-out", nowNs);
        }
        afterWork(nowNs);
    }

    /** When {@link #poll(long)} has to be called next. */
    long nextDueNs() {
        final long sessionNs = switch (state) {
            case BACKING_OFF, CONNECTING, LOGGING_ON, DRAINING -> stateDeadlineNs;
            case READY -> Math.min(heartbeatDueNs, lastReadNs + silenceNs);
            case CLOSED -> Long.MAX_VALUE;
        };
        return state == State.CLOSED
            ? Long.MAX_VALUE : Math.min(Math.min(sessionNs, closeDeadlineNs), book.nextDueNs());
    }

    /** Takes nothing more; closes when everything is answered or the time-out has passed. */
    void close(final long nowNs) {
        if (!closing) {
            closing = true;
            closeDeadlineNs = nowNs + settings.closeTimeoutNs();
            afterWork(nowNs);
        }
    }

    /** Closes without waiting. */
    void terminate() {
        if (state == State.CLOSED) {
            return;
        }
        final boolean loggedOn = state == State.READY;
        ready = false;
        state = State.CLOSED;
        connectionId++;
        book.failAll(FailureKind.CLOSED);
        if (loggedOn) {
            session.logoff();
        }
        transport.close();
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Whether decisions can be sent; any thread. */
    boolean isReady() {
        return ready;
    }

    /** Null before the first logon; any thread. */
    ServerInfo server() {
        return server;
    }

    /** Why the last connection or attempt ended; any thread. */
    String lastProblem() {
        return lastProblem;
    }

    ClockOffset clockOffset() {
        return clockOffset;
    }

    /** Whether bytes and events of this connection still count. */
    boolean isCurrent(final long id) {
        return id == connectionId;
    }

    FrameAssembler assembler() {
        return assembler;
    }

    State state() {
        return state;
    }

    private void connect(final long nowNs) {
        assembler.reset();
        state = State.CONNECTING;
        stateDeadlineNs = nowNs + settings.connectTimeoutNs();
        transport.connect(++connectionId);
    }

    private void disconnect(final String why, final long nowNs) {
        if (state == State.CLOSED || state == State.BACKING_OFF) {
            return;
        }
        final boolean wasReady = state == State.READY || state == State.DRAINING;
        ready = false;
        state = State.BACKING_OFF;
        connectionId++;
        lastProblem = why;
        if (wasReady) {
            statistics.countDisconnect();
        } else {
            statistics.countLogonFailure();
        }
        if (wasReady && nowNs - readySinceNs >= settings.stableAfterNs()) {
            backoff.reset();
        }
        stateDeadlineNs = nowNs + backoff.nextDelayNs();
        transport.close();
        book.onDisconnected();
    }

    private void protocolError(final String what, final long nowNs) {
        statistics.countProtocolError();
        disconnect(what, nowNs);
    }

    private void keepAlive(final long nowNs) {
        if (nowNs - lastReadNs >= silenceNs) {
            disconnect("the server is silent", nowNs);
        } else if (nowNs >= heartbeatDueNs) {
            heartbeatDueNs = nowNs + settings.heartbeatIntervalNs() / 4 * 3;
            session.heartbeat(peerSendTimeNs, peerReceiveTimeNs);
        }
    }

    private void afterWork(final long nowNs) {
        if (state == State.READY) {
            book.sendWaiting(nowNs);
            transport.flush();
        } else if (state == State.DRAINING && book.onWire() == 0) {
            disconnect("the server logged off", nowNs);
        }
        if (closing && state != State.CLOSED && (nowNs >= closeDeadlineNs || pool.isIdle())) {
            terminate();
        }
    }

    private void onMessage(final DirectBuffer buffer, final int offset, final int lengthBytes, final long nowNs) {
        final int code = MessageBounds.check(buffer, offset, lengthBytes);
        if (code == MessageBounds.UNKNOWN_TEMPLATE && state == State.READY) {
            // A newer server may say more than we know; its frames tell us how far to skip.
            statistics.countProtocolError();
            return;
        }
        if (code != MessageBounds.OK) {
            protocolError("a message that does not fit its frame or its schema", nowNs);
            return;
        }
        header.wrap(buffer, offset);
        switch (state) {
            case LOGGING_ON -> onLogonAnswer(buffer, offset, nowNs);
            case READY, DRAINING -> onSessionMessage(buffer, offset, nowNs);
            default -> protocolError("a message before the logon", nowNs);
        }
    }

    private void onLogonAnswer(final DirectBuffer buffer, final int offset, final long nowNs) {
        final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        switch (header.templateId()) {
            case LogonAckDecoder.TEMPLATE_ID -> {
                logonAck.wrap(buffer, body, header.blockLength(), header.version());
                onLogonAck(nowNs);
            }
            case RejectDecoder.TEMPLATE_ID -> {
                reject.wrap(buffer, body, header.blockLength(), header.version());
                disconnect("logon refused: " + reject.reason() + ": " + reject.text(), nowNs);
            }
            case LogoffDecoder.TEMPLATE_ID -> {
                logoff.wrap(buffer, body, header.blockLength(), header.version());
                disconnect("logon refused: " + logoff.reason() + ": " + logoff.text(), nowNs);
            }
            case HeartbeatDecoder.TEMPLATE_ID -> onHeartbeat(buffer, body);
            default -> protocolError("an answer before the logon's", nowNs);
        }
    }

    private void onLogonAck(final long nowNs) {
        final int serverLimit = (int) Math.min(logonAck.inFlightLimit(), Integer.MAX_VALUE);
        final int maxFrameLengthBytes = (int) Math.min(logonAck.maxFrameLengthBytes(), Integer.MAX_VALUE);
        if (serverLimit < 1 || logonAck.heartbeatIntervalMs() < 1) {
            protocolError("a logon acknowledgement with a limit or an interval of 0", nowNs);
            return;
        }
        final long receivedNs = settings.epochClock().nanoTime();
        clockOffset.reset();
        clockOffset.sample(
            logonAck.clientSendTimeNs(), logonAck.serverTimeNs(), logonAck.serverTimeNs(), receivedNs);
        server = new ServerInfo(logonAck.protocolVersion(), logonAck.serverVersion(),
            logonAck.catalogueVersion().counter(), logonAck.catalogueVersion().contentHash(), serverLimit,
            maxFrameLengthBytes, logonAck.maxTimeBudgetUs(), logonAck.maxOffers(), logonAck.heartbeatIntervalMs());
        state = State.READY;
        readySinceNs = nowNs;
        heartbeatDueNs = nowNs + settings.heartbeatIntervalNs() / 4 * 3;
        silenceNs = SILENCES * 1_000_000L * logonAck.heartbeatIntervalMs();
        peerSendTimeNs = HeartbeatEncoder.peerSendTimeNsNullValue();
        peerReceiveTimeNs = HeartbeatEncoder.peerReceiveTimeNsNullValue();
        statistics.countLogon();
        book.onReady(serverLimit, maxFrameLengthBytes, nowNs);
        ready = !closing;
        onLogon.accept(server);
    }

    private void onSessionMessage(final DirectBuffer buffer, final int offset, final long nowNs) {
        final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        if (header.templateId() == HeartbeatDecoder.TEMPLATE_ID) {
            onHeartbeat(buffer, body);
        } else if (header.templateId() == LogoffDecoder.TEMPLATE_ID) {
            ready = false;
            state = State.DRAINING;
            stateDeadlineNs = nowNs + DRAIN_TIMEOUT_NS;
            book.onDraining();
        } else if (!answers.onMessage(header, buffer, offset, nowNs)) {
            protocolError("a message that only clients send, or a second logon acknowledgement", nowNs);
        }
    }

    private void onHeartbeat(final DirectBuffer buffer, final int body) {
        heartbeat.wrap(buffer, body, header.blockLength(), header.version());
        final long receivedNs = settings.epochClock().nanoTime();
        peerSendTimeNs = heartbeat.sendTimeNs();
        peerReceiveTimeNs = receivedNs;
        clockOffset.sample(
            heartbeat.peerSendTimeNs(), heartbeat.peerReceiveTimeNs(), heartbeat.sendTimeNs(), receivedNs);
    }
}
