package io.opportune.engine.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A shard's ring: order, bounds, failures, and the estimate by which requests are shed. */
@Timeout(60)
class ShardTest {
    private static final int RING_SIZE = 8;
    private static final int MESSAGE_BYTES = 100;
    private static final long US = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Notes what it is given. */
    private static final class Notes implements ShardHandler {
        private final List<Long> handled = new ArrayList<>();
        private final List<Throwable> errors = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private int batchEnds;
        private int stops;
        private int idleWork;
        private long throwAt = Long.MIN_VALUE;
        private boolean throwAtBatchEnd;

        @Override
        public void onMessage(final RequestSlot slot) {
            final long value = slot.message().getLong(0, ByteOrder.LITTLE_ENDIAN);
            if (value == throwAt) {
                throw new IllegalStateException("message " + value);
            }
            handled.add(value);
        }

        @Override
        public void onBatchEnd() {
            batchEnds++;
            if (throwAtBatchEnd) {
                throw new IllegalStateException("end of batch");
            }
        }

        @Override
        public int onIdle() {
            return idleWork;
        }

        @Override
        public void onError(final RequestSlot slot, final Throwable error) {
            errors.add(error);
        }

        @Override
        public void onFailure(final Throwable error) {
            failures.add(error);
        }

        @Override
        public void onStop() {
            stops++;
        }
    }

    private final Notes notes = new Notes();

    private Shard shard(final int ringSize) {
        final Shard shard = new Shard(3, ringSize, MESSAGE_BYTES);
        shard.handler(notes);
        return shard;
    }

    private static boolean offer(final Shard shard, final long value) {
        final long sequence = shard.tryClaim();
        if (sequence < 0) {
            return false;
        }
        final RequestSlot slot = shard.slot(sequence);
        slot.begin(1, value, null, 0);
        slot.message().putLong(0, value, ByteOrder.LITTLE_ENDIAN);
        slot.lengthBytes(Long.BYTES);
        shard.publish(sequence, true);
        return true;
    }

