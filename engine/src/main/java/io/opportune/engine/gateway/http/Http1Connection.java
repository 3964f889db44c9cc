package io.opportune.engine.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.opportune.engine.gateway.ConnectionOutput;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One HTTP/1 connection from accept to close: requests are read in place where one read holds them whole, and answers
 * leave in the order of their requests however they come. Turns into an {@link Http2Connection} when the first bytes
 * are that version's preface. Owned by one event loop; allocates nothing per request.
 */
final class Http1Connection extends HttpConnection {
    private static final byte[] HTTP2_PREFACE = HeadFields.ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    private static final DirectBuffer CONTINUE = new UnsafeBuffer(HeadFields.ascii("HTTP/1.1 100 Continue\r\n\r\n"));

    private enum State {
        /** Requests are read. */
        OPEN,
        /** The last request has been read; answers still go out. */
        ANSWERING,
        /** The last bytes are on their way; what comes in is ignored until the peer closes too. */
        CLOSING
    }

    private final Http1Parser parser;
    private final boolean admitted;
    private final boolean mayBecomeHttp2;
    private final RequestTail tail;
    private ConnectionOutput output;
    private State state = State.OPEN;
    private boolean first = true;

    private long lastReadNs;
    private boolean requestBegun;
    private long requestArrivalNs;
    private boolean expectationMet;
    private boolean continueWanted;

    private HttpExchange oldest;
    private HttpExchange newest;
    private int inFlight;
    private boolean stalled;
    private boolean resumeWanted;
    private boolean inputEnded;
    private boolean closeWanted;
    private boolean closeBegun;
    private long closeDeadlineNs;

    /** Refused connections get a 503; those that came through TLS have settled their version already. */
    Http1Connection(final HttpLoop loop, final boolean admitted, final boolean mayBecomeHttp2) {
        super(loop);
        this.admitted = admitted;
        this.mayBecomeHttp2 = mayBecomeHttp2;
        final HttpGatewaySettings settings = loop.settings();
        this.parser = new Http1Parser(settings.maxHeadBytes(), settings.maxFields(), settings.maxBodyBytes());
        this.tail = new RequestTail(parser, loop.pendingMemory());
    }

    @Override
    void onOpen() {
        output = new ConnectionOutput(context(), loop().outputBuffers());
        if (!admitted) {
            refuse(HttpRefusal.TOO_MANY_CONNECTIONS);
        }
    }

    @Override
    public void channelRead(final ChannelHandlerContext read, final Object message) {
        final ByteBuf bytes = (ByteBuf) message;
        try {
            lastReadNs = loop().onBytesRead(bytes.readableBytes());
            onActivity(lastReadNs);
            if (state == State.OPEN) {
                onBytes(bytes);
            }
        } catch (final RuntimeException | LinkageError | AssertionError e) {
            onFailure(e);
        } finally {
            bytes.release();
        }
    }

    private void onBytes(final ByteBuf bytes) {
        if (!tail.isEmpty()) {
            if (tail.append(context().alloc(), bytes)) {
                parseTail();
            } else {
                refuse(HttpRefusal.TOO_MUCH_WAITING);
            }
            return;
        }
        final int length = bytes.readableBytes();
        final UnsafeBuffer view = loop().viewOf(bytes);
        final int used = parse(view, length);
        if (used < length && state == State.OPEN && isOpen() && !tail.keep(context().alloc(), view, used, length)) {
            refuse(HttpRefusal.TOO_MUCH_WAITING);
        }
        stallIfNeeded();
    }

    /** Takes as many requests as are whole; gives where the first begins that is not. */
    private int parse(final UnsafeBuffer view, final int length) {
        int at = 0;
        while (at < length && canTakeRequest()) {
            if (first) {
                final int preface = prefaceLength(view, at, length);
                if (preface == HTTP2_PREFACE.length) {
                    becomeHttp2(view, at, length);
                    return length;
                }
                if (preface == length - at) {
                    beginRequest();
                    return at;
                }
                first = false;
            }
            if (!requestBegun) {
                requestArrivalNs = lastReadNs;
            }
            final int result = parser.parse(view, at, length);
            if (result == Http1Parser.REFUSED) {
                refuse(parser.refusal());
                return length;
            }
            if (result == Http1Parser.NEED_MORE) {
                return onNeedMore(view, at, length);
            }
            onRequest(view, at);
            at += parser.consumedLength();
            parser.reset();
            requestBegun = false;
            expectationMet = false;
        }
        return at;
    }

    private void beginRequest() {
        if (!requestBegun) {
            requestBegun = true;
            requestArrivalNs = lastReadNs;
        }
    }

    private boolean canTakeRequest() {
        return state == State.OPEN && inFlight < loop().settings().connections().inFlightLimit() && !isUnwritable();
    }

