package io.opportune.engine.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Decisions whose outcome may still come: found again, forgotten in order, erased, kept over a restart. */
class PendingExamplesTest {
    private static final int CAPACITY = 1 << 16;

    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);
    private final UnsafeBuffer features = new UnsafeBuffer(new byte[2_048]);

    private int add(final PendingExamples pending, final long low, final long root) {
        final int length = 8 + 8 * random.nextInt(100);
        final int places = 1 + random.nextInt(3);
        features.setMemory(0, length, (byte) low);
        assertTrue(pending.add(7, low, 1_000 + low, root, -root, places, features, 0, length));
        for (int place = 0; place < places; place++) {
            pending.place(place, (int) low + place, 9, 500);
        }
        return places;
    }

    private static void check(final PendingExamples pending, final long low, final int places) {
        assertEquals(1_000 + low, pending.timeNs());
        assertEquals(places, pending.places());
        assertEquals((int) low + places - 1, pending.offerId(places - 1));
        assertEquals((byte) low, pending.buffer().getByte(pending.featuresAt()));
    }

    @Test
    void shouldFindTheYoungestAndForgetTheOldest() {
        final PendingExamples pending = new PendingExamples(CAPACITY);
        final Map<Long, Integer> places = new HashMap<>();
        for (long low = 1; low <= 5_000; low++) {
            places.put(low, add(pending, low, low % 50));
            long oldest = low;
            while (oldest > 1 && pending.find(7, oldest - 1)) {
                check(pending, oldest - 1, places.get(oldest - 1));
                oldest--;
            }
            assertEquals(low - oldest + 1, pending.count(), "seed " + seed + " at " + low);
            assertFalse(pending.find(7, oldest - 1));
            assertFalse(pending.find(8, low));
        }
        assertTrue(pending.count() > 50, "seed " + seed);
    }

    @Test
    void shouldForgetWhoWasErasedAlsoUnderAnotherRoot() {
        final PendingExamples pending = new PendingExamples(CAPACITY);
        for (long low = 1; low <= 60; low++) {
            add(pending, low, 1 + low % 3);
        }
        pending.merge(2, -2, 3, -3);
        pending.erase(3, -3);
        for (long low = 1; low <= 60; low++) {
            assertEquals(1 + low % 3 == 1, pending.find(7, low), "seed " + seed + ", decision " + low);
        }
        for (int at = 0; at < CAPACITY; at += 8) {
            // Of the erased nothing is left, neither ids nor features.
            assertFalse(pending.buffer().getLong(at) == -3 || pending.buffer().getLong(at) == -2, "at " + at);
        }
        for (long low = 61; low <= 2_000; low++) {
            add(pending, low, 4);
        }
        assertFalse(pending.find(7, 3));
        assertTrue(pending.find(7, 2_000));
    }

    @Test
    void shouldGoOnAsWithoutARestart() throws IOException {
        final PendingExamples pending = new PendingExamples(CAPACITY);
        for (long low = 1; low <= 1_000; low++) {
            add(pending, low, low % 10);
        }
        pending.erase(4, -4);
        final byte[] written = write(pending);
        final PendingExamples read = new PendingExamples(CAPACITY);
        read.read(new DataInputStream(new ByteArrayInputStream(written)));
        assertEquals(pending.count(), read.count());
        for (long low = 1; low <= 1_000; low++) {
            assertEquals(pending.find(7, low), read.find(7, low), "seed " + seed + ", decision " + low);
        }
        final PendingExamples smaller = new PendingExamples(CAPACITY / 2);
        assertThrows(IOException.class,
            () -> smaller.read(new DataInputStream(new ByteArrayInputStream(written))));
        assertThrows(IOException.class,
            () -> read.read(new DataInputStream(new ByteArrayInputStream(written, 0, written.length - 1))));
    }

    private static byte[] write(final PendingExamples pending) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        pending.write(new DataOutputStream(out));
        return out.toByteArray();
    }
}