    private static List<Long> range(final long from, final long to) {
        final List<Long> values = new ArrayList<>();
        for (long value = from; value < to; value++) {
            values.add(value);
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {-8, 0, 1, 3, 100, 131072})
    void shouldRefuseARingThatIsNoPowerOfTwoInRange(final int ringSize) {
        assertThrows(IllegalArgumentException.class, () -> new Shard(0, ringSize, MESSAGE_BYTES));
    }

    @Test
    void shouldHandleMessagesInTheOrderOfTheirClaims() {
        final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
        final Random random = new Random(seed);
        final Shard shard = shard(RING_SIZE);
        long offered = 0;
        for (int round = 0; round < 1_000; round++) {
            for (int i = random.nextInt(2 * RING_SIZE); i > 0; i--) {
                offered += offer(shard, offered) ? 1 : 0;
            }
            assertEquals(offered - notes.handled.size(), shard.backlog(), "seed " + seed);
            if (random.nextBoolean()) {
                final int waiting = (int) shard.backlog();
                assertEquals(waiting, shard.doWork(), "seed " + seed);
            }
        }
        shard.drain();
        assertEquals(range(0, offered), notes.handled, "seed " + seed);
        assertEquals(0, shard.backlog());
    }

    @Test
    void shouldRefuseWhatDoesNotFitIntoAFullRing() {
        final Shard shard = shard(RING_SIZE);
        for (int i = 0; i < RING_SIZE; i++) {
            assertTrue(offer(shard, i));
        }
        assertEquals(-1, shard.tryClaim());
        assertFalse(shard.tryCommand(() -> notes.handled.add(-1L)));
        assertFalse(shard.tryForward(shard.slot(0)));
        assertEquals(RING_SIZE, shard.backlog());
        assertEquals(RING_SIZE, shard.doWork());
        assertEquals(range(0, RING_SIZE), notes.handled, "what was refused left nothing behind");
        assertTrue(offer(shard, RING_SIZE));
        assertEquals(1, shard.doWork());
    }

    @Test
    void shouldPassOverASlotThatWasNotFilled() {
        final Shard shard = shard(RING_SIZE);
        offer(shard, 0);
        shard.publish(shard.tryClaim(), false);
        offer(shard, 2);
        assertEquals(3, shard.doWork());
        assertEquals(List.of(0L, 2L), notes.handled);
        assertEquals(List.of(), notes.errors);
    }

    @Test
    void shouldEndABatchOnceAndOnlyAfterWork() {
        final Shard shard = shard(RING_SIZE);
        assertEquals(0, shard.doWork());
        assertEquals(0, notes.batchEnds);
        offer(shard, 0);
        offer(shard, 1);
        notes.idleWork = 5;
        assertEquals(2 + 5, shard.doWork(), "background work counts");
        assertEquals(1, notes.batchEnds);
    }

    @Test
    void shouldBoundABatchAndDrainAllTheSame() {
        final Shard shard = shard(256);
        for (int i = 0; i < 200; i++) {
            offer(shard, i);
        }
        final int first = shard.doWork();
        assertTrue(first > 0 && first < 200, "handled at once: " + first);
        shard.drain();
        assertEquals(range(0, 200), notes.handled);
    }

    @Test
    void shouldNotHandleABatchWithinABatch() {
        final Shard shard = shard(RING_SIZE);
        final List<Integer> inner = new ArrayList<>();
        shard.tryCommand(() -> {
            shard.drain();
            inner.add(shard.doWork());
        });
        offer(shard, 1);
        assertEquals(2, shard.doWork());
        assertEquals(List.of(0), inner);
        assertEquals(List.of(1L), notes.handled);
    }

    @Test
    void shouldRunCommandsInOrderAmongMessages() {
        final Shard shard = shard(RING_SIZE);
        offer(shard, 0);
        assertTrue(shard.tryCommand(() -> notes.handled.add(-1L)));
        assertTrue(shard.tryCommand(() -> notes.handled.add(-2L)));
        offer(shard, 1);
        assertTrue(shard.tryCommand(() -> notes.handled.add(-3L)));
        assertEquals(List.of(), notes.handled, "nothing runs on the thread that offers");
        assertEquals(5, shard.doWork());
        assertEquals(List.of(0L, -1L, -2L, 1L, -3L), notes.handled);
    }

    @Test
    void shouldGoOnAfterAHandlerOrACommandThrew() {
        final Shard shard = shard(RING_SIZE);
        notes.throwAt = 1;
        offer(shard, 0);
        offer(shard, 1);
        shard.tryCommand(() -> {
            throw new AssertionError("command");
        });
        offer(shard, 2);
        assertEquals(4, shard.doWork());
        assertEquals(List.of(0L, 2L), notes.handled);
        assertEquals(List.of("message 1", "command"), notes.errors.stream().map(Throwable::getMessage).toList());
        assertEquals(0, shard.backlog(), "what threw is consumed");
        notes.throwAtBatchEnd = true;
        offer(shard, 3);
        assertEquals(1, shard.doWork());
        assertEquals(1, notes.failures.size());
        notes.throwAtBatchEnd = false;
        offer(shard, 4);
        assertEquals(1, shard.doWork());
        assertEquals(List.of(0L, 2L, 3L, 4L), notes.handled);
    }

    @Test
    void shouldForwardACopyOfASlot() {
        final Shard from = shard(RING_SIZE);
        final Shard to = new Shard(1, RING_SIZE, MESSAGE_BYTES);
        final Notes received = new Notes();
        to.handler(received);
        offer(from, 77);
        assertTrue(to.tryForward(from.slot(0)));
        from.slot(0).message().putLong(0, 0, ByteOrder.LITTLE_ENDIAN);
        assertEquals(1, to.doWork());
        assertEquals(List.of(77L), received.handled);
    }

    @Test
    void shouldPromiseNoDelayWhenNothingWaits() {
        final Shard shard = shard(RING_SIZE);
        assertEquals(0, shard.expectedDelayNs());
        for (int i = 0; i < 100; i++) {
            shard.recordServiceTimeNs(10 * MS);
        }
        assertEquals(0, shard.expectedDelayNs(), "whatever the last messages took, the next must be let in");
        offer(shard, 0);
        assertTrue(shard.expectedDelayNs() > 0);
        shard.doWork();
        assertEquals(0, shard.expectedDelayNs());
    }

    @Test
    void shouldHardlyMoveTheEstimateForOneMessageThatWasHeldUp() {
        final Shard shard = shard(RING_SIZE);
        for (int i = 0; i < 1_000; i++) {
            shard.recordServiceTimeNs(10 * US);
        }
        offer(shard, 0);
        final long usual = shard.expectedDelayNs();
        assertTrue(usual > 2 * 9 * US && usual <= 2 * 10 * US, "one waits, one comes: " + usual);
        shard.recordServiceTimeNs(10 * MS);
        assertTrue(shard.expectedDelayNs() < 4 * usual, usual + " became " + shard.expectedDelayNs());
        for (int i = 0; i < 100; i++) {
            shard.recordServiceTimeNs(10 * US);
        }
        assertTrue(shard.expectedDelayNs() <= usual + usual / 10, "and it is forgotten: " + shard.expectedDelayNs());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 10_000})
    void shouldSeeWithinTwentyMessagesThatAllHaveBecomeSlow(final long beforeNs) {
        final Shard shard = shard(RING_SIZE);
        for (int i = 0; i < 1_000; i++) {
            shard.recordServiceTimeNs(beforeNs);
        }
        for (int i = 0; i < 5; i++) {
            offer(shard, i);
        }
        for (int i = 0; i < 20; i++) {
            shard.recordServiceTimeNs(MS);
        }
        assertTrue(shard.expectedDelayNs() >= MS / 2 * shard.backlog(), "estimate " + shard.expectedDelayNs());
        assertTrue(shard.expectedDelayNs() <= MS * (shard.backlog() + 1), "estimate " + shard.expectedDelayNs());
    }

    @Test
    void shouldHandleWhatManyThreadsOfferEachInItsOwnOrder() throws Exception {
        final int producers = 3;
        final long perProducer = 20_000;
        final Shard shard = shard(64);
        final ShardThread thread = new ShardThread(shard);
        final AtomicReference<Throwable> failed = new AtomicReference<>();
        final List<Thread> threads = new ArrayList<>();
        thread.start();
        for (int p = 0; p < producers; p++) {
            final long base = p * perProducer;
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    for (long i = 0; i < perProducer; i++) {
                        while (!offer(shard, base + i)) {
                            Thread.onSpinWait();
                        }
                    }
                } catch (final Throwable e) {
                    failed.set(e);
                }
            }));
        }
        for (final Thread producer : threads) {
            producer.join();
        }
        thread.close();
        assertSame(null, failed.get());
        assertEquals(1, notes.stops, "stopped once, after what was in the ring");
        assertEquals(producers * perProducer, notes.handled.size());
        for (int p = 0; p < producers; p++) {
            final long base = p * perProducer;
            assertEquals(range(base, base + perProducer), notes.handled.stream()
                .filter(value -> value >= base && value < base + perProducer).toList());
        }
    }
}
