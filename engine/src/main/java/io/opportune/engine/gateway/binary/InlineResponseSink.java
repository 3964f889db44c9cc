package io.opportune.engine.gateway.binary;

import io.opportune.engine.gateway.LoopSink;
import io.opportune.engine.session.ResponseSink;
import org.agrona.DirectBuffer;

/** The way back when the engine runs on the event loop itself: straight into the session's pending batch. */
final class InlineResponseSink extends LoopSink implements ResponseSink {
    private final BinaryLoop loop;

    InlineResponseSink(final BinaryLoop loop) {
        super(loop);
        this.loop = loop;
    }

    @Override
    public boolean send(final long sessionKey, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        assert inEventLoop() : "inline answers are sent by the event loop itself";
        loop.deliver(sessionKey, buffer, offset, lengthBytes);
        return true;
    }
}
