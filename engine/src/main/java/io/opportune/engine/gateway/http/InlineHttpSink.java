package io.opportune.engine.gateway.http;

import io.opportune.engine.gateway.LoopSink;
import io.opportune.engine.session.HttpResponseSink;
import org.agrona.DirectBuffer;

/** The way back when the engine runs on the event loop itself: straight into the connection's pending batch. */
final class InlineHttpSink extends LoopSink implements HttpResponseSink {
    private final HttpLoop loop;

    InlineHttpSink(final HttpLoop loop) {
        super(loop);
        this.loop = loop;
    }

    @Override
    public Delivery send(
        final long exchangeKey,
        final int status,
        final int contentKind,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes) {
        assert inEventLoop() : "inline answers are sent by the event loop itself";
        return loop.requests().deliver(exchangeKey, status, contentKind, buffer, offset, lengthBytes);
    }

    @Override
    public int maxBodyBytes() {
        return Integer.MAX_VALUE;
    }
}
