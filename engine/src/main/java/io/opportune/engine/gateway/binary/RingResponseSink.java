package io.opportune.engine.gateway.binary;

import io.netty.channel.EventLoop;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * The way back from other threads: answers wait in a ring, each behind its session key, until the event loop takes
 * them. Any thread sends; only the event loop drains. No locks, nothing allocated.
 *
 * <pre>
 *   0         8                     8 + frame length
 *  +---------+----------------------+
 *  | session | frame, SOFH first    |
 *  | key i64 |                      |
 *  +---------+----------------------+
 * </pre>
 */
final class RingResponseSink extends LoopResponseSink implements MessageHandler {
    private static final int ANSWER = 1;
    private static final int FRAME_OFFSET = Long.BYTES;

    /** Bounds one turn of the event loop, so that reading gets its turn too. */
    private static final int MAX_ANSWERS_PER_DRAIN = 1024;

    private final BinaryLoop loop;
    private final ManyToOneRingBuffer ring;
    private final AtomicBuffer ringBuffer;

    RingResponseSink(final BinaryLoop loop, final EventLoop eventLoop, final int capacityBytes) {
        super(eventLoop, loop::onWake);
        this.loop = loop;
        this.ring = new ManyToOneRingBuffer(new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(capacityBytes + RingBufferDescriptor.TRAILER_LENGTH, 128)));
        this.ringBuffer = ring.buffer();
    }

    @Override
    public boolean send(final long sessionKey, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (eventLoop().inEventLoop()) {
            // The loop's own answers, such as those it sheds, need no way back and must not fail on a full one.
            loop.deliver(sessionKey, buffer, offset, lengthBytes);
            return true;
        }
        final int index = ring.tryClaim(ANSWER, FRAME_OFFSET + lengthBytes);
        if (index < 0) {
            return false;
        }
        ringBuffer.putLong(index, sessionKey);
        ringBuffer.putBytes(index + FRAME_OFFSET, buffer, offset, lengthBytes);
        ring.commit(index);
        return true;
    }

    @Override
    void drain() {
        int answerCount = 0;
        while (answerCount < MAX_ANSWERS_PER_DRAIN) {
            // A read ends at the end of the buffer, perhaps having skipped nothing but padding there: only a read that
            // did not move says that the ring is empty.
            final long position = ring.consumerPosition();
            answerCount += ring.read(this, MAX_ANSWERS_PER_DRAIN - answerCount);
            if (ring.consumerPosition() == position) {
                return;
            }
        }
        wake();
    }

    @Override
    public void onMessage(
        final int typeId, final MutableDirectBuffer buffer, final int index, final int lengthBytes) {
        loop.deliver(buffer.getLong(index), buffer, index + FRAME_OFFSET, lengthBytes - FRAME_OFFSET);
    }
}
