package io.opportune.engine.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.DefaultEventLoop;
import io.opportune.engine.session.BatchHandler;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one failure costs, wherever an event loop meets it: both transports rest on this. */
@Timeout(30)
class TransportLoopTest {
    /** Where something fails, once. */
    private enum Place {
        IDLE, BATCH_END, DRAIN, DRAINED, FLUSH, TIMES, SHUTDOWN;

        boolean isOfAConnection() {
            return this == FLUSH || this == TIMES || this == SHUTDOWN;
        }
    }

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final AtomicReference<Place> failing = new AtomicReference<>();
    private final AtomicInteger idleCalls = new AtomicInteger();
    private final DefaultEventLoop netty = new DefaultEventLoop();
    private final Connection sound = new Connection(false);
    private final Connection broken = new Connection(true);
    private Loop loop;

    private void failAt(final Place place) {
        if (failing.compareAndSet(place, null)) {
            throw new AssertionError(place.name());
        }
    }

    /** Goes at once when it fails. */
    private final class Connection implements LoopConnection {
        final AtomicInteger flushes = new AtomicInteger();
        final AtomicInteger checks = new AtomicInteger();
        final List<Throwable> own = new CopyOnWriteArrayList<>();
        private final boolean mayFail;
        private int position;

        Connection(final boolean mayFail) {
            this.mayFail = mayFail;
        }

        private void failAt(final Place place) {
            if (mayFail) {
                TransportLoopTest.this.failAt(place);
            }
        }

        @Override
        public void flush() {
            failAt(Place.FLUSH);
            flushes.incrementAndGet();
        }

        @Override
        public void checkTimes(final long nowNs) {
            failAt(Place.TIMES);
            checks.incrementAndGet();
        }

        @Override
        public void beginShutdown() {
            failAt(Place.SHUTDOWN);
            loop.remove(this);
        }

        @Override
        public void closeNow() {
            loop.remove(this);
        }

        @Override
        public void onFailure(final Throwable failure) {
            own.add(failure);
            failures.add(failure);
            loop.remove(this);
        }

        @Override
        public int loopPosition() {
            return position;
        }

        @Override
        public void loopPosition(final int newPosition) {
            position = newPosition;
        }
    }

    /** Looks at time-outs at every tick. */
    private final class Loop extends TransportLoop {
        Loop() {
            super(netty, reports(), SystemNanoClock.INSTANCE, new OffsetEpochNanoClock(),
                new AtomicCounter(new UnsafeBuffer(ByteBuffer.allocateDirect(CountersReader.COUNTER_LENGTH)), 0), true);
            attach(
                new LoopSink(this) {
                    @Override
                    void drain() {
                        failAt(Place.DRAIN);
                    }
                },
                new BatchHandler() {
                    @Override
                    public void onReadBatchEnd() {
                        failAt(Place.BATCH_END);
                    }

                    @Override
                    public void onIdle() {
                        idleCalls.incrementAndGet();
                        failAt(Place.IDLE);
                    }
                });
        }

        @Override
        protected void onBatchRead(final int messageCount, final long byteCount) {
            // Nothing is counted.
        }

        @Override
        protected void onTick() {
            checkTimes(nowNs());
            super.onTick();
        }

        @Override
        protected void onDrained() {
            failAt(Place.DRAINED);
        }
    }

    private GatewayErrors reports() {
        return new GatewayErrors() {
            @Override
            public void onPeerError(final String component, final String what) {
                failures.add(new AssertionError(what));
            }

            @Override
            public void onFailure(final Throwable failure) {
                failures.add(failure);
            }
        };
    }

    private static void await(final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, "not within 10 s: " + what);
            Thread.onSpinWait();
        }
    }

    private void onLoop(final Runnable task) {
        netty.submit(task).syncUninterruptibly();
    }

    @BeforeEach
    void open() {
        loop = new Loop();
        onLoop(() -> {
            loop.add(sound);
            loop.add(broken);
        });
    }

    @AfterEach
    void close() {
        onLoop(loop::closeAll);
        netty.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void wantFlushes() {
        onLoop(() -> {
            loop.wantsFlush(broken);
            loop.wantsFlush(sound);
        });
    }

    @ParameterizedTest
    @EnumSource(value = Place.class, mode = EnumSource.Mode.EXCLUDE, names = "SHUTDOWN")
    void shouldServeTheOthersWhateverFails(final Place place) {
        failing.set(place);
        wantFlushes();
        await("the failure's report", () -> !failures.isEmpty());
        await("the flush behind it", () -> sound.flushes.get() == 1);
        final int idle = idleCalls.get();
        final int checks = sound.checks.get();
        await("more ticks", () -> idleCalls.get() > idle + 3 && sound.checks.get() > checks + 3);
        onLoop(() -> loop.wantsFlush(sound));
        await("another flush", () -> sound.flushes.get() == 2);
        final List<String> told = new ArrayList<>();
        failures.forEach(failure -> told.add(failure.getMessage()));
        assertEquals(List.of(place.name()), told);
        assertEquals(place.isOfAConnection() ? failures : List.of(), broken.own);
        assertEquals(place == Place.FLUSH ? 0 : 1, broken.flushes.get());
        onLoop(() -> assertEquals(place.isOfAConnection() ? 1 : 2, loop.connectionCount()));
    }

    @Test
    void shouldEndThoughOneConnectionFailsToBeginTo() throws InterruptedException {
        failing.set(Place.SHUTDOWN);
        onLoop(loop::beginShutdown);
        assertTrue(loop.ended().await(10, TimeUnit.SECONDS));
        assertEquals(1, broken.own.size());
        assertEquals(List.of(), sound.own);
        onLoop(() -> assertEquals(0, loop.connectionCount()));
    }
}
