package io.opportune.engine.bidding;

import io.opportune.engine.session.HttpResponseSink;
import io.opportune.engine.session.ResponseSink;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * The way of the shards' answers to the bids of one event loop: at once where the event loop runs the shard itself,
 * else through a ring that the event loop empties. Nothing is locked or allocated.
 */
final class BidAnswers implements ResponseSink, MessageHandler {
    /** Takes whole frames on the event loop. */
    @FunctionalInterface
    interface Receiver {
        void onFrame(DirectBuffer buffer, int offset, int lengthBytes);
    }

    private static final int ALIGNMENT = 128;
    private static final int MAX_FRAMES_PER_DRAIN = 1_024;

    private final HttpResponseSink loop;
    private final ManyToOneRingBuffer ring;
    private Receiver receiver;
    private volatile Thread owner;

    BidAnswers(final HttpResponseSink loop, final int capacityBytes) {
        this.loop = loop;
        ring = new ManyToOneRingBuffer(new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            capacityBytes + RingBufferDescriptor.TRAILER_LENGTH, ALIGNMENT)));
    }

    void receiver(final Receiver newReceiver) {
        receiver = newReceiver;
    }

    /** Says which thread is the event loop: each call from there costs a comparison. */
    void onEventLoop() {
        if (owner == null) {
            owner = Thread.currentThread();
        }
    }

    @Override
    public boolean send(final long sessionKey, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (Thread.currentThread() == owner) {
            receiver.onFrame(buffer, offset, lengthBytes);
            return true;
        }
        return ring.write(1, buffer, offset, lengthBytes);
    }

    @Override
    public void wake() {
        loop.wake();
    }

    /** Hands over what has come from other threads. */
    void drain() {
        int frames = 0;
        while (frames < MAX_FRAMES_PER_DRAIN) {
            // A read ends at the end of the buffer: only one that did not move says that nothing is left.
            final long position = ring.consumerPosition();
            frames += ring.read(this, MAX_FRAMES_PER_DRAIN - frames);
            if (ring.consumerPosition() == position) {
                return;
            }
        }
        loop.wake();
    }

    @Override
    public void onMessage(
        final int typeId, final MutableDirectBuffer buffer, final int index, final int lengthBytes) {
        receiver.onFrame(buffer, index, lengthBytes);
    }
}
