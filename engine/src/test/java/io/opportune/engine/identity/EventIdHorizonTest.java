package io.opportune.engine.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EventIdHorizonTest {
    private static final int THREADS = 4;

    private final AtomicBoolean failed = new AtomicBoolean();

    @Test
    void shouldRememberWhatWasAdded() {
        try (EventIdHorizon horizon = new EventIdHorizon(100)) {
            assertFalse(horizon.contains(0, 0));
            assertTrue(horizon.addIfAbsent(0, 0), "(0,0) is an id like any other");
            assertFalse(horizon.addIfAbsent(0, 0));
            assertTrue(horizon.addIfAbsent(0, 1));
            assertTrue(horizon.addIfAbsent(1, 0));
            assertTrue(horizon.contains(1, 0));
            assertFalse(horizon.contains(1, 1));
        }
    }

    @Test
    void shouldNeverForgetWithinTheHorizonNorRememberWhatWasNotAdded() {
        for (long seed = 1; seed <= 20; seed++) {
            final Random random = new Random(seed);
            final int size = EventIdHorizon.MIN_HORIZON + random.nextInt(300);
            final List<long[]> added = new ArrayList<>();
            try (EventIdHorizon horizon = new EventIdHorizon(size)) {
                for (int i = 0; i < size * 9; i++) {
                    final long[] id = {random.nextInt(4), random.nextLong()};
                    assertTrue(horizon.addIfAbsent(id[0], id[1]), "seed " + seed);
                    added.add(id);
                    final long[] recent = added.get(added.size() - 1 - random.nextInt(Math.min(size, added.size())));
                    assertTrue(horizon.contains(recent[0], recent[1]), "seed " + seed + ", id " + i);
                    assertFalse(horizon.addIfAbsent(recent[0], recent[1]), "seed " + seed + ", id " + i);
                    assertFalse(horizon.contains(random.nextInt(4), random.nextLong()), "seed " + seed);
                }
                for (int i = 0; i < size; i++) {
                    final long[] recent = added.get(added.size() - 1 - i);
                    assertTrue(horizon.contains(recent[0], recent[1]), "seed " + seed + ", age " + i);
                }
                assertFalse(horizon.contains(added.get(0)[0], added.get(0)[1]), "seed " + seed + ": it is bounded");
            }
        }
    }

    @Test
    void shouldComeBackFromADump() {
        try (EventIdHorizon horizon = new EventIdHorizon(50); EventIdHorizon restored = new EventIdHorizon(50)) {
            for (int i = 0; i < 500; i++) {
                assertTrue(horizon.addIfAbsent(i, -i));
            }
            final long[] last = {-1};
            final int count = horizon.dump((high, low) -> {
                assertTrue(high > last[0], "oldest first");
                last[0] = high;
                assertTrue(restored.addIfAbsent(high, low));
            });
            assertTrue(count >= 50);
            assertEquals(499, last[0]);
            for (int i = 450; i < 500; i++) {
                assertTrue(restored.contains(i, -i), "id " + i);
            }
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void shouldAdmitEachIdOnceWhenThreadsRace() throws Exception {
        final int ids = 200_000;
        final AtomicIntegerArray admitted = new AtomicIntegerArray(ids);
        // The racing threads stay within a window far smaller than the horizon, as retries do.
        try (EventIdHorizon horizon = new EventIdHorizon(20_000)) {
            final AtomicIntegerArray progress = new AtomicIntegerArray(THREADS);
            run(thread -> {
                for (int i = 0; i < ids; i++) {
                    while (i - slowest(progress) > 2_000) {
                        Thread.yield();
                    }
                    if (horizon.addIfAbsent(i * 31L, i)) {
                        admitted.incrementAndGet(i);
                    }
                    assertTrue(horizon.contains(i * 31L, i));
                    assertFalse(horizon.contains(i * 31L, -1L - i));
                    progress.set(thread, i + 1);
                }
                return null;
            });
            for (int i = 0; i < ids; i++) {
                assertEquals(1, admitted.get(i), "id " + i);
            }
        }
    }

    private int slowest(final AtomicIntegerArray progress) {
        if (failed.get()) {
            throw new IllegalStateException("another thread failed");
        }
        int slowest = Integer.MAX_VALUE;
        for (int i = 0; i < progress.length(); i++) {
            slowest = Math.min(slowest, progress.get(i));
        }
        return slowest;
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void shouldNotForgetWhileGenerationsTurnUnderThreads() throws Exception {
        final int lead = 256;
        try (EventIdHorizon horizon = new EventIdHorizon(2 * lead * THREADS)) {
            final AtomicIntegerArray progress = new AtomicIntegerArray(THREADS);
            run(thread -> {
                for (int i = 0; i < 100_000; i++) {
                    // A bounded lead bounds how many ids others add between an addition and its check.
                    while (i - slowest(progress) > lead) {
                        Thread.yield();
                    }
                    assertTrue(horizon.addIfAbsent(thread, i));
                    assertTrue(horizon.contains(thread, i), "thread " + thread + ", id " + i);
                    assertFalse(horizon.contains(thread, i + 1));
                    progress.set(thread, i + 1);
                }
                return null;
            });
        }
    }

    private interface Work {
        Void run(int thread) throws Exception;
    }

    private void run(final Work work) throws Exception {
        final List<Callable<Void>> tasks = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            final int number = thread;
            tasks.add(() -> {
                try {
                    return work.run(number);
                } catch (final Throwable thrown) {
                    failed.set(true);
                    throw thrown;
                }
            });
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
            for (final Future<Void> done : executor.invokeAll(tasks)) {
                done.get();
            }
        }
    }

    @Test
    void shouldRefuseAHorizonOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> new EventIdHorizon(EventIdHorizon.MIN_HORIZON - 1));
        assertThrows(IllegalArgumentException.class, () -> new EventIdHorizon(EventIdHorizon.MAX_HORIZON + 1));
    }

    @Test
    void shouldAllocateNothing() {
        try (EventIdHorizon horizon = new EventIdHorizon(10_000)) {
            final long[] next = new long[1];
            assertEquals(0, AllocationProbe.bytesOf(() -> {
                int added = 0;
                for (int i = 0; i < 100_000; i++) {
                    added += horizon.addIfAbsent(next[0], next[0]++) ? 1 : 0;
                }
                if (added != 100_000) {
                    throw new AssertionError(added + " added");
                }
            }));
        }
    }
}
