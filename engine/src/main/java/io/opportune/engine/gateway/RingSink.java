package io.opportune.engine.gateway;

import org.agrona.BufferUtil;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * The way back from other threads: answers wait in a ring until the event loop takes them, one by one through {@link
 * #onMessage}. Any thread claims and commits; only the event loop drains. No locks, nothing allocated.
 */
public abstract class RingSink extends LoopSink implements MessageHandler {
    /** Bounds one turn of the event loop, so that reading gets its turn too. */
    private static final int MAX_ANSWERS_PER_DRAIN = 1024;

    private final ManyToOneRingBuffer ring;
    private final AtomicBuffer ringBuffer;

    /**
     * Makes an empty ring.
     *
     * @param loop          that drains it.
     * @param capacityBytes a power of two; an answer may take an eighth.
     */
    protected RingSink(final TransportLoop loop, final int capacityBytes) {
        super(loop);
        this.ring = new ManyToOneRingBuffer(new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(capacityBytes + RingBufferDescriptor.TRAILER_LENGTH, 128)));
        this.ringBuffer = ring.buffer();
    }

    /**
     * Makes room for an answer.
     *
     * @param typeId      1 or more, given to {@link #onMessage}.
     * @param lengthBytes at most {@link #maxAnswerBytes()}.
     * @return where it goes in {@link #ringBuffer()}; negative when the ring is full. What was claimed is committed.
     */
    protected final int tryClaim(final int typeId, final int lengthBytes) {
        return ring.tryClaim(typeId, lengthBytes);
    }

    /**
     * An answer is whole.
     *
     * @param index from {@link #tryClaim}.
     */
    protected final void commit(final int index) {
        ring.commit(index);
    }

    /**
     * What claimed answers are written to.
     *
     * @return the ring's memory.
     */
    protected final AtomicBuffer ringBuffer() {
        return ringBuffer;
    }

    /**
     * Longest answer with all that stands before it.
     *
     * @return bytes.
     */
    protected final int maxAnswerBytes() {
        return ring.maxMsgLength();
    }

    @Override
    final void drain() {
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
}
