package io.opportune.engine.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.opportune.engine.session.BatchHandler;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * One event loop as a transport uses it: its connections there, the handler behind them, which works in batches of what
 * was read, the way back from other threads, and one flush per connection and batch. Except for construction and
 * {@link #ended()} only that event loop touches it, so nothing here is locked.
 *
 * <p>Whatever fails is caught where it happens, errors too: what one connection throws costs that connection, what the
 * handler throws is reported, and neither keeps the others from their answers and time-outs. A periodic task that
 * throws is never called again.
 */
public abstract class TransportLoop {
    /** Some 300 us of decisions: nobody's answer waits longer for the messages of others that came with it. */
    private static final int LARGEST_BATCH = 32;
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int CHECKS_PER_TIMEOUT = 4;

    private final EventLoop eventLoop;
    private final GatewayErrors errors;
    private final NanoClock clock;
    private final EpochNanoClock epochClock;
    private final AtomicCounter openCounter;
    private final boolean ticking;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final OutputBuffers outputBuffers = new OutputBuffers();
    private final UnsafeBuffer readView = new UnsafeBuffer(0, 0);
    private LoopSink sink;
    private BatchHandler handler;

    private LoopConnection[] connections = new LoopConnection[16];
    private int connectionCount;
    private LoopConnection[] flushQueue = new LoopConnection[16];
    private int flushCount;

    private int messagesInBatch;
    private long bytesReadInBatch;
    private final Runnable onRoundEnd = this::onRoundEnd;
    private boolean batchEndPending;
    private boolean batchEnding;
    private Future<?> tick;
    private boolean shuttingDown;

    /**
     * Makes a transport's part of an event loop; {@link #attach} follows before anything is read.
     *
     * @param eventLoop   that all happens on.
     * @param errors      where failures are reported.
     * @param clock       monotonic, nanoseconds.
     * @param epochClock  wall clock, nanoseconds since 1970-01-01T00:00Z.
     * @param openCounter shows how many connections there are.
     * @param ticking     whether {@link #onTick()} is called every millisecond while there are connections.
     */
    protected TransportLoop(
        final EventLoop eventLoop,
        final GatewayErrors errors,
        final NanoClock clock,
        final EpochNanoClock epochClock,
        final AtomicCounter openCounter,
        final boolean ticking) {
        this.eventLoop = eventLoop;
        this.errors = errors;
        this.clock = clock;
        this.epochClock = epochClock;
        this.openCounter = openCounter;
        this.ticking = ticking;
    }

    /**
     * Sets the two ends; called once, by the constructor of the subclass.
     *
     * @param wayBack  from the handler.
     * @param followed by the end of each batch.
     */
    protected final void attach(final LoopSink wayBack, final BatchHandler followed) {
        sink = wayBack;
        handler = followed;
    }

    /**
     * How often time-outs are looked at, so that each is noticed within a quarter of its length.
     *
     * @param minNs     not more often.
     * @param maxNs     not less often.
     * @param timeoutNs each of them.
     * @return nanoseconds.
     */
    protected static long checkIntervalNs(final long minNs, final long maxNs, final long... timeoutNs) {
        return Math.clamp(Arrays.stream(timeoutNs).min().orElse(maxNs) / CHECKS_PER_TIMEOUT, minNs, maxNs);
    }

    /**
     * A connection begins.
     *
     * @param connection kept until it is removed.
     */
    protected final void add(final LoopConnection connection) {
        if (connectionCount == connections.length) {
            connections = Arrays.copyOf(connections, 2 * connectionCount);
        }
        connection.loopPosition(connectionCount);
        connections[connectionCount++] = connection;
        openCounter.setRelease(connectionCount);
        if (ticking && tick == null) {
            tick = eventLoop.scheduleAtFixedRate(this::onTick, TICK_NS, TICK_NS, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * A connection has gone, or is another's from now on.
     *
     * @param connection that was added.
     */
    public final void remove(final LoopConnection connection) {
        final LoopConnection last = connections[--connectionCount];
        connections[connection.loopPosition()] = last;
        last.loopPosition(connection.loopPosition());
        connections[connectionCount] = null;
        openCounter.setRelease(connectionCount);
        if (connectionCount == 0) {
            if (tick != null) {
                tick.cancel(false);
                tick = null;
            }
            if (shuttingDown) {
                ended.countDown();
            }
        }
    }

    /**
     * Shows the bytes of one read.
     *
     * @param bytes read.
     * @return a view of them, until the next call.
     */
    public final UnsafeBuffer viewOf(final ByteBuf bytes) {
        ByteBufViews.wrap(readView, bytes, bytes.readerIndex(), bytes.readableBytes());
        return readView;
    }

    /**
     * Some bytes have been read.
     *
     * @param bytes so many, 0 or more.
     * @return when they came, on the monotonic clock.
     */
    public final long onBytesRead(final long bytes) {
        bytesReadInBatch += bytes;
        return arrivalNs();
    }

    /**
     * When the bytes came that have just been read.
     *
     * @return monotonic clock; now, unless the transport knows better.
     */
    protected long arrivalNs() {
        return clock.nanoTime();
    }

    /**
     * Does something behind this iteration of the event loop, its tasks included.
     *
     * @param work to do.
     */
    protected final void afterIteration(final Runnable work) {
        if (eventLoop instanceof SingleThreadEventLoop iterating) {
            iterating.executeAfterEventLoopIteration(work);
        } else {
            eventLoop.execute(work);
        }
    }

    /** Counts a message: with it a batch may become large enough. */
    public final void onMessageRead() {
        messagesInBatch++;
    }

    /**
     * All messages of one read have been handed over. They are handled once every connection that was ready has been
     * read (tasks follow the input of a round), or at once when enough have come together: handling a batch keeps the
     * code of deciding in the cache, and handling one message between two reads does not.
     */
    public final void onReadComplete() {
        if (messagesInBatch >= LARGEST_BATCH) {
            onReadBatchEnd();
        } else {
            wantsBatchEnd();
        }
    }

    /** Sees to it that a batch ends after this round of the event loop, even one of nothing. */
    protected final void wantsBatchEnd() {
        if (!batchEndPending) {
            batchEndPending = true;
            eventLoop.execute(onRoundEnd);
        }
    }

    /** Sees to it that a batch ends behind this call; one that is ending already is enough. */
    protected final void wantsBatchEndUnlessEnding() {
        if (!batchEnding) {
            wantsBatchEnd();
        }
    }

    private void onRoundEnd() {
        batchEndPending = false;
        onReadBatchEnd();
    }

    private void onReadBatchEnd() {
        onBatchRead(messagesInBatch, bytesReadInBatch);
        messagesInBatch = 0;
        bytesReadInBatch = 0;
        batchEnding = true;
        try {
            handler.onReadBatchEnd();
        } catch (final Throwable e) {
            errors.onFailure(e);
        }
        drainAndFlush();
    }

    /**
     * Counts what a batch has brought.
     *
     * @param messageCount 0 or more.
     * @param byteCount    0 or more.
     */
    protected abstract void onBatchRead(int messageCount, long byteCount);

    /** A millisecond is over; whoever overrides it calls this too, and throws nothing. */
    protected void onTick() {
        onIdle();
    }

    /** Idle work is due, by the clock, because somebody called {@link LoopSink#wake()}, or at the end. */
    protected final void onIdle() {
        batchEnding = true;
        try {
            handler.onIdle();
        } catch (final Throwable e) {
            errors.onFailure(e);
        }
        drainAndFlush();
    }

    private void drainAndFlush() {
        try {
            sink.drain();
        } catch (final Throwable e) {
            errors.onFailure(e);
        }
        try {
            onDrained();
        } catch (final Throwable e) {
            errors.onFailure(e);
        }
        flush();
        batchEnding = false;
        if (messagesInBatch > 0) {
            wantsBatchEnd(); // of connections that went on reading
        }
    }

    /** All answers of this batch are with their connections, which are flushed next. */
    protected void onDrained() {
        // Nothing more to do for most.
    }

    /**
     * The connection has something to send at the end of this batch; where there is none, because another transport on
     * the same event loop had the engine at work, one is made.
     *
     * @param connection flushed once for each call.
     */
    public final void wantsFlush(final LoopConnection connection) {
        wantsBatchEndUnlessEnding();
        if (flushCount == flushQueue.length) {
            flushQueue = Arrays.copyOf(flushQueue, 2 * flushCount);
        }
        flushQueue[flushCount++] = connection;
    }

    /** One write and flush for each connection that has something to send. */
    public final void flush() {
        for (int i = 0; i < flushCount; i++) {
            final LoopConnection connection = flushQueue[i];
            flushQueue[i] = null;
            try {
                connection.flush();
            } catch (final Throwable e) {
                connection.onFailure(e);
            }
        }
        flushCount = 0;
    }

    /**
     * Lets every connection look at its time-outs.
     *
     * @param nowNs monotonic clock.
     */
    protected final void checkTimes(final long nowNs) {
        // Backwards, because a connection that closes at once is replaced by the last one.
        for (int i = connectionCount - 1; i >= 0; i--) {
            final LoopConnection connection = connections[i];
            try {
                connection.checkTimes(nowNs);
            } catch (final Throwable e) {
                connection.onFailure(e);
            }
        }
    }

    /** Every connection is answered and closed; {@link #ended()} tells when all have gone. */
    final void beginShutdown() {
        shuttingDown = true;
        for (int i = connectionCount - 1; i >= 0; i--) {
            final LoopConnection connection = connections[i];
            try {
                connection.beginShutdown();
            } catch (final Throwable e) {
                connection.onFailure(e);
            }
        }
        flush();
        if (connectionCount == 0) {
            ended.countDown();
        }
    }

    /** The patience with those that are left is over. Whoever overrides it calls this too. */
    protected void closeAll() {
        for (int i = connectionCount - 1; i >= 0; i--) {
            connections[i].closeNow();
        }
        outputBuffers.close();
    }

    /**
     * Whether the transport is being closed.
     *
     * @return true from the beginning of that on.
     */
    public final boolean isShuttingDown() {
        return shuttingDown;
    }

    /** Open when no connection is left after {@link #beginShutdown()}. */
    final CountDownLatch ended() {
        return ended;
    }

    /**
     * Whether there are connections.
     *
     * @return how many.
     */
    protected final int connectionCount() {
        return connectionCount;
    }

    /**
     * What all happens on.
     *
     * @return the same for all time.
     */
    public final EventLoop eventLoop() {
        return eventLoop;
    }

    /**
     * Reads the monotonic clock.
     *
     * @return nanoseconds.
     */
    public final long nowNs() {
        return clock.nanoTime();
    }

    /**
     * Reads the wall clock.
     *
     * @return nanoseconds since 1970-01-01T00:00Z.
     */
    public final long epochNs() {
        return epochClock.nanoTime();
    }

    /**
     * Where failures are reported.
     *
     * @return the same for all time.
     */
    public final GatewayErrors errors() {
        return errors;
    }

    /**
     * What answers are written to.
     *
     * @return the event loop's buffers.
     */
    public final OutputBuffers outputBuffers() {
        return outputBuffers;
    }
}
