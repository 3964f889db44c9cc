package io.opportune.engine.pipeline;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One ring and the work on it. Any thread may claim and publish; exactly one thread at a time calls {@link #doWork()},
 * either {@link ShardThread} or the event loop in inline mode. Never blocks and allocates nothing.
 */
public final class Shard {
    /** So that one long backlog does not keep answers and background work waiting. */
    private static final int MAX_BATCH = 64;
    /** What the service time is taken for at least, so that its estimate can grow from nothing. */
    private static final long LEAST_SERVICE_TIME_NS = 1_000;
    private static final ShardCommand NOTHING = () -> { };

    private static final VarHandle HANDLED;

    static {
        try {
            HANDLED = MethodHandles.lookup().findVarHandle(Shard.class, "handled", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int index;
    private final int maxMessageBytes;
    private final RingBuffer<RequestSlot> ring;
    private final EventPoller<RequestSlot> poller;
    private final EventPoller.Handler<RequestSlot> onSlot = this::handle;
    private ShardHandler handler;
    private int batch;
    /** Last sequence that was handled; read by other threads, so that they see it soon. */
    private volatile long handled = -1;
    private boolean running;

    /** Smoothed time of one message on the shard, read by other threads to decide whether to shed. */
    private volatile long serviceTimeNs;

    /**
     * Makes a ring and its slots.
     *
     * @param index           of the shard.
     * @param ringSize        slots, a power of two, 2..65536.
     * @param maxMessageBytes length of the longest message.
     */
    public Shard(final int index, final int ringSize, final int maxMessageBytes) {
        if (!BitUtil.isPowerOfTwo(ringSize) || ringSize < 2 || ringSize > 65536) {
            throw new IllegalArgumentException("ring size " + ringSize + ": must be a power of two from 2 to 65536");
        }
        this.index = index;
        this.maxMessageBytes = maxMessageBytes;
        final int slotBytes = BitUtil.align(maxMessageBytes, BitUtil.CACHE_LINE_LENGTH);
        // The ring is polled, nobody waits on its barrier: the wait strategy is never asked to wait.
        ring = RingBuffer.createMultiProducer(
            () -> new RequestSlot(new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(slotBytes))),
            ringSize,
            new YieldingWaitStrategy());
        poller = ring.newPoller();
        ring.addGatingSequences(poller.getSequence());
    }

    /**
     * Says what to do with slots; before the first {@link #doWork()}.
     *
     * @param shardHandler called by the shard's thread only.
     */
    public void handler(final ShardHandler shardHandler) {
        handler = shardHandler;
    }

    /**
     * Room in a slot.
     *
     * @return length of the longest message in bytes.
     */
    public int maxMessageBytes() {
        return maxMessageBytes;
    }

    /**
     * Which shard this is.
     *
     * @return 0 or more.
     */
    public int index() {
        return index;
    }

    /**
     * Claims the next slot for a message.
     *
     * @return sequence to fill with {@link #slot} and hand over with {@link #publish}; -1 when the ring is full.
     */
    public long tryClaim() {
        // tryNext() throws a preallocated exception when full; asking first keeps that off the usual path.
        if (!ring.hasAvailableCapacity(1)) {
            return -1;
        }
        try {
            return ring.tryNext();
        } catch (final com.lmax.disruptor.InsufficientCapacityException e) {
            return -1;
        }
    }

    /**
     * The slot of a claimed sequence.
     *
     * @param sequence from {@link #tryClaim()}.
     * @return the slot to fill.
     */
    public RequestSlot slot(final long sequence) {
        return ring.get(sequence);
    }

    /**
     * Hands a claimed slot to the shard. Every claimed slot must be handed over, whatever happened to whoever filled
     * it: the shard waits for it and would wait for ever.
     *
     * @param sequence from {@link #tryClaim()}.
     * @param filled   whether the slot holds a message; otherwise the shard passes over it.
     */
    public void publish(final long sequence, final boolean filled) {
        if (!filled) {
            ring.get(sequence).beginCommand(NOTHING);
        }
        ring.publish(sequence);
    }

    /**
     * Sends a command to the shard.
     *
     * @param command to run between decisions.
     * @return false when the ring is full.
     */
    public boolean tryCommand(final ShardCommand command) {
        final long sequence = tryClaim();
        if (sequence < 0) {
            return false;
        }
        ring.get(sequence).beginCommand(command);
        ring.publish(sequence);
        return true;
    }

    /**
     * Copies a slot of another shard into this one's ring.
     *
     * @param slot with its new root and partition already set.
     * @return false when the ring is full.
     */
    public boolean tryForward(final RequestSlot slot) {
        final long sequence = tryClaim();
        if (sequence < 0) {
            return false;
        }
        boolean filled = false;
        try {
            ring.get(sequence).copyFrom(slot);
            filled = true;
        } finally {
            publish(sequence, filled);
        }
        return true;
    }

    /**
     * How long a message that comes now will wait before it is handled, and the handling itself. An empty ring
     * promises no delay whatever the last messages took: the next one must be let in, or a single slow one could have
     * all that follow turned away and nothing would ever show that the shard is fast again.
     *
     * @return estimate in nanoseconds.
     */
    public long expectedDelayNs() {
        final long waiting = backlog();
        return waiting == 0 ? 0 : (waiting + 1) * serviceTimeNs;
    }

    /**
     * Messages waiting.
     *
     * @return 0 to ring size.
     */
    public long backlog() {
        // The poller gives its slots free only at the end of a batch; those already handled wait no more.
        return ring.getCursor() - handled;
    }

    /**
     * Slots of the ring.
     *
     * @return a power of two.
     */
    public int ringSize() {
        return ring.getBufferSize();
    }

    /**
     * Takes part in the estimate of {@link #expectedDelayNs()}; called by the shard's thread after each message.
     *
     * @param tookNs time the message took.
     */
    public void recordServiceTimeNs(final long tookNs) {
        final long smoothed = serviceTimeNs;
        // An eighth of the difference: some eight messages of memory. One message that was held up (a slow append, a
        // core taken away for 10 ms) says little about the next: it counts as eight usual ones at most, so that the
        // estimate doubles with each message while all are slow and hardly moves for a single one.
        final long counted = Math.min(tookNs, 8 * Math.max(smoothed, LEAST_SERVICE_TIME_NS));
        serviceTimeNs = smoothed + (counted - smoothed >> 3);
    }

    /**
     * Handles what is ready, at most a batch of it.
     *
     * @return how many slots were handled plus the background work done; 0 when there was nothing to do.
     */
    public int doWork() {
        if (running) {
            // In inline mode an answer may end a read batch while a batch is being handled.
            return 0;
        }
        running = true;
        batch = 0;
        try {
            poller.poll(onSlot);
        } catch (final Exception e) {
            throw new IllegalStateException("handlers do not throw", e);
        } finally {
            running = false;
        }
        try {
            if (batch > 0) {
                handler.onBatchEnd();
            }
            return batch + handler.onIdle();
        } catch (final Throwable e) {
            handler.onFailure(e);
            return batch;
        }
    }

    /**
     * Handles all that is ready, for an event loop that runs the shard itself: what it does not take now would wait for
     * the next message or timer.
     */
    public void drain() {
        if (running) {
            return;
        }
        // Bounded: another thread may be about to fill the slot that is next.
        int turns = ring.getBufferSize() / MAX_BATCH + 1;
        do {
            doWork();
        } while (backlog() > 0 && --turns > 0);
    }

    void stop() {
        while (backlog() > 0) {
            doWork();
        }
        handler.onStop();
    }

    private boolean handle(final RequestSlot slot, final long sequence, final boolean endOfBatch) {
        try {
            if (slot.kind() == RequestSlot.Kind.MESSAGE) {
                handler.onMessage(slot);
            } else {
                slot.command().run();
                slot.beginCommand(null);
            }
        } catch (final Throwable e) {
            handler.onError(slot, e);
        }
        HANDLED.setRelease(this, sequence);
        return ++batch < MAX_BATCH;
    }
}
