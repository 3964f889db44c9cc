package io.opportune.bench;

import io.opportune.engine.session.ClientSession;
import io.opportune.engine.session.MessageHandler;
import io.opportune.engine.session.ResponseSink;
import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.codec.RejectReason;
import java.util.concurrent.locks.LockSupport;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Stands in the engine's place: answers each message with the same bytes and the message's correlation id, on the
 * event loop, or from a thread of its own behind a ring.
 */
final class FixedAnswerHandler implements MessageHandler, org.agrona.concurrent.MessageHandler, AutoCloseable {
    private static final int CORRELATION_ID_OFFSET = 14;

    private final ResponseSink sink;
    private final UnsafeBuffer answer;
    private final OneToOneRingBuffer requests;
    private final Thread worker;
    private volatile boolean closed;

    FixedAnswerHandler(final ResponseSink sink, final byte[] answer, final boolean inline) {
        this.sink = sink;
        this.answer = new UnsafeBuffer(answer.clone());
        if (inline) {
            requests = null;
            worker = null;
        } else {
            requests = new OneToOneRingBuffer(
                new UnsafeBuffer(
                BufferUtil.allocateDirectAligned((1 << 16) + RingBufferDescriptor.TRAILER_LENGTH, 128)));
            worker = Thread.ofPlatform().name("fixed-answers").daemon().start(this::work);
        }
    }

    @Override
    public RejectReason onMessage(
        final ClientSession session, final int templateId, final DirectBuffer buffer, final int offset,
        final int lengthBytes, final long arrivalNs) {
        final long correlationId = MessageBounds.correlationId(buffer, offset, lengthBytes);
        if (requests == null) {
            answer(session.sessionKey(), correlationId);
            return null;
        }
        final int index = requests.tryClaim(1, 2 * Long.BYTES);
        if (index < 0) {
            return RejectReason.OVERLOADED;
        }
        requests.buffer().putLong(index, session.sessionKey());
        requests.buffer().putLong(index + Long.BYTES, correlationId);
        requests.commit(index);
        return null;
    }

    private void work() {
        while (!closed) {
            if (requests.read(this) > 0) {
                sink.wake();
            } else {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    @Override
    public void onMessage(
        final int typeId, final MutableDirectBuffer buffer, final int index, final int lengthBytes) {
        answer(buffer.getLong(index), buffer.getLong(index + Long.BYTES));
    }

    private void answer(final long sessionKey, final long correlationId) {
        answer.putLong(CORRELATION_ID_OFFSET, correlationId);
        while (!sink.send(sessionKey, answer, 0, answer.capacity())) {
            sink.wake();
            Thread.onSpinWait();
        }
    }

    @Override
    public void onReadBatchEnd() {
        if (worker != null) {
            LockSupport.unpark(worker);
        }
    }

    @Override
    public void onIdle() {
        // All work is done where messages arrive.
    }

    @Override
    public String lastRefusal() {
        return "the worker's ring is full";
    }

    @Override
    public void close() {
        closed = true;
    }
}
