package io.opportune.protocol.client;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.opportune.protocol.codec.RejectReason;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;

/**
 * The one thread of a client: takes submissions from any thread, drives the {@link ClientConductor} by socket events
 * and by a timer that is armed for the earliest time anything is due. What is submitted after the end is completed by
 * the submitter, so that nothing hangs.
 */
final class ClientEventLoop {
    private final TillClientSettings settings;
    private final Completions completions;
    private final RequestPool pool;
    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop eventLoop;
    private final ClientConductor conductor;
    private final ManyToManyConcurrentArrayQueue<PendingRequest> submissions;
    private final AtomicBoolean wakePending = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Runnable onWake = this::onWake;
    private final Runnable onTimer = this::onTimer;
    private final Runnable onEnd;
    private long armedNs = Long.MAX_VALUE;
    private volatile boolean closed;

    ClientEventLoop(
        final TillClientSettings settings,
        final RequestPool pool,
        final ClientStatistics statistics,
        final Completions completions,
        final Consumer<ServerInfo> onLogon,
        final Runnable onEnd) {
        this.settings = settings;
        this.completions = completions;
        this.pool = pool;
        this.onEnd = onEnd;
        final boolean epoll = settings.nativeTransport() && Epoll.isAvailable();
        final IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        final Class<? extends SocketChannel> channelType = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        group = new MultiThreadIoEventLoopGroup(
            1, Thread.ofPlatform().daemon().name("opportune-till-" + settings.clientId()).factory(), handlers);
        eventLoop = group.next();
        submissions = new ManyToManyConcurrentArrayQueue<>(Math.max(2, pool.capacity()));
        final NettyTransport transport = new NettyTransport(settings, eventLoop, channelType, this::afterWork);
        conductor = new ClientConductor(settings, pool, transport, statistics, completions, onLogon);
        transport.conductor(conductor);
    }

    void start() {
        eventLoop.execute(() -> {
            conductor.start(settings.nanoClock().nanoTime());
            afterWork();
        });
    }

    /** Any thread. The request is completed exactly once from here on. */
    void submit(final PendingRequest request) {
        submissions.offer(request);
        if (closed) {
            failSubmissions();
        } else if (wakePending.compareAndSet(false, true)) {
            try {
                eventLoop.execute(onWake);
            } catch (final RejectedExecutionException e) {
                failSubmissions();
            }
        }
    }

    /** Any thread; waits for the end unless called on the event loop itself. */
    void close() {
        try {
            eventLoop.execute(() -> {
                conductor.close(settings.nanoClock().nanoTime());
                afterWork();
            });
        } catch (final RejectedExecutionException e) {
            return;
        }
        if (!eventLoop.inEventLoop()) {
            try {
                ended.await(settings.closeTimeoutNs() + TimeUnit.SECONDS.toNanos(2), TimeUnit.NANOSECONDS);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    ClientConductor conductor() {
        return conductor;
    }

    private void onWake() {
        wakePending.set(false);
        final long nowNs = settings.nanoClock().nanoTime();
        // Bounded, so that callers who never pause cannot keep the loop from reading.
        for (int i = pool.capacity(); i > 0; i--) {
            final PendingRequest request = submissions.poll();
            if (request == null) {
                break;
            }
            conductor.submit(request, nowNs);
        }
        conductor.onSubmitted(nowNs);
        if (!submissions.isEmpty() && wakePending.compareAndSet(false, true)) {
            eventLoop.execute(onWake);
        }
        afterWork();
    }

    private void onTimer() {
        armedNs = Long.MAX_VALUE;
        conductor.poll(settings.nanoClock().nanoTime());
        afterWork();
    }

    private void afterWork() {
        if (conductor.isClosed()) {
            end();
            return;
        }
        final long dueNs = conductor.nextDueNs();
        if (dueNs < armedNs) {
            armedNs = dueNs;
            final long delayNs = Math.max(0, dueNs - settings.nanoClock().nanoTime());
            eventLoop.schedule(onTimer, delayNs, TimeUnit.NANOSECONDS);
        }
    }

    private void end() {
        if (!closed) {
            closed = true;
            failSubmissions();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            onEnd.run();
            ended.countDown();
        }
    }

    /** After the end nobody else takes submissions; whoever polls one completes it. */
    private void failSubmissions() {
        PendingRequest request = submissions.poll();
        while (request != null) {
            final DecisionHandler decisionHandler = request.decisionHandler;
            final ReceiptHandler receiptHandler = request.receiptHandler;
            final ResolveHandler resolveHandler = request.resolveHandler;
            pool.release(request);
            completions.fail(
                decisionHandler, receiptHandler, resolveHandler, FailureKind.CLOSED, RejectReason.NULL_VAL, "");
            request = submissions.poll();
        }
    }
}