    /** How many bytes are the beginning of HTTP/2's preface, RFC 9113 section 3.4; none where it has no place. */
    private int prefaceLength(final UnsafeBuffer view, final int at, final int length) {
        if (!mayBecomeHttp2) {
            return 0;
        }
        final int end = Math.min(length - at, HTTP2_PREFACE.length);
        for (int i = 0; i < end; i++) {
            if (view.getByte(at + i) != HTTP2_PREFACE[i]) {
                return 0;
            }
        }
        return end;
    }

    private void becomeHttp2(final UnsafeBuffer view, final int at, final int length) {
        final ByteBuf bytes = context().alloc().directBuffer(length - at);
        view.getBytes(at, bytes.internalNioBuffer(0, length - at), length - at);
        bytes.writerIndex(length - at);
        state = State.CLOSING; // nothing more is for this handler
        tail.release();
        final ChannelHandlerContext old = context();
        Http2Connection.addTo(old.pipeline(), loop());
        old.fireChannelRead(bytes);
        old.pipeline().remove(this);
    }

    private int onNeedMore(final UnsafeBuffer view, final int at, final int length) {
        if (!parser.hasBegun(length - at)) {
            parser.reset();
            requestBegun = false;
            return length;
        }
        if (parser.isHalfEmptyLine(view, at, length - at)) {
            return at;
        }
        beginRequest();
        final HeadFields fields = parser.fields();
        if (parser.isHeadComplete() && fields.expectsContinue() && !expectationMet && !parser.isHttp10()) {
            expectationMet = true;
            fillHead(view, at);
            final HttpRefusal refusal = loop().requests().admit(loop().requests().view());
            if (refusal != null) {
                // Whether the body comes nevertheless is up to the client: what follows cannot be told apart.
                final HttpExchange exchange = beginExchange();
                exchange.closesAfter = true;
                state = State.ANSWERING;
                loop().requests().refuse(exchange, refusal);
                return length;
            }
            continueWanted = true;
            continueIfAllAnswered();
        }
        return at;
    }

    private void continueIfAllAnswered() {
        if (continueWanted && oldest == null) {
            continueWanted = false;
            output.append(CONTINUE, 0, CONTINUE.capacity());
            wantsFlush();
        }
    }

    private RequestView fillHead(final UnsafeBuffer view, final int at) {
        return loop().requests().view()
            .wrapHead(view, at, parser.fields())
            .target(parser.methodBits(), at + parser.pathStart(), parser.pathEnd() - parser.pathStart())
            .query(at + parser.queryStart(), parser.queryEnd() - parser.queryStart());
    }

    private void onRequest(final UnsafeBuffer view, final int at) {
        continueWanted = false;
        final HttpExchange exchange = beginExchange();
        exchange.closesAfter = !parser.isKeptAlive() || loop().isShuttingDown();
        if (exchange.closesAfter) {
            state = State.ANSWERING;
        }
        fillHead(view, at).wrapBody(view, at + parser.bodyStart(), parser.bodyLength());
        loop().requests().dispatch(exchange, requestArrivalNs);
    }

    private HttpExchange beginExchange() {
        final HttpExchange exchange = loop().requests().takeExchange();
        exchange.begin(this, parser.fields());
        exchange.http10 = parser.isHttp10();
        if (newest == null) {
            oldest = exchange;
        } else {
            newest.next = exchange;
        }
        newest = exchange;
        inFlight++;
        return exchange;
    }

    /** Where the next request begins is unknown, or there will be none: answers, behind those in flight, and closes. */
    private void refuse(final HttpRefusal refusal) {
        final HttpExchange exchange = beginExchange();
        state = State.ANSWERING;
        loop().requests().refuse(exchange, refusal);
    }

    private void parseTail() {
        final int length = tail.length();
        final int used = parse(tail.view(), length);
        if (state != State.OPEN || used == length || !isOpen()) {
            tail.release();
        } else {
            tail.drop(used);
        }
        stallIfNeeded();
    }

    /** Stops reading while no request can be taken. */
    private void stallIfNeeded() {
        if (!stalled && state == State.OPEN && !canTakeRequest()) {
            stalled = true;
            context().channel().config().setAutoRead(false);
        }
        resumeIfPossible();
    }

    private void resumeIfPossible() {
        if (stalled && !resumeWanted && (canTakeRequest() || state != State.OPEN)) {
            resumeWanted = true;
            loop().wantsResume(this);
        }
    }

    @Override
    void resume() {
        resumeWanted = false;
        if (!isOpen() || !stalled) {
            return;
        }
        stalled = false;
        try {
            if (!tail.isEmpty()) {
                parseTail();
            } else {
                stallIfNeeded();
            }
        } catch (final RuntimeException | LinkageError | AssertionError e) {
            onFailure(e);
            return;
        }
        if (!stalled) {
            if (inputEnded) {
                endAfterInput();
            } else {
                readAgain();
            }
        }
    }

