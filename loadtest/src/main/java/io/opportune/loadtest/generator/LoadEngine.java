package io.opportune.loadtest.generator;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.socket.SocketChannel;
import io.opportune.loadtest.report.RunCounter;
import io.opportune.loadtest.report.RunTally;
import io.opportune.loadtest.source.MessageSource;
import io.opportune.loadtest.source.NameTable;
import io.opportune.protocol.codec.HeartbeatDecoder;
import io.opportune.protocol.codec.LogoffDecoder;
import io.opportune.protocol.codec.LogonAckDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.ResolveResponseDecoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The generator's thread: runs Netty's event loop by hand, so that sending on schedule, reading and waiting happen on
 * one thread without tasks or timers. It blocks in the selector while nothing is due for long, and polls when the next
 * message is nearer than the selector's precision.
 */
final class LoadEngine implements Runnable, Connection.Listener {
    /** Longest wait, so that heartbeats and stop requests are seen. */
    static final long TICK_NS = 5_000_000;
    /** A selector wakes up some 50-100 us late: nearer than this we poll instead of blocking. */
    private static final long POLL_BELOW_NS = 150_000;
    private static final int SCRATCH_BYTES = 64 * 1024;

    private final LoadSettings settings;
    private final MessageSource source;
    private final RunTally tally;
    private final ByteBuffer scratchBytes = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final UnsafeBuffer scratch = new UnsafeBuffer(scratchBytes);
    private final SessionOpener opener = new SessionOpener(scratch, scratchBytes);
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final InFlightTable inFlight;
    private final AnswerReader answers;
    private final Connection[] connections;
    private final NameTable names = new NameTable();
    private final long epochOffsetNs;
    private ManualIoEventLoop loop;
    private Pump pump;
    private long lastAnswerNs;
    private volatile boolean stopRequested;
    private boolean closing;
    private volatile long startNs;
    private volatile IOException failure;

    LoadEngine(final LoadSettings settings, final MessageSource source, final RunTally tally) {
        this.settings = settings;
        this.source = source;
        this.tally = tally;
        this.inFlight = new InFlightTable(settings.slotCount());
        this.answers = new AnswerReader(inFlight, tally, source);
        this.connections = new Connection[settings.connections()];
        final long epochNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        this.epochOffsetNs = epochNs - System.nanoTime();
    }

    /** Ends the run early; answers in flight are still waited for. Any thread. */
    void requestStop() {
        stopRequested = true;
    }

    /** Monotonic time at which sending began; 0 before that. Any thread. */
    long startNs() {
        return startNs;
    }

    /** Why the run could not begin; null when it did. Any thread. */
    IOException failure() {
        return failure;
    }

    /** Only after the thread has ended. */
    long sentMeasured() {
        return pump == null ? 0 : pump.sentMeasured();
    }

    /** Only after the thread has ended. */
    long unsent() {
        return pump == null ? 0 : pump.unsent();
    }

    /** Only after the thread has ended: whether it ended with messages waiting for room. */
    boolean endedBlocked() {
        return pump != null && pump.blocked();
    }

    @Override
    public void run() {
        loop = new ManualIoEventLoop(Thread.currentThread(), Transport.handlers());
        try {
            open();
            drive();
            drain();
        } catch (final IOException e) {
            failure = e;
        } finally {
            close();
        }
    }

