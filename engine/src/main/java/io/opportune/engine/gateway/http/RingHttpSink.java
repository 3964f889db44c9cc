package io.opportune.engine.gateway.http;

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
 * The way back from other threads: answers wait in a ring until the event loop takes them. Any thread sends; only the
 * event loop drains. No locks, nothing allocated.
 *
 * <pre>
 *   0          8            12           16          16 + body length
 *  +----------+------------+------------+-----------+
 *  | exchange | status i32 | content    | body      |
 *  | key i64  |            | kind i32   |           |
 *  +----------+------------+------------+-----------+
 * </pre>
 */
final class RingHttpSink extends LoopHttpSink implements MessageHandler {
    private static final int ANSWER = 1;
    private static final int TOO_LONG = 2;
    private static final int STATUS_OFFSET = Long.BYTES;
    private static final int KIND_OFFSET = STATUS_OFFSET + Integer.BYTES;
    private static final int BODY_OFFSET = KIND_OFFSET + Integer.BYTES;

    /** Bounds one turn of the event loop, so that reading gets its turn too. */
    private static final int MAX_ANSWERS_PER_DRAIN = 1024;

    private final HttpLoop loop;
    private final ManyToOneRingBuffer ring;
    private final AtomicBuffer ringBuffer;

    RingHttpSink(final HttpLoop loop, final EventLoop eventLoop, final int capacityBytes) {
        super(eventLoop, loop::onWake);
        this.loop = loop;
        this.ring = new ManyToOneRingBuffer(new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(capacityBytes + RingBufferDescriptor.TRAILER_LENGTH, 128)));
        this.ringBuffer = ring.buffer();
    }

    @Override
    public Delivery send(
        final long exchangeKey,
        final int status,
        final int contentKind,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes) {
        if (eventLoop().inEventLoop()) {
            // The loop's own answers need no way back and must not fail on a full one.
            return loop.deliver(exchangeKey, status, contentKind, buffer, offset, lengthBytes);
        }
        final boolean fits = lengthBytes <= maxBodyBytes();
        final int bodyLength = fits ? lengthBytes : 0;
        final int index = ring.tryClaim(fits ? ANSWER : TOO_LONG, BODY_OFFSET + bodyLength);
        if (index < 0) {
            return Delivery.FULL;
        }
        ringBuffer.putLong(index, exchangeKey);
        ringBuffer.putInt(index + STATUS_OFFSET, status);
        ringBuffer.putInt(index + KIND_OFFSET, contentKind);
        if (bodyLength > 0) {
            ringBuffer.putBytes(index + BODY_OFFSET, buffer, offset, bodyLength);
        }
        ring.commit(index);
        return Delivery.PUT_ASIDE;
    }

    @Override
    public int maxBodyBytes() {
        return ring.maxMsgLength() - BODY_OFFSET;
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
        if (typeId == TOO_LONG) {
            loop.deliverTooLong(buffer.getLong(index));
        } else {
            loop.deliver(buffer.getLong(index), buffer.getInt(index + STATUS_OFFSET),
                buffer.getInt(index + KIND_OFFSET), buffer, index + BODY_OFFSET, lengthBytes - BODY_OFFSET);
        }
    }
}