    /** Never after the end of the input: Netty takes a read that finds it a second time for a reason to close. */
    private void readAgain() {
        if (!inputEnded) {
            context().channel().config().setAutoRead(true);
        }
    }

    @Override
    void onWritabilityChanged() {
        stallIfNeeded();
    }

    @Override
    void onInputEnd() {
        inputEnded = true;
        for (HttpExchange exchange = oldest; exchange != null; exchange = exchange.next) {
            if (!exchange.answered) {
                loop().requests().onClientLeft(exchange);
            }
        }
        if (state == State.CLOSING) {
            if (closeBegun) {
                context().close();
            }
        } else if (!stalled) {
            endAfterInput();
        }
    }

    private void endAfterInput() {
        if (state != State.OPEN) {
            return;
        }
        if (requestBegun) {
            refuse(HttpRefusal.CUT);
        } else {
            closeAfterAnswers();
        }
    }

    private void closeAfterAnswers() {
        state = State.ANSWERING;
        tail.release();
        if (newest == null) {
            wantsClose();
        } else {
            newest.closesAfter = true;
        }
    }

    private void wantsClose() {
        state = State.CLOSING;
        closeWanted = true;
        wantsFlush();
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
        final int wholeForm = form | connectionForm(exchange);
        final int maxLength = ResponseHeads.MAX_LENGTH + lengthBytes;
        if (exchange != oldest) {
            exchange.waiting = context().alloc().directBuffer(maxLength);
            final UnsafeBuffer view = loop().answerViewOf(exchange.waiting);
            exchange.waiting.writerIndex(
                loop().answers().write(view, 0, status, variant, wholeForm, buffer, offset, lengthBytes));
            return;
        }
        final int index = output.reserve(maxLength);
        final int end = loop().answers()
            .write(output.view(), index, status, variant, wholeForm, buffer, offset, lengthBytes);
        output.commit(end - index);
        endOldest();
        while (oldest != null && oldest.answered) {
            final ByteBuf waiting = oldest.waiting;
            output.append(loop().answerViewOf(waiting), 0, waiting.readableBytes());
            endOldest();
        }
        wantsFlush();
        continueIfAllAnswered();
        resumeIfPossible();
    }

    private static int connectionForm(final HttpExchange exchange) {
        if (exchange.closesAfter) {
            return ResponseHeads.CLOSE;
        }
        return exchange.http10 ? ResponseHeads.KEEP_ALIVE : 0;
    }

    private void endOldest() {
        final HttpExchange ended = oldest;
        oldest = ended.next;
        if (oldest == null) {
            newest = null;
        }
        inFlight--;
        if (ended.closesAfter) {
            state = State.CLOSING;
            closeWanted = true;
        }
        loop().requests().endExchange(ended);
    }

    @Override
    void onFlush() {
        onActivity(loop().nowNs());
        if (closeWanted) {
            closeWanted = false;
            beginClosing();
        } else if (!closeBegun) {
            loop().onBytesWritten(output.flush());
        }
    }

    /**
     * Sends what waits, then closes our side only. Closing both while bytes of the peer are unread would make the
     * kernel reset the connection and throw away the very answer that says why.
     */
    private void beginClosing() {
        closeBegun = true;
        tail.release();
        closeDeadlineNs = loop().nowNs() + loop().settings().connections().slowConsumerTimeoutNs();
        readAgain();
        loop().onBytesWritten(output.flush(this::onLastBytesFlushed));
    }

    private void onLastBytesFlushed(final ChannelFuture flushed) {
        final boolean canHalfClose = mayBecomeHttp2 && context().channel() instanceof DuplexChannel;
        if (!flushed.isSuccess() || inputEnded || !canHalfClose) {
            context().close();
        } else {
            closeDeadlineNs = loop().nowNs() + loop().settings().connections().closeTimeoutNs();
            ((DuplexChannel) context().channel()).shutdownOutput();
        }
    }

    @Override
    void onTimes(final long nowNs) {
        if (closeBegun) {
            if (nowNs - closeDeadlineNs >= 0) {
                context().close();
            }
        } else if (state == State.OPEN && !stalled) {
            if (requestBegun) {
                if (nowNs - requestArrivalNs >= loop().settings().requestTimeoutNs()) {
                    refuse(HttpRefusal.REQUEST_TIMEOUT);
                }
            } else if (oldest == null && isIdleTooLong(nowNs)) {
                loop().counters().idleCloses().incrementRelease();
                closeAfterAnswers();
            }
        }
    }

    @Override
    public void beginShutdown() {
        if (state == State.OPEN) {
            closeAfterAnswers();
        }
    }

    @Override
    void onClosed() {
        tail.release();
        output.release();
        while (oldest != null) {
            final HttpExchange ended = oldest;
            oldest = ended.next;
            loop().requests().endExchange(ended);
        }
        newest = null;
        inFlight = 0;
    }
}
