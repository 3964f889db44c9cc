package io.opportune.engine.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Notices against a plain set: what is remembered, what is forgotten, and that each is known to be one of both. */
class NoticeIdHorizonTest {
    private static final int THREADS = 4;

    @Test
    void shouldRememberItsCapacityAndKnowWhatItForgot() {
        final long seed = 4_711;
        final Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            final int capacity = NoticeIdHorizon.MIN_CAPACITY + random.nextInt(3_000);
            try (NoticeIdHorizon horizon = new NoticeIdHorizon(capacity)) {
                final List<long[]> added = new ArrayList<>();
                final Map<Long, Long> bids = new HashMap<>();
                long nowNs = 1_000_000;
                for (int i = 0; i < 5 * capacity; i++) {
                    nowNs += random.nextInt(3);
                    // The bid was made some time before its notice.
                    final long bidNs = nowNs - random.nextInt(1_000);
                    final long[] id = {random.nextLong(), random.nextLong()};
                    assertFalse(horizon.contains(id[0], id[1]));
                    assertTrue(horizon.addIfAbsent(id[0], id[1], nowNs));
                    assertFalse(horizon.addIfAbsent(id[0], id[1], nowNs), "at once");
                    added.add(id);
                    bids.put(id[1], bidNs);
                    if (random.nextInt(10) == 0) {
                        final long[] earlier = added.get(random.nextInt(added.size()));
                        final boolean known = horizon.contains(earlier[0], earlier[1]);
                        assertTrue(known || horizon.isForgotten(bids.get(earlier[1])),
                            "neither remembered nor known to be forgotten, seed " + seed);
                    }
                }
                for (int i = added.size() - capacity; i < added.size(); i++) {
                    assertTrue(horizon.contains(added.get(i)[0], added.get(i)[1]), "seed " + seed + ", id " + i);
                }
                assertFalse(horizon.contains(added.getFirst()[0], added.getFirst()[1]));
                assertFalse(horizon.isForgotten(nowNs), "what is bid now is taken");
                assertEquals(capacity, horizon.capacity());
            }
        }
    }

    @Test
    void shouldForgetNothingWhileThereIsRoom() {
        try (NoticeIdHorizon horizon = new NoticeIdHorizon(NoticeIdHorizon.MIN_CAPACITY)) {
            for (int i = 0; i < NoticeIdHorizon.MIN_CAPACITY; i++) {
                assertTrue(horizon.addIfAbsent(i, i, i));
            }
            assertEquals(Long.MIN_VALUE, horizon.forgottenNs());
            assertFalse(horizon.isForgotten(0));
        }
    }

    @Test
    void shouldBeTheSameAfterADump() {
        final Random random = new Random(8);
        try (NoticeIdHorizon horizon = new NoticeIdHorizon(2_000);
            NoticeIdHorizon same = new NoticeIdHorizon(2_000);
            NoticeIdHorizon smaller = new NoticeIdHorizon(NoticeIdHorizon.MIN_CAPACITY)) {
            final List<long[]> added = new ArrayList<>();
            for (int i = 0; i < 9_000; i++) {
                final long[] id = {random.nextLong(), random.nextLong(), 1_000 + i};
                horizon.addIfAbsent(id[0], id[1], id[2]);
                added.add(id);
            }
            final int[] entries = new int[1];
            final int count = horizon.dump((fingerprint, timeNs) -> {
                entries[0]++;
                same.restore(fingerprint, timeNs);
                smaller.restore(fingerprint, timeNs);
            });
            assertEquals(count + 1, entries[0]);
            assertTrue(count >= 2_000 && count <= 2_000 * NoticeIdHorizon.SLICES / (NoticeIdHorizon.SLICES - 1) + 8);
            assertEquals(horizon.forgottenNs(), same.forgottenNs());
            for (final long[] id : added) {
                assertEquals(horizon.contains(id[0], id[1]), same.contains(id[0], id[1]));
                assertTrue(smaller.contains(id[0], id[1]) || smaller.isForgotten(id[2]));
            }
            assertTrue(smaller.forgottenNs() > same.forgottenNs());
            horizon.forgetUpTo(1);
            assertEquals(same.forgottenNs(), horizon.forgottenNs(), "never goes back");
        }
    }

    /** As many rounds as there are numbers of rounds: nothing of an earlier one comes up again. */
    @Test
    void shouldTellItsRoundsApart() {
        try (NoticeIdHorizon horizon = new NoticeIdHorizon(NoticeIdHorizon.MIN_CAPACITY)) {
            final int ids = 300 * NoticeIdHorizon.MIN_CAPACITY * 2;
            for (int i = 0; i < ids; i++) {
                assertTrue(horizon.addIfAbsent(1, i, i), "id " + i);
            }
            int found = 0;
            for (int i = 0; i < ids - 2 * NoticeIdHorizon.MIN_CAPACITY; i++) {
                found += horizon.contains(1, i) ? 1 : 0;
            }
            assertEquals(0, found);
        }
    }

    @Test
    void shouldLetOneOfSeveralThreadsAddAnId() throws InterruptedException {
        final int ids = 60_000;
        try (NoticeIdHorizon horizon = new NoticeIdHorizon(4 * ids)) {
            final AtomicLong added = new AtomicLong();
            run(thread -> {
                for (int i = 0; i < ids; i++) {
                    added.addAndGet(horizon.addIfAbsent(3, i, i) ? 1 : 0);
                }
            });
            assertEquals(ids, added.get());
        }
        try (NoticeIdHorizon small = new NoticeIdHorizon(NoticeIdHorizon.MIN_CAPACITY)) {
            final AtomicLong lost = new AtomicLong();
            run(thread -> {
                for (int i = 0; i < ids; i++) {
                    small.addIfAbsent(thread, i, i);
                    final int earlier = Math.max(0, i - 100);
                    lost.addAndGet(small.contains(thread, earlier) || small.isForgotten(earlier) ? 0 : 1);
                }
            });
            assertEquals(0, lost.get());
        }
    }

    private interface Work {
        void run(int thread);
    }

    private static void run(final Work work) throws InterruptedException {
        final Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            final int thread = i;
            threads[i] = new Thread(() -> work.run(thread));
            threads[i].start();
        }
        for (final Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void shouldRefuseSizesItCannotHold() {
        assertThrows(IllegalArgumentException.class, () -> new NoticeIdHorizon(NoticeIdHorizon.MIN_CAPACITY - 1));
        assertThrows(IllegalArgumentException.class, () -> new NoticeIdHorizon(NoticeIdHorizon.MAX_CAPACITY + 1));
    }
}
