package io.opportune.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

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
        assertEquals(20_000 - capacity + 1, cache.oldestJournalIndex());
    }

    @Test
    void shouldForgetOnlyTheOldestWhenBytesRunOut() {
        final AnswerCache cache = new AnswerCache(1_000, 4096);
        final Map<Long, byte[]> all = new HashMap<>();
        final Random random = new Random(SEED);
        for (long id = 1; id <= 20_000; id++) {
            all.put(id, put(cache, id, 1 + random.nextInt(500), random));
            final long oldest = cache.oldestJournalIndex();
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
        cache.put(id, new UnsafeBuffer(answer), 0, answer.length);
        return answer;
    }

    @Test
    void shouldTellTheSameIdOfAnotherClientApart() {
        final AnswerCache cache = new AnswerCache(4, 4096);
        cache.key(1, 2, 3);
        cache.put(1, new UnsafeBuffer(new byte[8]), 0, 8);
        assertNotNull(cache.find());
        cache.key(1, 2, 4);
        assertNull(cache.find());
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
        cache.put(2, new UnsafeBuffer(new byte[2048]), 0, 2048);
        assertNull(cache.find());
        assertEquals(Long.MAX_VALUE, cache.oldestJournalIndex());
        assertThrows(IllegalArgumentException.class, () -> new AnswerCache(0, 4096));
        assertThrows(IllegalArgumentException.class, () -> new AnswerCache(1, 100));
    }
}
