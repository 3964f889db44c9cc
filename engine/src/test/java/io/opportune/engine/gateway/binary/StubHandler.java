package io.opportune.engine.gateway.binary;

import io.opportune.engine.session.ClientSession;
import io.opportune.engine.session.MessageHandler;
import io.opportune.engine.session.ResponseSink;
import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.EventAckEncoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.RejectReason;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Stands in the engine's place: answers every message with an EventAck of its correlation id, at once or when the test
 * says so. Several loops may share one.
 */
final class StubHandler implements MessageHandler {
    /** A message kept for later. */
    record Held(long sessionKey, long correlationId, ResponseSink sink) { }

    final AtomicInteger messages = new AtomicInteger();
    final AtomicInteger readBatches = new AtomicInteger();
    final AtomicInteger idleCalls = new AtomicInteger();
    final Set<Long> sessionKeys = ConcurrentHashMap.newKeySet();
    final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
    /** Run by the event loop when idle work is due. */
    final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    volatile boolean holding;
    volatile RejectReason refuseWith;
    volatile boolean failing;
    volatile ClientSession lastSession;
    volatile int paddingBytes;
    private final ResponseSink sink;

    StubHandler(final ResponseSink sink) {
        this.sink = sink;
    }

    @Override
    public RejectReason onMessage(
        final ClientSession session, final int templateId, final DirectBuffer buffer, final int offset,
        final int lengthBytes, final long arrivalNs) {
        messages.incrementAndGet();
        lastSession = session;
        sessionKeys.add(session.sessionKey());
        if (failing) {
            throw new IllegalStateException("a defect of the engine");
        }
        if (refuseWith != null) {
            return refuseWith;
        }
        final long correlationId = MessageBounds.correlationId(buffer, offset, lengthBytes);
        if (holding) {
            held.add(new Held(session.sessionKey(), correlationId, sink));
        } else {
            answer(sink, session.sessionKey(), correlationId, paddingBytes);
        }
        return null;
    }

    /** An EventAck, followed by padding within its frame. */
    static UnsafeBuffer answerFrame(final long correlationId, final int paddingBytes) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[64 + paddingBytes]);
        final EventAckEncoder ack = new EventAckEncoder()
            .wrapAndApplyHeader(frame, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderEncoder())
            .correlationId(correlationId);
        final int lengthBytes = ack.limit() + paddingBytes;
        Sofh.encode(frame, 0, lengthBytes);
        frame.wrap(frame, 0, lengthBytes);
        return frame;
    }

    /** Sends such an answer; retries while the way back is full. */
    static void answer(
        final ResponseSink sink, final long sessionKey, final long correlationId, final int paddingBytes) {
        final UnsafeBuffer frame = answerFrame(correlationId, paddingBytes);
        while (!sink.send(sessionKey, frame, 0, frame.capacity())) {
            sink.wake();
            Thread.onSpinWait();
        }
    }

    @Override
    public void onReadBatchEnd() {
        readBatches.incrementAndGet();
    }

    @Override
    public void onIdle() {
        idleCalls.incrementAndGet();
        final Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
    }

    @Override
    public String lastRefusal() {
        return "refused by the stub: ä";
    }
}
