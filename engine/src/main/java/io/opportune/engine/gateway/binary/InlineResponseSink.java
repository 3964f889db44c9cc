package io.opportune.engine.gateway.binary;

import io.netty.channel.EventLoop;
import org.agrona.DirectBuffer;

/** The way back when the engine runs on the event loop itself: straight into the session's pending batch. */
final class InlineResponseSink extends LoopResponseSink {
    private final BinaryLoop loop;

    InlineResponseSink(final BinaryLoop loop, final EventLoop eventLoop) {
        super(eventLoop, loop::onWake);
        this.loop = loop;
    }

    @Override
    public boolean send(final long sessionKey, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        assert eventLoop().inEventLoop() : "inline answers are sent by the event loop itself";
        loop.deliver(sessionKey, buffer, offset, lengthBytes);
        return true;
    }

    @Override
    void drain() {
        // Nothing is ever put aside.
    }
}
