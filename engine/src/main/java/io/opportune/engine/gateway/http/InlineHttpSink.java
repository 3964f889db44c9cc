package io.opportune.engine.gateway.http;

import io.netty.channel.EventLoop;
import org.agrona.DirectBuffer;

/** The way back when the engine runs on the event loop itself: straight into the connection's pending batch. */
final class InlineHttpSink extends LoopHttpSink {
    private final HttpLoop loop;

    InlineHttpSink(final HttpLoop loop, final EventLoop eventLoop) {
        super(eventLoop, loop::onWake);
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
        assert eventLoop().inEventLoop() : "inline answers are sent by the event loop itself";
        return loop.deliver(exchangeKey, status, contentKind, buffer, offset, lengthBytes);
    }

    @Override
    public int maxBodyBytes() {
        return Integer.MAX_VALUE;
    }

    @Override
    void drain() {
        // Nothing is ever put aside.
    }
}
