package io.opportune.engine.gateway.binary;

import io.opportune.engine.gateway.RingSink;
import io.opportune.engine.session.ResponseSink;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The way back from other threads: frames, each behind its session key.
 *
 * <pre>
 *   0         8                     8 + frame length
 *  +---------+----------------------+
 *  | session | frame, SOFH first    |
 *  | key i64 |                      |
 *  +---------+----------------------+
 * </pre>
 */
final class RingResponseSink extends RingSink implements ResponseSink {
    private static final int ANSWER = 1;
    private static final int FRAME_OFFSET = Long.BYTES;

    private final BinaryLoop loop;

    RingResponseSink(final BinaryLoop loop, final int capacityBytes) {
        super(loop, capacityBytes);
        this.loop = loop;
    }

    @Override
    public boolean send(final long sessionKey, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (inEventLoop()) {
            // The loop's own answers, such as those it sheds, need no way back and must not fail on a full one.
            loop.deliver(sessionKey, buffer, offset, lengthBytes);
            return true;
        }
        final int index = tryClaim(ANSWER, FRAME_OFFSET + lengthBytes);
        if (index < 0) {
            return false;
        }
        ringBuffer().putLong(index, sessionKey);
        ringBuffer().putBytes(index + FRAME_OFFSET, buffer, offset, lengthBytes);
        commit(index);
        return true;
    }

    @Override
    public void onMessage(
        final int typeId, final MutableDirectBuffer buffer, final int index, final int lengthBytes) {
        loop.deliver(buffer.getLong(index), buffer, index + FRAME_OFFSET, lengthBytes - FRAME_OFFSET);
    }
}
