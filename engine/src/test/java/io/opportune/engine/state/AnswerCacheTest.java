package io.opportune.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
        final AnswerCache cache = new AnswerCache(capacity, 64);
        final Map<Long, byte[]> oracle = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(final Map.Entry<Long, byte[]> eldest) {
                return size() > capacity;
            }
        };
        final Random random = new Random(SEED);
        long next = 1;
        for (int step = 0; step < 20_000; step++) {
            final long id = next++;
            final byte[] answer = new byte[1 + random.nextInt(64)];
            random.nextBytes(answer);
            cache.put(id * 31, id, step, new UnsafeBuffer(answer), 0, answer.length);
            oracle.put(id, answer);
            final long asked = Math.max(1, id - random.nextInt(2 * capacity));
            check(cache.find(asked * 31, asked), oracle.get(asked), "seed " + SEED + ", step " + step);
        }
        assertEquals(20_000 - capacity, cache.oldestJournalIndex());
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
        final AnswerCache cache = new AnswerCache(4, 16);
        cache.put(0, 0, 1, new UnsafeBuffer(new byte[8]), 0, 8);
        cache.put(1, 1, 2, new UnsafeBuffer(new byte[64]), 0, 64);
        assertNull(cache.find(0, 0));
        assertNull(cache.find(1, 1));
        assertEquals(Long.MAX_VALUE, cache.oldestJournalIndex());
        assertThrows(IllegalArgumentException.class, () -> new AnswerCache(0, 16));
    }
}