    private void open() throws IOException {
        final long deadlineNs = System.nanoTime() + settings.connectTimeoutNs();
        final Bootstrap bootstrap = new Bootstrap()
            .group(loop)
            .channel(Transport.socket())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) (settings.connectTimeoutNs() / 1_000_000));
        final InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
        if (address.isUnresolved()) {
            throw new IOException("unknown host " + settings.host());
        }
        for (int i = 0; i < connections.length; i++) {
            final Connection connection = new Connection(i, this);
            connections[i] = connection;
            final ChannelFuture future = bootstrap.clone().handler(new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(final SocketChannel channel) {
                    channel.pipeline().addLast(connection);
                }
            }).connect(address);
            runUntil(deadlineNs, "connecting",
                () -> future.isDone() && (!future.isSuccess() || connection.connected()));
            if (!future.isSuccess()) {
                throw new IOException("cannot connect to " + address + ": " + future.cause().getMessage());
            }
            opener.logOn(connection, settings, System.nanoTime() + epochOffsetNs, System.nanoTime());
            runUntil(deadlineNs, "logon", () -> connection.ready() || connection.closed());
            if (connection.closed()) {
                throw new IOException("the server refused the logon: " + answers.lastReject());
            }
        }
        source.declareNames(names);
        runUntil(deadlineNs, "resolving names",
            () -> !opener.askNames(connections[0], names, System.nanoTime()) || connections[0].closed());
        if (connections[0].closed()) {
            throw new IOException("the connection was closed while names were resolved: " + answers.lastReject());
        }
    }

    private void drive() {
        startNs = System.nanoTime();
        source.onStart(names, inFlight.slotCount(), startNs);
        lastAnswerNs = startNs;
        pump = new Pump(settings, connections, inFlight, tally, source, scratch, scratchBytes, startNs, epochOffsetNs);
        while (!stopRequested && !pump.finishedSending(System.nanoTime()) && anyOpen() && !overdue()
            && !silent()) {
            final long waitNs = pump.pump();
            beat(System.nanoTime());
            if (waitNs > POLL_BELOW_NS) {
                loop.run(Math.min(TICK_NS, waitNs - POLL_BELOW_NS * 2 / 3));
            } else {
                loop.runNow();
            }
        }
    }

    /** A server that gives no room for longer than the drain time is not waited for any more. */
    private boolean overdue() {
        return pump.endNs() != Long.MAX_VALUE && System.nanoTime() - pump.endNs() > settings.drainNs();
    }

    /** Without a rate the next message waits for answers: when none comes any more, the run must end all the same. */
    private boolean silent() {
        return !(settings.schedule() instanceof Schedule.ConstantRate) && inFlight.count() > 0
            && System.nanoTime() - Math.max(lastAnswerNs, pump.lastSentNs()) > settings.drainNs();
    }

    private void drain() {
        final long deadlineNs = System.nanoTime() + settings.drainNs();
        while (inFlight.count() > 0 && System.nanoTime() < deadlineNs && anyOpen()) {
            loop.run(TICK_NS);
            beat(System.nanoTime());
        }
        answers.abandon(-1);
    }

    private void close() {
        closing = true;
        for (final Connection connection : connections) {
            if (connection != null && connection.connected()) {
                if (connection.ready()) {
                    opener.logOff(connection, System.nanoTime());
                }
                connection.close();
            }
        }
        loop.runNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        final long deadlineNs = System.nanoTime() + 2_000_000_000L;
        while (!loop.isTerminated() && System.nanoTime() < deadlineNs) {
            loop.run(TICK_NS);
        }
    }

    private boolean anyOpen() {
        for (final Connection connection : connections) {
            if (!connection.closed()) {
                return true;
            }
        }
        return false;
    }

    private void beat(final long nowNs) {
        for (final Connection connection : connections) {
            if (connection.ready() && !connection.closed()
                && nowNs - connection.lastSendNs() > SessionOpener.HEARTBEAT_INTERVAL_MS * 500_000L) {
                opener.beat(connection, nowNs + epochOffsetNs, nowNs);
            }
        }
    }

    private void runUntil(final long deadlineNs, final String what, final java.util.function.BooleanSupplier done)
        throws IOException {
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IOException("time-out while " + what + ": " + settings.host() + ":" + settings.port());
            }
            if (stopRequested) {
                throw new IOException("stopped while " + what);
            }
            loop.run(TICK_NS);
        }
    }

    @Override
    public void onFrame(
        final Connection connection, final UnsafeBuffer buffer, final int offset, final int length, final long nowNs) {
        header.wrap(buffer, offset);
        final int bodyOffset = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        if (header.schemaId() != MessageHeaderDecoder.SCHEMA_ID) {
            throw new IllegalStateException("schema of another protocol");
        }
        if (answers.onAnswer(connection, header, buffer, bodyOffset, nowNs)) {
            lastAnswerNs = nowNs;
            return;
        }
        switch (header.templateId()) {
            case LogonAckDecoder.TEMPLATE_ID ->
                opener.onLogonAck(connection, settings, header, buffer, bodyOffset);
            case ResolveResponseDecoder.TEMPLATE_ID -> opener.onNames(names, header, buffer, bodyOffset);
            case HeartbeatDecoder.TEMPLATE_ID, LogoffDecoder.TEMPLATE_ID -> {
                // Nothing to do: our own heartbeats are timed, and after a logoff the server closes.
            }
            default -> tally.increment(RunCounter.UNEXPECTED_ANSWERS);
        }
    }

    @Override
    public void onMalformed(final Connection connection) {
        tally.increment(RunCounter.MALFORMED_FRAMES);
    }

    @Override
    public void onClosed(final Connection connection) {
        if (!closing && startNs != 0) {
            tally.increment(RunCounter.CONNECTIONS_LOST);
            answers.abandon(connection.index());
        }
    }
}
