package io.opportune.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AnswerCacheTest {
    private static final long SEED = 99;

    @Test
    void shouldRememberExactlyTheLastAnswers() {
        final int capacity = 50;
        final AnswerCache cache = new AnswerCache(capacity, 16 * 1024);
        final Map<Long, byte[]> oracle = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(final Map.Entry<Long, byte[]> eldest) {
                return size() > capacity;
            }
        };
        final Random random = new Random(SEED);
        for (long id = 1; id <= 20_000; id++) {
            oracle.put(id, put(cache, id, 1 + random.nextInt(64), random));
            final long asked = Math.max(1, id - random.nextInt(2 * capacity));
            assertTrue(cache.key(asked * 31, asked, 3));
            check(cache.find(), oracle.get(asked), "seed " + SEED + ", id " + id);
        }
        assertEquals(20_000 - capacity + 1, cache.oldestJournalIndex(0));
    }

    @Test
    void shouldForgetOnlyTheOldestWhenBytesRunOut() {
        final AnswerCache cache = new AnswerCache(1_000, 4096);
        final Map<Long, byte[]> all = new HashMap<>();
        final Random random = new Random(SEED);
        for (long id = 1; id <= 20_000; id++) {
            all.put(id, put(cache, id, 1 + random.nextInt(500), random));
            final long oldest = cache.oldestJournalIndex(0);
            assertTrue(id < 10 || id - oldest >= 4, "only " + (id - oldest) + " kept, seed " + SEED + ", id " + id);
            for (long asked = Math.max(1, oldest - 3); asked <= id; asked++) {
                cache.key(asked * 31, asked, 3);
                check(cache.find(), asked < oldest ? null : all.get(asked), "seed " + SEED + ", id " + id);
            }
            all.remove(id - 1_000);
        }
    }

    private static byte[] put(final AnswerCache cache, final long id, final int length, final Random random) {
        final byte[] answer = new byte[length];
        random.nextBytes(answer);
        cache.key(id * 31, id, 3);
        cache.put(0, id, new UnsafeBuffer(answer), 0, answer.length);
        return answer;
    }

    @Test
    void shouldTellTheSameIdOfAnotherClientApart() {
        final AnswerCache cache = new AnswerCache(4, 4096);
        cache.key(1, 2, 3);
        cache.put(0, 1, new UnsafeBuffer(new byte[8]), 0, 8);
        assertNotNull(cache.find());
        cache.key(1, 2, 4);
        assertNull(cache.find());
    }

    @Test
    void shouldSayPerQueueFromWhereToRead() {
        final int capacity = 30;
        final AnswerCache cache = new AnswerCache(capacity, 64 * 1024);
        final Random random = new Random(SEED);
        final long[] next = {1_000, 5, 90_000};
        final ArrayDeque<long[]> kept = new ArrayDeque<>();
        for (int id = 1; id <= 5_000; id++) {
            // Three queues when recovered, then only the shard's own.
            final int writer = id < 200 ? random.nextInt(3) : 1;
            next[writer] += 1 + random.nextInt(3);
            cache.key(id, id, 0);
            cache.put(writer, next[writer], new UnsafeBuffer(new byte[16]), 0, 16);
            kept.add(new long[] {writer, next[writer]});
            if (kept.size() > capacity) {
                kept.remove();
            }
            for (int queue = 0; queue < 4; queue++) {
                final int asked = queue;
                final long oldest = kept.stream().filter(each -> each[0] == asked).mapToLong(each -> each[1]).min()
                    .orElse(Long.MAX_VALUE);
                final long said = cache.oldestJournalIndex(queue);
                assertTrue(oldest == Long.MAX_VALUE ? said == oldest : said <= oldest && said > oldest - 4,
                    "queue " + queue + " is needed from " + oldest + ", not " + said + "; seed " + SEED + ", id " + id);
            }
        }
    }

    /** One thread puts without a pause, another copies: it never sees half an answer, nor misses one that is kept. */
    @Test
    @Timeout(60)
    void shouldBeCopiedFromWhileAnswersArePut() throws Exception {
        final int capacity = 64;
        final int answers = 400_000;
        final AnswerCache cache = new AnswerCache(capacity, 8 * 1024);
        final AtomicLong done = new AtomicLong();
        final AtomicReference<Throwable> failed = new AtomicReference<>();
        final Thread owner = new Thread(() -> {
            final UnsafeBuffer answer = new UnsafeBuffer(new byte[64]);
            for (long id = 1; id <= answers; id++) {
                final int length = lengthOf(id);
                for (int i = 0; i < length; i++) {
                    answer.putByte(i, (byte) (id + i));
                }
                cache.key(id * 31, id, 3);
                cache.put(0, id, answer, 0, length);
                done.setRelease(id);
            }
        });
        owner.setUncaughtExceptionHandler((thread, error) -> failed.set(error));
        owner.start();
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[128]);
        long found = 0;
        for (long last = done.getAcquire(); last < answers && failed.get() == null; last = done.getAcquire()) {
            final long id = Math.max(1, last - 8);
            final int length = cache.copy(id * 31, id, 3, copy, 4);
            if (length >= 0) {
                found++;
                assertEquals(lengthOf(id), length);
                for (int i = 0; i < length; i++) {
                    assertEquals((byte) (id + i), copy.getByte(4 + i), "byte " + i + " of answer " + id);
                }
            } else if (length == AnswerCache.ABSENT && last > 8) {
                assertTrue(done.getAcquire() > id + capacity / 2, "answer " + id + " is kept and was not found");
            }
        }
        owner.join();
        assertNull(failed.get());
        assertTrue(found > 0, "nothing was copied while answers were put");
        assertEquals(lengthOf(answers), cache.copy(answers * 31L, answers, 3, copy, 0));
        assertEquals(AnswerCache.ABSENT, cache.copy(answers * 31L, answers, 4, copy, 0));
        assertEquals(AnswerCache.ABSENT, cache.copy(31, 1, 3, copy, 0));
    }

    private static int lengthOf(final long id) {
        return (int) (1 + id % 64);
    }

    private static void check(final DirectBuffer found, final byte[] expected, final String where) {
        if (expected == null) {
            assertNull(found, where);
            return;
        }
        assertNotNull(found, where);
        assertEquals(expected.length, found.capacity(), where);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found.getByte(i), where);
        }
    }

    @Test
    void shouldNotKeepAnswersWithoutIdOrTooLong() {
        final AnswerCache cache = new AnswerCache(4, 4096);
        assertFalse(cache.key(0, 0, 1));
        cache.key(1, 1, 0);
        cache.put(0, 2, new UnsafeBuffer(new byte[2048]), 0, 2048);
        assertNull(cache.find());
        assertEquals(Long.MAX_VALUE, cache.oldestJournalIndex(0));
        assertThrows(IllegalArgumentException.class, () -> new AnswerCache(0, 4096));
        assertThrows(IllegalArgumentException.class, () -> new AnswerCache(1, 100));
    }
}
