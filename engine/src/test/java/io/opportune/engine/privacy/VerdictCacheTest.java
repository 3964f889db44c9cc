package io.opportune.engine.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The memory of outcomes against a map that forgets nothing. */
class VerdictCacheTest {
    private static final int MAX_LENGTH = 40;
    private static final long SEED = 7L;

    private final Random random = new Random(SEED);

    private static UnsafeBuffer buffer(final String text) {
        return new UnsafeBuffer(("#" + text + "#").getBytes(StandardCharsets.US_ASCII));
    }

    private static int get(final VerdictCache cache, final long context, final String text) {
        return cache.get(context, buffer(text), 1, text.length());
    }

    private static void put(final VerdictCache cache, final long context, final String text, final int verdict) {
        assertEquals(VerdictCache.MISS, get(cache, context, text));
        cache.put(context, buffer(text), 1, text.length(), verdict);
    }

    @Test
    void shouldNeverAnswerWithAnothersVerdict() {
        final VerdictCache cache = new VerdictCache(32, MAX_LENGTH);
        final Map<String, Integer> truth = new HashMap<>();
        int hits = 0;
        for (int i = 0; i < 200_000; i++) {
            // Few different characters and lengths: many strings that differ in one byte, or begin alike.
            final StringBuilder text = new StringBuilder();
            for (int length = 1 + random.nextInt(MAX_LENGTH + 2); length > 0; length--) {
                text.append(random.nextInt(40) == 0 ? 'B' : 'A');
            }
            final long context = random.nextInt(2);
            final int verdict = get(cache, context, text.toString());
            final Integer expected = truth.get(context + "/" + text);
            if (verdict == VerdictCache.MISS) {
                final int made = expected == null ? random.nextInt(1000) : expected;
                truth.put(context + "/" + text, made);
                cache.put(context, buffer(text.toString()), 1, text.length(), made);
            } else {
                hits++;
                assertEquals(expected, verdict, "seed " + SEED);
            }
        }
        assertTrue(hits > 20_000, "hardly anything was found: " + hits);
        assertEquals(hits, cache.hits());
        assertEquals(200_000 - hits, cache.misses());
        assertTrue(truth.size() > 10 * cache.capacity(), "far more strings than room");
    }

    @Test
    void shouldForgetTheLeastRecentlyUsed() {
        final VerdictCache cache = new VerdictCache(4, MAX_LENGTH);
        assertEquals(4, cache.capacity());
        for (int i = 0; i < 4; i++) {
            put(cache, 0L, "string " + i, i);
        }
        assertEquals(0, get(cache, 0L, "string 0"));
        put(cache, 0L, "string 4", 4);
        assertEquals(0, get(cache, 0L, "string 0"));
        assertEquals(VerdictCache.MISS, get(cache, 0L, "string 1"));
        assertEquals(2, get(cache, 0L, "string 2"));
    }

    @Test
    void shouldNotKeepStringsThatAreTooLong() {
        final VerdictCache cache = new VerdictCache(4, MAX_LENGTH);
        final String fits = "x".repeat(MAX_LENGTH);
        put(cache, 0L, fits, 5);
        put(cache, 0L, fits + "x", 6);
        assertEquals(5, get(cache, 0L, fits));
        assertEquals(VerdictCache.MISS, get(cache, 0L, fits + "x"));
        assertEquals(VerdictCache.MISS, get(cache, 0L, ""));
        assertNotEquals(5, get(cache, 1L, fits));
    }

    @Test
    void shouldSayHowLargeItIs() {
        assertEquals(0L, VerdictCache.sizeBytes(0, 2000));
        assertEquals(4L * (32 + 40), VerdictCache.sizeBytes(1, 40));
        assertEquals(8L * (32 + 48), VerdictCache.sizeBytes(5, 41));
    }
}
